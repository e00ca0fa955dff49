"""Where the images of one's own come from: what each puts into the request, and what pulling it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from constructs import Construct

from constructs_lib.cdk.ids import free_id, stack_of
from constructs_lib.cdk.images.names import digest_problems, ecr_repository, tag_problems, uri_problems
from constructs_lib.cdk.permissions.job_role import ask_for_password
from constructs_lib.cdk.permissions.permission import pull_permissions
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.service_model import closest, model_problems
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.permission import Permission

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

RepositoryAccessMode = Literal["Platform", "Vpc"]
"""`TrainingRepositoryAccessMode`: from Amazon ECR, or from a private registry through the job's VPC."""

BoundImage = tuple[Mapping[str, Any], Sequence[Permission]]
"""The members of AlgorithmSpecification, and what the job's role needs for them."""

_ACCESS_MODES = ("Platform", "Vpc")
_NOT_GRANTED = "spot-training-constructs:image-pull-not-granted"


@dataclass(frozen=True, kw_only=True)
class RepositoryImage:
    """An image in an ECR repository that the app knows."""

    repository: ecr.IRepository | ecr.Repository
    tag: str | None
    digest: str | None

    def __post_init__(self) -> None:
        """Check the arguments.

        Raises:
            ValueError: All problems at once.
        """
        refuse([*_repository_problems(self.repository), *_choice_problems(self.tag, self.digest)])

    def bind(self, scope: Construct) -> BoundImage:
        """Name the image, and what pulling it takes."""
        repository = self.repository
        if self.digest is not None:
            uri = repository.repository_uri_for_digest(self.digest)
        else:
            uri = repository.repository_uri_for_tag(self.tag)
        return {"TrainingImage": uri}, pull_permissions(repository.repository_arn, repository)


@dataclass(frozen=True, kw_only=True)
class RegistryImage:
    """An image by its URI, in ECR or in a private registry."""

    uri: str
    repository_access_mode: RepositoryAccessMode | None
    credentials_provider: lambda_.IFunction | lambda_.Function | None

    def __post_init__(self) -> None:
        """Check the arguments.

        Raises:
            ValueError: All problems at once.
        """
        refuse([*uri_problems(self.uri), *self._registry_problems(), *self._access_problems()])

    def bind(self, scope: Construct) -> BoundImage:
        """Name the image, how to sign in to its registry, and what both take."""
        permissions: list[Permission] = []
        repository = ecr_repository(self.uri)
        if repository is not None:
            arn = stack_of(scope).format_arn(
                service="ecr",
                account=repository["account"],
                region=repository["region"],
                resource="repository",
                resource_name=repository["name"],
            )
            permissions = pull_permissions(arn)
        elif self.repository_access_mode != "Vpc":
            cdk.Annotations.of(scope).add_warning_v2(
                _NOT_GRANTED,
                f"the image {self.uri!r} names no Amazon ECR repository, so the job's role is not allowed to pull it; "
                "use TrainingImage.from_ecr_repository, or acknowledge this warning if the role may pull it already",
            )
        members: dict[str, Any] = {"TrainingImage": self.uri}
        if self.repository_access_mode is not None:
            access: dict[str, Any] = {"TrainingRepositoryAccessMode": self.repository_access_mode}
            members["TrainingImageConfig"] = access
            if self.credentials_provider is not None:
                arn = self.credentials_provider.function_arn
                access["TrainingRepositoryAuthConfig"] = {"TrainingRepositoryCredentialsProviderArn": arn}
                permissions = [*permissions, ask_for_password(arn)]
        return members, permissions

    def _registry_problems(self) -> list[str]:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-adapt-your-own-private-registry.html
        known = not is_token(self.uri) and not uri_problems(self.uri)
        if not known or ecr_repository(self.uri) is not None or self.repository_access_mode == "Vpc":
            return []
        return [
            f"'uri' must be an image in Amazon ECR, got {self.uri!r}, which SageMaker does not pull; copy it to a "
            'repository of this Region, or say repository_access_mode="Vpc" for a registry that is reached through the '
            "job's VPC"
        ]

    def _access_problems(self) -> list[str]:
        mode = self.repository_access_mode
        if mode is not None and mode not in _ACCESS_MODES:
            return [
                f"'repository_access_mode' must be one of {', '.join(_ACCESS_MODES)}, got {mode!r}"
                f"{closest(mode, _ACCESS_MODES)}"
            ]
        if self.credentials_provider is not None and mode != "Vpc":
            return [
                "'credentials_provider' is for a private registry, which takes repository_access_mode=\"Vpc\", "
                f"got {mode!r}; set the mode, or leave the provider out"
            ]
        return []


@dataclass(frozen=True, kw_only=True)
class AssetImage:
    """An image that is built when the app is deployed."""

    directory: Path
    file: str
    build_args: Mapping[str, str] | None
    target: str | None
    platform: ecr_assets.Platform | None
    exclude: Sequence[str]

    def __post_init__(self) -> None:
        """Check that there is something to build.

        Raises:
            ValueError: The directory or the Dockerfile does not exist.
        """
        directory = str(self.directory)
        refuse(
            [
                *kind_problems("build_args", Mapping[str, str] | None, self.build_args),
                *kind_problems("exclude", Sequence[str], self.exclude),
            ]
        )
        if not self.directory.is_dir():
            raise ValueError(
                f"'directory' must be a directory, got {directory!r}, which is none in {str(Path.cwd())!r}"
            )
        if not (self.directory / self.file).is_file():
            raise ValueError(f"'file' must be a Dockerfile in {directory!r}, got {self.file!r}, which does not exist")

    def bind(self, scope: Construct) -> BoundImage:
        """Create the asset, and name it and what pulling it takes."""
        asset = ecr_assets.DockerImageAsset(
            scope,
            free_id(scope, "TrainingImage"),
            directory=str(self.directory),
            file=self.file,
            build_args=None if self.build_args is None else dict(self.build_args),
            target=self.target,
            platform=ecr_assets.Platform.LINUX_AMD64 if self.platform is None else self.platform,
            exclude=list(self.exclude) or None,
        )
        return {"TrainingImage": asset.image_uri}, pull_permissions(asset.repository.repository_arn, asset.repository)


@dataclass(frozen=True, kw_only=True)
class AlgorithmResource:
    """An algorithm that SageMaker knows by name: one's own, or one of AWS Marketplace."""

    name: str

    def __post_init__(self) -> None:
        """Check the name.

        Raises:
            ValueError: It is neither a name nor an algorithm's ARN.
        """
        if is_token(self.name):
            return
        if list(model_problems(self.name, "ArnOrName")) or ("/" in self.name and ":algorithm/" not in self.name):
            raise ValueError(
                "'name' must be an algorithm's name, at most 63 letters, digits and hyphens, or its ARN, such as "
                f"arn:aws:sagemaker:eu-west-1:123456789012:algorithm/churn, got {self.name!r}"
            )

    def bind(self, scope: Construct) -> BoundImage:
        """Name the algorithm; AWS asks for no permission."""
        return {"AlgorithmName": self.name}, []


def _repository_problems(repository: object) -> list[str]:
    if not isinstance(repository, str):
        return []
    return [
        f"'repository' must be a repository, got the name {repository!r}; write "
        'ecr.Repository.from_repository_name(self, "Repository", …) or use TrainingImage.from_registry'
    ]


def _choice_problems(tag: str | None, digest: str | None) -> list[str]:
    if tag is None and digest is None:
        return ["one of 'tag' and 'digest' is required; write the tag to train with, such as tag=\"1.4\""]
    if tag is not None and digest is not None:
        return [f"only one of 'tag' and 'digest' may be given, got {tag!r} and {digest!r}; leave one out"]
    if tag is not None:
        return tag_problems("tag", tag)
    return digest_problems("digest", str(digest))
