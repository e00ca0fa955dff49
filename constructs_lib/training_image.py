"""TrainingImage: the container image of a training job, which knows what pulling it takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_iam as iam
from aws_cdk.region_info import FactName
from constructs import Construct

from constructs_lib._image_names import (
    digest_problems,
    ecr_repository,
    repository_name_problems,
    tag_problems,
    uri_problems,
)
from constructs_lib._names import free_id
from constructs_lib._permissions import acknowledge_registry_login, grant_pull
from constructs_lib._tokens import is_token

_NOT_GRANTED = "spot-training-constructs:image-pull-not-granted"


@dataclass(frozen=True, kw_only=True)
class TrainingImageConfig:
    """What binding an image gives."""

    uri: str
    """`AlgorithmSpecification.TrainingImage`."""


class TrainingImage(ABC):
    """The image that a training job runs, and the permission to pull it.

    Make one with one of the `from_…` methods. It is a value and belongs to no stack until it is bound; one image may be
    bound any number of times.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
    """

    @staticmethod
    def from_ecr_repository(
        repository: ecr.IRepository | ecr.Repository, *, tag: str | None = None, digest: str | None = None
    ) -> TrainingImage:
        """An image in an ECR repository.

        The job's role may pull from that repository; one of another account has to allow that account too.

        Args:
            repository: The repository, owned or imported.
            tag: The image's tag. Defaults to using `digest`; one of the two is needed, because attempts of one run that
                take whatever is newest would not train the same program.
            digest: The image's digest, `sha256:` and 64 hexadecimal digits: the same image for ever. Defaults to using
                `tag`.

        Raises:
            ValueError: Both or neither of `tag` and `digest`, or one that ECR does not take.
        """
        return _RepositoryImage(repository, tag=tag, digest=digest)

    @staticmethod
    def from_registry(uri: str) -> TrainingImage:
        """An image by its URI, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4`.

        Where the URI names an ECR repository, account and Region may be tokens, and the job's role may pull from that
        repository alone. Where it does not, nothing is granted and synthesis warns
        (`spot-training-constructs:image-pull-not-granted`), because SageMaker pulls from Amazon ECR, or from a private
        registry in a VPC. For a URI that is a token as a whole use `from_ecr_repository`, which says what to grant.

        Args:
            uri: Registry, repository and tag or digest, without a scheme; at most 255 characters. Defaults to the tag
                `latest` where it has none.

        Raises:
            ValueError: The URI has a scheme, blanks, or another form that is no image's.
        """
        return _RegistryImage(uri)

    @staticmethod
    def from_asset(
        directory: str | Path,
        *,
        file: str = "Dockerfile",
        build_args: Mapping[str, str] | None = None,
        target: str | None = None,
        platform: ecr_assets.Platform | None = None,
        exclude: Sequence[str] = (),
    ) -> TrainingImage:
        """An image built from a Dockerfile when the app is deployed; `cdk deploy` needs Docker then.

        Args:
            directory: The directory that Docker builds in.
            file: The Dockerfile, relative to `directory`. Defaults to `Dockerfile`.
            build_args: Build arguments; they are visible in the image, so no secrets. Defaults to none.
            target: The stage to build. Defaults to the last one.
            platform: What to build for. Defaults to linux/amd64, which nearly all training instances are, also when
                the machine that builds is not.
            exclude: Patterns, as in `.dockerignore`, of files that do not belong to the image. Defaults to none.

        Raises:
            ValueError: The directory or the Dockerfile does not exist.
        """
        return _AssetImage(
            Path(directory), file=file, build_args=build_args, target=target, platform=platform, exclude=exclude
        )

    @staticmethod
    def from_deep_learning_container(repository_name: str, tag: str) -> TrainingImage:
        """One of the AWS Deep Learning Containers, from the account that holds them in the stack's Region.

        In a stack without a Region CloudFormation looks the account up in a mapping when it deploys.

        Args:
            repository_name: The repository, such as `pytorch-training`.
            tag: The tag, such as `2.3.0-cpu-py311-ubuntu20.04-sagemaker`; the list is at
                https://aws.github.io/deep-learning-containers/reference/available_images/

        Raises:
            ValueError: A name or a tag that ECR does not take; on binding, a Region that has no such containers.
        """
        return _DeepLearningContainer(repository_name, tag)

    @abstractmethod
    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        """Create what the image needs, let the role pull it, and return what goes into the request.

        Args:
            scope: The construct that an asset becomes a child of; binding twice in one scope is fine.
            role: The job's role; one that cannot be changed is left as it is.
        """


class _RepositoryImage(TrainingImage):
    def __init__(self, repository: ecr.IRepository | ecr.Repository, *, tag: str | None, digest: str | None) -> None:
        problems = [*_repository_problems(repository), *_choice_problems(tag, digest)]
        if problems:
            raise ValueError("\n".join(problems))
        self._repository = repository
        self._tag = tag
        self._digest = digest

    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        # unlike `grant_pull` of _permissions it reaches the repository's own policy when that is in another account
        self._repository.grant_pull(role)
        acknowledge_registry_login(role)
        if self._digest is not None:
            return TrainingImageConfig(uri=self._repository.repository_uri_for_digest(self._digest))
        return TrainingImageConfig(uri=self._repository.repository_uri_for_tag(self._tag))


class _RegistryImage(TrainingImage):
    def __init__(self, uri: str) -> None:
        problems = [] if is_token(uri) else uri_problems(uri)
        if problems:
            raise ValueError("\n".join(problems))
        self._uri = uri

    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        repository = ecr_repository(self._uri)
        if repository is not None:
            grant_pull(role, _repository_arn(scope, **repository))
        else:
            cdk.Annotations.of(scope).add_warning_v2(
                _NOT_GRANTED,
                f"the image {self._uri!r} names no Amazon ECR repository, so the job's role is not allowed to pull it; "
                "use TrainingImage.from_ecr_repository, or acknowledge this warning if the role may pull it already",
            )
        return TrainingImageConfig(uri=self._uri)


class _AssetImage(TrainingImage):
    def __init__(
        self,
        directory: Path,
        *,
        file: str,
        build_args: Mapping[str, str] | None,
        target: str | None,
        platform: ecr_assets.Platform | None,
        exclude: Sequence[str],
    ) -> None:
        if not directory.is_dir():
            raise ValueError(
                f"'directory' must be a directory, got {str(directory)!r}, which is none in {str(Path.cwd())!r}"
            )
        if not (directory / file).is_file():
            raise ValueError(f"'file' must be a Dockerfile in {str(directory)!r}, got {file!r}, which does not exist")
        self._directory = directory
        self._file = file
        self._build_args = None if build_args is None else dict(build_args)
        self._target = target
        self._platform = platform
        self._exclude = list(exclude)

    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        asset = ecr_assets.DockerImageAsset(
            scope,
            free_id(scope, "TrainingImage"),
            directory=str(self._directory),
            file=self._file,
            build_args=self._build_args,
            target=self._target,
            platform=ecr_assets.Platform.LINUX_AMD64 if self._platform is None else self._platform,
            exclude=self._exclude or None,
        )
        asset.repository.grant_pull(role)
        acknowledge_registry_login(role)
        return TrainingImageConfig(uri=asset.image_uri)


class _DeepLearningContainer(TrainingImage):
    def __init__(self, repository_name: str, tag: str) -> None:
        problems = [*repository_name_problems("repository_name", repository_name), *tag_problems("tag", tag)]
        if problems:
            raise ValueError("\n".join(problems))
        self._repository_name = repository_name
        self._tag = tag

    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        stack = cdk.Stack.of(scope)
        account = stack.regional_fact(FactName.DLC_REPOSITORY_ACCOUNT, "")
        if account == "":
            raise ValueError(
                f"'image' must exist in the stack's Region, got a Deep Learning Container in {stack.region!r}, which "
                "has none that this version of aws-cdk-lib knows; name the image with TrainingImage.from_registry"
            )
        grant_pull(role, _repository_arn(scope, account, stack.region, self._repository_name))
        registry = f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}"
        return TrainingImageConfig(uri=f"{registry}/{self._repository_name}:{self._tag}")


def _repository_arn(scope: Construct, account: str, region: str, name: str) -> str:
    return cdk.Stack.of(scope).format_arn(
        service="ecr", account=account, region=region, resource="repository", resource_name=name
    )


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
