"""What trains: an image or a named algorithm, where the image comes from, and what isolation it bears."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.rule import API, GUIDE, Rule

_NEEDS_NETWORK = re.compile(r"(^|/)sagemaker-(chainer|rl-[a-z-]+)[:@]")
_IMAGE = "AlgorithmSpecification.TrainingImageConfig"


def image_or_algorithm(request: Reader) -> Iterator[str]:
    """A job trains with an image or with a named algorithm; only a serverless job has neither."""
    if request.hides("AlgorithmSpecification"):
        return
    given = request.member("AlgorithmSpecification").present(("TrainingImage", "AlgorithmName"))
    if len(given) > 1 or (not given and request.lacks("ServerlessJobConfig")):
        yield (
            "'AlgorithmSpecification' must have either 'TrainingImage' or 'AlgorithmName', "
            f"got {' and '.join(given) or 'neither'}"
        )


def private_registries_are_in_a_vpc(request: Reader) -> Iterator[str]:
    """A private Docker registry is reached from the job's VPC."""
    if request.text(f"{_IMAGE}.TrainingRepositoryAccessMode") == "Vpc" and request.lacks("VpcConfig"):
        yield f"'VpcConfig' is required where '{_IMAGE}.TrainingRepositoryAccessMode' is 'Vpc'"


def registry_credentials_are_for_private_registries(request: Reader) -> Iterator[str]:
    """Who provides credentials to a registry matters only where that registry is private."""
    mode = request.text(f"{_IMAGE}.TrainingRepositoryAccessMode")
    if request.has(f"{_IMAGE}.TrainingRepositoryAuthConfig") and mode == "Platform":
        yield f"'{_IMAGE}.TrainingRepositoryAuthConfig' is for 'TrainingRepositoryAccessMode' 'Vpc', got {mode!r}"


def isolated_images_need_no_network(request: Reader) -> Iterator[str]:
    """Chainer's and the reinforcement learning containers of SageMaker reach for S3 themselves."""
    image = request.text("AlgorithmSpecification.TrainingImage")
    isolated = request.flag("EnableNetworkIsolation") is True
    if isolated and image is not None and _NEEDS_NETWORK.search(image):
        yield (
            "'EnableNetworkIsolation' is not supported by SageMaker's Chainer and reinforcement learning containers, "
            f"got the image {image!r}"
        )


def isolated_containers_fetch_no_source(request: Reader) -> Iterator[str]:
    """An isolated container cannot fetch its program from S3."""
    path = "HyperParameters.sagemaker_submit_directory"
    location = request.text(path)
    if request.flag("EnableNetworkIsolation") is True and location is not None and _fetched(location):
        yield (
            f"'{path}' must be a path in the container where 'EnableNetworkIsolation' is true, got {location!r}; bring "
            "the archive by a channel, as 'source' does"
        )


def _fetched(location: str) -> bool:
    return location.strip('"').startswith(("s3://", "https://"))


_PRIVATE_REGISTRY = f"{GUIDE}docker-containers-adapt-your-own-private-registry.html"

RULES = (
    Rule(check=image_or_algorithm, page=f"{API}API_AlgorithmSpecification.html"),
    Rule(check=private_registries_are_in_a_vpc, page=_PRIVATE_REGISTRY),
    Rule(check=registry_credentials_are_for_private_registries, page=_PRIVATE_REGISTRY),
    Rule(check=isolated_images_need_no_network, page=f"{GUIDE}mkt-algo-model-internet-free.html"),
    Rule(check=isolated_containers_fetch_no_source, page=f"{GUIDE}mkt-algo-model-internet-free.html"),
)
