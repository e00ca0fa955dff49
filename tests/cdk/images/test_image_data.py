"""The data about the images that AWS publishes: its form, and values as AWS's pages have them."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from constructs_lib.cdk.images.accounts import ACCOUNTS
from constructs_lib.cdk.images.built_in_algorithms import ALGORITHMS, AlgorithmImage, BuiltInAlgorithm
from constructs_lib.cdk.images.deep_learning_containers import containers, find_container, runs_source
from constructs_lib.cdk.images.deep_learning_tags import PUBLISHED, Accelerator, DeepLearningFramework
from constructs_lib.cdk.images.names import repository_name_problems, tag_problems

VERSIONS = [(name, version, image) for name, versions in ALGORITHMS.items() for version, image in versions.items()]
FIRST_PARTY = (
    "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 "
    "ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 "
    "eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 me-central-1 me-south-1 sa-east-1 us-east-1 "
    "us-east-2 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-west-1 us-west-2"
)
"""Where every algorithm but LDA is."""


@pytest.mark.parametrize("registry", ACCOUNTS)
def test_every_region_has_an_account(registry: str) -> None:
    assert re.fullmatch("[A-Za-z]+", registry)  # it names a mapping of CloudFormation
    for region, account in ACCOUNTS[registry].items():
        assert re.fullmatch(r"(?:[a-z]{2}|us-gov|us-iso[bf]?|eusc-de)-[a-z]+-\d", region)
        assert re.fullmatch(r"\d{12}", account)


@pytest.mark.parametrize("registry", sorted(set(ACCOUNTS) - {"Topics"}))
def test_no_region_is_forgotten(registry: str) -> None:
    assert set(FIRST_PARTY.split()) <= set(ACCOUNTS[registry])


@pytest.mark.parametrize(
    ("registry", "region", "account"),
    [
        # https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/ecr-us-east-1.html
        ("TextAndVision", "us-east-1", "811284229777"),
        ("Vectors", "us-east-1", "382416733822"),
        ("Forecasting", "us-east-1", "522234722520"),
        ("Topics", "us-east-1", "766337827248"),
        ("FirstXGBoost", "us-east-1", "811284229777"),
        ("Frameworks", "us-east-1", "683313688378"),
        ("DeepLearningContainers", "us-east-1", "763104351884"),
        # https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/ecr-eu-central-1.html
        ("TextAndVision", "eu-central-1", "813361260812"),
        ("Vectors", "eu-central-1", "664544806723"),
        ("Forecasting", "eu-central-1", "495149712605"),
        # https://aws.github.io/deep-learning-containers/reference/region_availability/
        ("Frameworks", "eu-west-1", "141502667606"),
        ("Frameworks", "cn-north-1", "450853457545"),
        ("DeepLearningContainers", "cn-northwest-1", "727897471807"),
        ("DeepLearningContainers", "mx-central-1", "637423239942"),
        # https://docs.amazonaws.cn/en_us/sagemaker/latest/dg-ecr-paths/ecr-us-gov-east-1.html
        ("Vectors", "us-gov-east-1", "237065988967"),
        ("DeepLearningContainers", "us-gov-east-1", "446045086412"),
        ("DeepLearningContainers", "us-gov-west-1", "442386744353"),
    ],
)
def test_accounts_are_the_published_ones(registry: str, region: str, account: str) -> None:
    assert ACCOUNTS[registry][region] == account


def test_the_first_xgboost_is_not_in_the_newer_regions() -> None:
    newer = {"ca-west-1", "il-central-1", "us-isof-east-1", "us-isof-south-1"}
    assert set(ACCOUNTS["TextAndVision"]) - set(ACCOUNTS["FirstXGBoost"]) == newer
    assert len(ACCOUNTS["Topics"]) == 16


@pytest.mark.parametrize(("name", "version", "image"), VERSIONS)
def test_every_algorithm_has_an_image(name: str, version: str, image: AlgorithmImage) -> None:
    assert image.registry in ACCOUNTS
    assert repository_name_problems("repository", image.repository) == []
    assert tag_problems("tag", image.tag) == []
    assert image.tag == version or image.tag == f"{version}-cpu-py3"


def test_which_algorithms_checkpoint() -> None:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    always = {name for name, versions in ALGORITHMS.items() if all(image.checkpoints for image in versions.values())}
    assert always == {"image-classification", "linear-learner", "object-detection", "semantic-segmentation"}
    assert [version for version, image in ALGORITHMS["xgboost"].items() if not image.checkpoints] == ["1"]
    assert ALGORITHMS["xgboost"]["1"].checkpoints is False
    unknown = {name for name, _, image in VERSIONS if image.checkpoints is None}
    assert unknown == {"sklearn"}


def test_which_algorithms_take_a_source() -> None:
    taking = {(name, version) for name, version, image in VERSIONS if image.takes_source}
    assert {name for name, _ in taking} == {"sklearn", "xgboost"}
    assert len(taking) == len(ALGORITHMS["sklearn"]) + len(ALGORITHMS["xgboost"]) - 1
    assert ("xgboost", "1") not in taking


def test_the_names_in_the_signature_are_the_names_in_the_data() -> None:
    assert get_args(BuiltInAlgorithm) == tuple(ALGORITHMS)
    assert get_args(DeepLearningFramework) == tuple(PUBLISHED)
    accelerators = {container.parts["accelerator"] for framework in PUBLISHED for container in containers(framework)}
    assert set(get_args(Accelerator)) == accelerators


@pytest.mark.parametrize("framework", PUBLISHED)
def test_every_published_container_can_be_found_by_what_is_in_it(framework: str) -> None:
    for container in containers(framework):
        assert find_container(framework, container.version, container.parts) == container
        assert repository_name_problems("repository", container.repository) == []
        assert tag_problems("tag", container.tag) == []
        assert runs_source(container.repository, container.tag) is True


@pytest.mark.parametrize("framework", PUBLISHED)
def test_what_is_said_of_a_container_is_what_its_tag_says(framework: str) -> None:
    for container in containers(framework):
        parts = container.parts
        words = [container.version, f"transformers{parts['transformers']}" if parts["transformers"] else None]
        words += [parts["accelerator"] if container.repository != "pytorch" or not parts["cuda"] else None]
        words += [parts["python"] if container.repository != "pytorch" else None]
        words += [f"sdk{parts['neuron_sdk']}" if parts["neuron_sdk"] else None, parts["cuda"], parts["os"]]
        words += ["sagemaker" if framework in {"pytorch", "tensorflow"} else None]
        assert container.tag == "-".join(word for word in words if word)
        assert (parts["cuda"] is not None) == (parts["accelerator"] == "gpu")
        assert (parts["neuron_sdk"] is not None) == (parts["accelerator"] == "neuronx")


@pytest.mark.parametrize(
    ("repository", "tag", "expected"),
    [
        ("pytorch-training", "2.6.0-cpu-py312-ubuntu22.04-sagemaker", True),
        ("pytorch-training", "2.6.0-cpu-py312", True),
        ("pytorch-training", "2.6.0-cpu-py312-ubuntu22.04-ec2", False),
        ("pytorch-training", "2.6-cpu-py312-ubuntu22.04-ec2-v1", False),
        ("pytorch", "2.13-cpu-amzn2023-sagemaker", True),
        ("pytorch", "2.13-cpu-amzn2023", None),
        ("pytorch-training-neuronx", "2.9.0-neuronx-py312-sdk2.30.0-ubuntu24.04", True),
        ("vllm", "server-cuda", None),
    ],
)
def test_which_containers_run_a_source(repository: str, tag: str, expected: bool | None) -> None:
    assert runs_source(repository, tag) is expected
