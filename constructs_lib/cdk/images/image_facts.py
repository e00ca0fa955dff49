"""What any training image tells of itself, and what binding it gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.cdk.images.algorithm_limits import AlgorithmLimits
from constructs_lib.workflow.permission import Permission


@dataclass(frozen=True, kw_only=True)
class TrainingImageConfig:
    """What binding an image gives."""

    members: Mapping[str, Any]
    """The members of `AlgorithmSpecification` that the image decides: `TrainingImage` or `AlgorithmName`, and
    `TrainingImageConfig` for a private registry."""
    permissions: Sequence[Permission] = ()
    """What the job's role needs for it; whoever binds the image grants them. Defaults to nothing."""
    limits: AlgorithmLimits | None = None
    """What the algorithm does not do, for one of SageMaker's own. Defaults to no limits."""

    @property
    def uri(self) -> str | None:
        """`AlgorithmSpecification.TrainingImage`, or None for an algorithm that goes by its name."""
        return self.members.get("TrainingImage")


class ImageFacts(ABC):
    """What a training has to know of its image."""

    @property
    def checkpoints(self) -> bool | None:
        """Whether its algorithm writes checkpoints; None where that is up to the program, and so not known.

        SageMaker lets a spot job of an algorithm that does not wait for at most one hour.
        """
        return None

    @property
    def takes_source(self) -> bool | None:
        """Whether it runs a `TrainingSource`, as the framework images do; None where that is not known."""
        return None

    @property
    def decodes_hyperparameters(self) -> bool | None:
        """Whether it decodes hyperparameters as JSON, as the SageMaker training toolkit does.

        None where it does with a `TrainingSource`, and not without one.
        """
        return None

    @property
    def repository_uri(self) -> str | None:
        """The ECR repository of an image that goes by its tag there, so that a run may name another one.

        None for any other image. The job's role must be let pull every tag.
        """
        return None

    @abstractmethod
    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        """Create what the image needs, and return what goes into the request, and what the role needs for it.

        Args:
            scope: The construct that an asset becomes a child of; binding twice in one scope is fine.
            role: The job's role. What is returned in `permissions` is granted to it, with its wildcards acknowledged,
                and told where it cannot be.

        Raises:
            ValueError: AWS publishes the image in no account of the stack's Region.
        """
