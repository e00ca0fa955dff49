"""TrainingImage: the container image of a training job, which knows what pulling it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.cdk.images.algorithm_limits import AlgorithmLimits, limits_of, limits_of_uri
from constructs_lib.cdk.images.built_in_algorithms import BuiltInAlgorithm, algorithm_image
from constructs_lib.cdk.images.deep_learning_containers import find_container, runs_source
from constructs_lib.cdk.images.deep_learning_tags import Accelerator, DeepLearningFramework
from constructs_lib.cdk.images.image_facts import ImageFacts, TrainingImageConfig
from constructs_lib.cdk.images.names import ecr_repository, repository_name_problems, tag_problems
from constructs_lib.cdk.images.own_images import (
    AlgorithmResource,
    AssetImage,
    BoundImage,
    RegistryImage,
    RepositoryAccessMode,
    RepositoryImage,
)
from constructs_lib.cdk.images.published_images import PublishedImage
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.tokens import is_token

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_


class TrainingImage(ImageFacts):
    """The image that a training job runs, and the permission to pull it.

    Make one with one of the methods below. It is a value and belongs to no stack until it is bound; one image may be
    bound any number of times. An image of another kind is a subclass that has `bind`.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
    """

    @staticmethod
    def from_built_in_algorithm(algorithm: BuiltInAlgorithm, version: str | None = None) -> TrainingImage:
        """One of SageMaker's built-in algorithms, from the account that holds it in the stack's Region.

        In a stack without a Region CloudFormation looks the account up in a mapping when it deploys. Image
        classification, object detection, semantic segmentation, the linear learner and XGBoost from 0.90-1 checkpoint.
        XGBoost from 0.90-1 and scikit-learn take a `TrainingSource`. XGBoost from 1.7-1 may not find its own
        checkpoints again without one, of which synthesis warns. What an algorithm does not do (metrics of one's own,
        types without a GPU, several instances, Pipe mode) is refused when it is bound to a training.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/algos.html

        Args:
            algorithm: Such as `linear-learner` or `xgboost`.
            version: Such as `1.7-1`; may be a token. Defaults to the only version; XGBoost and scikit-learn have
                several, and need it.

        Raises:
            ValueError: There is no such algorithm or version.
        """
        image = algorithm_image(algorithm, version)
        source = PublishedImage(
            what=f"the algorithm {algorithm!r}",
            registry=image.registry,
            repository=image.repository,
            tag=image.tag,
        )
        limits = limits_of(algorithm, version)
        return _Image(source, checkpoints=image.checkpoints, takes_source=image.takes_source, limits=limits)

    @staticmethod
    def from_framework(
        framework: DeepLearningFramework,
        version: str,
        *,
        accelerator: Accelerator | None = None,
        python: str | None = None,
        cuda: str | None = None,
        os: str | None = None,
        transformers: str | None = None,
        neuron_sdk: str | None = None,
    ) -> TrainingImage:
        """One of the AWS Deep Learning Containers for training on SageMaker, by what is in it.

        Only images that AWS publishes are found, and what tells the images of one version apart has to be said:
        `from_framework("pytorch", "2.6.0", accelerator="gpu")`.

        Args:
            framework: Such as `pytorch` or `tensorflow`.
            version: Its full version, such as `2.6.0`.
            accelerator: `cpu`, `gpu` or `neuronx`. Defaults to the only one there is.
            python: Such as `py312`. Defaults to the only one there is, like everything that follows.
            cuda: Such as `cu126`.
            os: Such as `ubuntu22.04`.
            transformers: The version of Hugging Face's library, such as `4.49.0`.
            neuron_sdk: The version of the AWS Neuron SDK, such as `2.26.1`.

        Raises:
            ValueError: No known image is like that, or several are; the message lists them.
        """
        parts = {"transformers": transformers, "accelerator": accelerator, "python": python}
        parts |= {"neuron_sdk": neuron_sdk, "cuda": cuda, "os": os}
        found = find_container(framework, version, parts)
        return TrainingImage.from_deep_learning_container(found.repository, found.tag)

    @staticmethod
    def from_deep_learning_container(repository_name: str, tag: str) -> TrainingImage:
        """One of the AWS Deep Learning Containers by its exact name, from the account of the stack's Region.

        In a stack without a Region CloudFormation looks the account up in a mapping when it deploys.

        Args:
            repository_name: The repository, such as `pytorch-training`; may be a token.
            tag: The tag, such as `2.6.0-cpu-py312-ubuntu22.04-sagemaker`; may be a token. The list is at
                https://aws.github.io/deep-learning-containers/reference/available_images/

        Raises:
            ValueError: A name or a tag that ECR does not take.
        """
        refuse([*repository_name_problems("repository_name", repository_name), *tag_problems("tag", tag)])
        source = PublishedImage(
            what="a Deep Learning Container", registry="DeepLearningContainers", repository=repository_name, tag=tag
        )
        known = not (is_token(repository_name) or is_token(tag))
        return _Image(source, takes_source=runs_source(repository_name, tag) if known else None)

    @staticmethod
    def from_algorithm_arn(name: str, *, checkpoints: bool = False) -> TrainingImage:
        """An algorithm that SageMaker knows by name: one of AWS Marketplace, or one of this account's.

        Nothing is granted. The role has to be let pull the image of an algorithm of this account by the author:
        `repository.grant_pull(role)`.

        Args:
            name: Its name, or the ARN of an algorithm that is subscribed to; may be a token.
            checkpoints: Whether it writes checkpoints; where it does not, SageMaker waits for spot capacity for at
                most one hour. Defaults to an algorithm that does not.

        Raises:
            ValueError: It is neither a name nor an algorithm's ARN.
        """
        return _Image(AlgorithmResource(name=name), checkpoints=checkpoints, takes_source=False)

    @staticmethod
    def from_ecr_repository(
        repository: ecr.IRepository | ecr.Repository,
        *,
        tag: str | None = None,
        digest: str | None = None,
        decodes_hyperparameters: bool | None = None,
    ) -> TrainingImage:
        """An image in an ECR repository.

        The job's role may pull from that repository; one of another account has to allow that account too.

        Args:
            repository: The repository, owned or imported.
            tag: The image's tag. Defaults to using `digest`; one of the two is needed, because attempts of one run that
                take whatever is newest would not train the same program.
            digest: The image's digest, `sha256:` and 64 hexadecimal digits: the same image for ever. Defaults to using
                `tag`.
            decodes_hyperparameters: Whether it decodes hyperparameters as JSON, as an image with the SageMaker training
                toolkit does, so that strings are sent as JSON. Defaults to yes where there is a `source`, and else to
                not.

        Raises:
            ValueError: Both or neither of `tag` and `digest`, or one that ECR does not take.
        """
        source = RepositoryImage(repository=repository, tag=tag, digest=digest)
        uri = None if tag is None else repository.repository_uri
        return _Image(source, decodes_hyperparameters=decodes_hyperparameters, repository_uri=uri)

    @staticmethod
    def from_registry(
        uri: str,
        *,
        repository_access_mode: RepositoryAccessMode | None = None,
        credentials_provider: lambda_.IFunction | lambda_.Function | None = None,
        decodes_hyperparameters: bool | None = None,
    ) -> TrainingImage:
        """An image by its URI, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4`.

        The URI names a repository of Amazon ECR in the stack's Region, or, with `repository_access_mode="Vpc"`, any
        registry that the job reaches through its VPC: SageMaker pulls from nowhere else. Account and Region may be
        tokens, and the job's role may pull from that repository alone. For a URI that is a token as a whole nothing is
        granted, and synthesis warns (`spot-training-constructs:image-pull-not-granted`): `from_ecr_repository` says
        what to grant.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-adapt-your-own-private-registry.html

        Args:
            uri: Registry, repository and tag or digest, without a scheme; at most 255 characters. Defaults to the tag
                `latest` where it has none.
            repository_access_mode: `Vpc` for a private registry, which the job reaches through its own VPC; `Platform`
                for Amazon ECR. Defaults to leaving it to SageMaker, which pulls from Amazon ECR.
            credentials_provider: The function that gives SageMaker a private registry's user name and password; the
                job's role may call it, and a function of another account has to allow that. Defaults to a registry
                without authentication.
            decodes_hyperparameters: Whether it decodes hyperparameters as JSON, as an image with the SageMaker training
                toolkit does, so that strings are sent as JSON. Defaults to yes where there is a `source`, and else to
                not.

        Raises:
            ValueError: The URI has a scheme, blanks, or another form that is no image's, or an image outside Amazon ECR
                without `Vpc`; a function without `Vpc`.
        """
        source = RegistryImage(
            uri=uri, repository_access_mode=repository_access_mode, credentials_provider=credentials_provider
        )
        found = ecr_repository(uri)
        tagged = None if found is None or found["has_digest"] else found["uri"]
        limits = limits_of_uri(uri)
        return _Image(source, limits=limits, decodes_hyperparameters=decodes_hyperparameters, repository_uri=tagged)

    @staticmethod
    def from_asset(
        directory: str | Path,
        *,
        file: str = "Dockerfile",
        build_args: Mapping[str, str] | None = None,
        target: str | None = None,
        platform: ecr_assets.Platform | None = None,
        exclude: Sequence[str] = (),
        decodes_hyperparameters: bool | None = None,
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
            decodes_hyperparameters: Whether it decodes hyperparameters as JSON, as an image with the SageMaker training
                toolkit does, so that strings are sent as JSON. Defaults to yes where there is a `source`, and else to
                not.

        Raises:
            ValueError: The directory or the Dockerfile does not exist.
        """
        source = AssetImage(
            directory=Path(directory),
            file=file,
            build_args=build_args,
            target=target,
            platform=platform,
            exclude=exclude,
        )
        return _Image(source, decodes_hyperparameters=decodes_hyperparameters)


class _Source(Protocol):
    def bind(self, scope: Construct) -> BoundImage: ...


class _Image(TrainingImage):
    def __init__(
        self,
        source: _Source,
        *,
        checkpoints: bool | None = None,
        takes_source: bool | None = None,
        limits: AlgorithmLimits | None = None,
        decodes_hyperparameters: bool | None = None,
        repository_uri: str | None = None,
    ) -> None:
        self._source = source
        self._repository_uri = repository_uri
        self._decodes_hyperparameters = decodes_hyperparameters
        self._checkpoints = checkpoints
        self._takes_source = takes_source
        self._limits = limits

    @property
    def checkpoints(self) -> bool | None:
        return self._checkpoints

    @property
    def takes_source(self) -> bool | None:
        return self._takes_source

    @property
    def decodes_hyperparameters(self) -> bool | None:
        return self._decodes_hyperparameters

    @property
    def repository_uri(self) -> str | None:
        return self._repository_uri

    def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
        members, permissions = self._source.bind(scope)
        return TrainingImageConfig(members=members, permissions=permissions, limits=self._limits)
