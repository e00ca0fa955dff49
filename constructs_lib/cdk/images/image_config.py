"""What binding an image gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
