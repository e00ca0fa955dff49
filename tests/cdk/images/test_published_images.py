"""TrainingImage: the images that AWS publishes, in stacks with and without a Region."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.images.accounts import ACCOUNTS
from constructs_lib.cdk.images.built_in_algorithms import ALGORITHMS
from constructs_lib.cdk.images.training_image import TrainingImage
from constructs_lib.cdk.permissions.training_role import TrainingRole
from tests.support.grants import bind_image
from tests.support.templates import flat, statements

CFN_LINT = ["cfn-lint", "--non-zero-exit-code", "error", "--"]

# tests hand over names that a type checker would refuse, or that come out of data
built_in: Callable[..., TrainingImage] = TrainingImage.from_built_in_algorithm
container: Callable[..., TrainingImage] = TrainingImage.from_framework


def a_stack(region: str | None = None) -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack", env=None if region is None else cdk.Environment(region=region))


def uri(stack: cdk.Stack, image: TrainingImage) -> str:
    """Bind an image and return its URI, checking that the role may pull from its repository alone."""
    made = TrainingRole(stack, "Role")
    members = stack.resolve(bind_image(image, stack, made).members)
    assert list(members) == ["TrainingImage"]
    found = flat(members["TrainingImage"])
    pull, login = statements(Template.from_stack(stack), of="Role")
    account, region, name = re.split(r"\.dkr\.ecr\.|\.<AWS::URLSuffix>/", found.rpartition(":")[0])
    assert flat(pull["Resource"]) == f"arn:aws:ecr:{region}:{account}:repository/{name}"
    assert login["Action"] == "ecr:GetAuthorizationToken"
    return found


@pytest.mark.parametrize(
    ("region", "algorithm", "version", "expected"),
    [
        ("us-east-1", "xgboost", "1.7-1", "683313688378.dkr.ecr.us-east-1.<AWS::URLSuffix>/sagemaker-xgboost:1.7-1"),
        (
            "eu-west-1",
            "xgboost",
            "0.90-1",
            "141502667606.dkr.ecr.eu-west-1.<AWS::URLSuffix>/sagemaker-xgboost:0.90-1-cpu-py3",
        ),
        ("us-east-1", "xgboost", "1", "811284229777.dkr.ecr.us-east-1.<AWS::URLSuffix>/xgboost:1"),
        ("us-west-2", "linear-learner", None, "174872318107.dkr.ecr.us-west-2.<AWS::URLSuffix>/linear-learner:1"),
        ("cn-north-1", "kmeans", "1", "390948362332.dkr.ecr.cn-north-1.<AWS::URLSuffix>/kmeans:1"),
        ("us-gov-west-1", "lda", None, "226302683700.dkr.ecr.us-gov-west-1.<AWS::URLSuffix>/lda:1"),
        (
            "eu-west-1",
            "sklearn",
            "1.2-1",
            "141502667606.dkr.ecr.eu-west-1.<AWS::URLSuffix>/sagemaker-scikit-learn:1.2-1-cpu-py3",
        ),
    ],
)
def test_a_built_in_algorithm(region: str, algorithm: str, version: str | None, expected: str) -> None:
    assert uri(a_stack(region), built_in(algorithm, version)) == expected


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_built_in_algorithm_says_what_it_can(algorithm: str) -> None:
    for version, data in ALGORITHMS[algorithm].items():
        image = built_in(algorithm, version)
        assert (image.checkpoints, image.takes_source) == (data.checkpoints, data.takes_source)


@pytest.mark.parametrize(
    ("algorithm", "repository"),
    [("xgboost", "sagemaker-xgboost"), ("sklearn", "sagemaker-scikit-learn"), ("kmeans", "kmeans")],
)
def test_the_version_of_an_algorithm_may_be_a_parameter(algorithm: str, repository: str) -> None:
    stack = a_stack("eu-west-1")
    version = cdk.CfnParameter(stack, "Version").value_as_string
    assert uri(stack, built_in(algorithm, version)).endswith(f"/{repository}:<Version>")


@pytest.mark.parametrize(
    ("framework", "version", "parts", "expected"),
    [
        ("pytorch", "2.6.0", {"accelerator": "cpu"}, "pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker"),
        ("pytorch", "2.6.0", {"cuda": "cu126"}, "pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"),
        (
            "pytorch",
            "2.0.1",
            {"accelerator": "gpu", "cuda": "cu118"},
            "pytorch-training:2.0.1-gpu-py310-cu118-ubuntu20.04-sagemaker",
        ),
        ("pytorch", "2.13.0", {"accelerator": "gpu", "python": "py312"}, "pytorch:2.13.0-cu133-amzn2023-sagemaker"),
        (
            "tensorflow",
            "2.19.0",
            {"accelerator": "gpu", "os": "ubuntu22.04"},
            "tensorflow-training:2.19.0-gpu-py312-cu125-ubuntu22.04-sagemaker",
        ),
        (
            "huggingface-pytorch",
            "2.5.1",
            {},
            "huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04",
        ),
        (
            "huggingface-pytorch",
            "2.3.0",
            {"transformers": "4.46.1"},
            "huggingface-pytorch-training:2.3.0-transformers4.46.1-gpu-py311-cu121-ubuntu20.04",
        ),
        (
            "pytorch-neuronx",
            "2.8.0",
            {"neuron_sdk": "2.26.1"},
            "pytorch-training-neuronx:2.8.0-neuronx-py311-sdk2.26.1-ubuntu22.04",
        ),
        ("autogluon", "1.4.0", {"accelerator": "cpu"}, "autogluon-training:1.4.0-cpu-py311-ubuntu22.04"),
    ],
)
def test_a_deep_learning_container_by_what_is_in_it(
    framework: str, version: str, parts: dict[str, str], expected: str
) -> None:
    image = container(framework, version, **parts)
    assert uri(a_stack("eu-west-1"), image) == f"763104351884.dkr.ecr.eu-west-1.<AWS::URLSuffix>/{expected}"
    assert (image.checkpoints, image.takes_source) == (None, True)


@pytest.mark.parametrize(
    ("region", "account"),
    [("us-east-1", "763104351884"), ("cn-north-1", "727897471807"), ("us-gov-west-1", "442386744353")],
)
def test_a_deep_learning_container_by_its_name(region: str, account: str) -> None:
    image = TrainingImage.from_deep_learning_container("pytorch-training", "2.3.0-cpu-py311")
    found = uri(a_stack(region), image)
    assert found == f"{account}.dkr.ecr.{region}.<AWS::URLSuffix>/pytorch-training:2.3.0-cpu-py311"
    assert (image.checkpoints, image.takes_source) == (None, True)


def test_the_name_of_a_deep_learning_container_may_be_parameters() -> None:
    stack = a_stack("us-east-1")
    name, tag = (cdk.CfnParameter(stack, part).value_as_string for part in ("Name", "Tag"))
    image = TrainingImage.from_deep_learning_container(name, tag)
    assert image.takes_source is None
    assert uri(stack, image) == "763104351884.dkr.ecr.us-east-1.<AWS::URLSuffix>/<Name>:<Tag>"


@pytest.fixture(scope="module")
def regionless() -> cdk.Stack:
    """Return a stack without a Region, with three images from two registries."""
    stack = a_stack()
    made = TrainingRole(stack, "Role")
    for name, image in {
        "XGBoost": TrainingImage.from_built_in_algorithm("xgboost", "1.7-1"),
        "Sklearn": TrainingImage.from_built_in_algorithm("sklearn", "1.2-1"),
        "PyTorch": TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu"),
    }.items():
        cdk.CfnOutput(stack, name, value=str(bind_image(image, stack, made).uri))
    return stack


def test_where_the_region_is_known_at_deployment_only_a_mapping_has_the_accounts(regionless: cdk.Stack) -> None:
    assert AwsSolutionsChecks(regionless.node.root).validate_scope(regionless.node.root).violations == []
    app = cdk.App.of(regionless)
    assert isinstance(app, cdk.App)
    artifact = app.synth().get_stack_by_name("Stack")
    assert artifact.messages == []
    template: dict[str, Any] = artifact.template
    assert template["Mappings"] == {
        f"TrainingImageAccounts{registry}": {
            region: {"account": account} for region, account in ACCOUNTS[registry].items()
        }
        for registry in ("Frameworks", "DeepLearningContainers")
    }
    assert template["Outputs"]["XGBoost"]["Value"] == {
        "Fn::Join": [
            "",
            [
                {"Fn::FindInMap": ["TrainingImageAccountsFrameworks", {"Ref": "AWS::Region"}, "account"]},
                ".dkr.ecr.",
                {"Ref": "AWS::Region"},
                ".",
                {"Ref": "AWS::URLSuffix"},
                "/sagemaker-xgboost:1.7-1",
            ],
        ]
    }
    pull = next(found for found in statements(Template.from_stack(regionless), of="Role") if "Frameworks" in str(found))
    assert flat(pull["Resource"]) == (
        "arn:aws:ecr:<AWS::Region>:{'Fn::FindInMap': ['TrainingImageAccountsFrameworks', {'Ref': 'AWS::Region'}, "
        "'account']}:repository/sagemaker-xgboost"
    )


def test_cfn_lint_takes_the_mappings(regionless: cdk.Stack, tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(Template.from_stack(regionless).to_json()))
    subprocess.run([*CFN_LINT, str(path)], check=True, timeout=120)


def test_stages_in_two_regions_each_have_their_own_account() -> None:
    image = TrainingImage.from_built_in_algorithm("xgboost", "1.7-1")
    app = cdk.App()
    stacks = [
        cdk.Stack(cdk.Stage(app, region, env=cdk.Environment(region=region)), "Stack")
        for region in ("eu-west-1", "cn-north-1")
    ]
    uris = [uri(stack, image) for stack in stacks]
    assert [found.partition(".")[0] for found in uris] == ["141502667606", "450853457545"]


@pytest.mark.parametrize(
    ("region", "image", "message"),
    [
        (
            "eu-north-1",
            TrainingImage.from_built_in_algorithm("lda"),
            "'image' must exist in the stack's Region, got the algorithm 'lda' in 'eu-north-1', where no account is "
            "known to hold it; deploy to one of eu-central-1, eu-west-1, eu-west-2, or name a copy of the image with "
            "TrainingImage.from_registry",
        ),
        (
            "xx-nowhere-1",
            TrainingImage.from_deep_learning_container("pytorch-training", "2.3.0"),
            "got a Deep Learning Container in 'xx-nowhere-1', where no account is known to hold it; deploy to one of "
            "af-south-1, ap-east-1, ",
        ),
    ],
)
def test_fails_in_a_region_without_the_image(region: str, image: TrainingImage, message: str) -> None:
    stack = a_stack(region)
    made = TrainingRole(stack, "Role")
    with pytest.raises(ValueError, match=re.escape(message)):
        bind_image(image, stack, made)
    assert statements(Template.from_stack(stack), of="Role") == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: built_in("kmean"), "'algorithm' must be one of 'blazingtext', "),
        (lambda: built_in("kmean"), ", got 'kmean'; did you mean 'kmeans'; for another image use"),
        (lambda: built_in("xgboost"), "'version' of 'xgboost' is required"),
        (lambda: built_in("xgboost"), "use one of '1', '0.90-1', '0.90-2', "),
        (lambda: built_in("xgboost", "1.7"), ", '3.2-0', got '1.7'; did you mean '1.7-1'; for a newer one use"),
        (lambda: built_in("kmeans", "latest"), "'version' of 'kmeans' must be '1', got 'latest'; for a newer one"),
        (lambda: container("pytorsh", "2.6.0"), "'framework' must be one of 'autogluon', "),
        (lambda: container("pytorsh", "2.6.0"), ", got 'pytorsh'; did you mean 'pytorch'; name an image"),
        (lambda: container("pytorch", "2.7"), ", got '2.7'; did you mean '2.7.1'; name an image"),
        (lambda: container("pytorch", "2.7.2"), ", got '2.7.2'; did you mean '2.7.1'; name an image"),
        (
            lambda: container("pytorch", "2.6.0"),
            "'accelerator' is required, because it tells the images of 'pytorch' 2.6.0 apart; use one of 'cpu', 'gpu'",
        ),
        (lambda: container("pytorch", "2.0.1", accelerator="gpu"), "use one of 'cu121', 'cu118'"),
        (lambda: container("pytorch-neuronx", "2.8.0"), "'neuron_sdk' is required"),
        (lambda: container("huggingface-pytorch", "2.3.0"), "'transformers' is required"),
        (
            lambda: container("pytorch", "2.6.0", accelerator="gpu", python="py311", cuda="cu121"),
            "no image of 'pytorch' 2.6.0 is like that: 'python' must be 'py312', got 'py311', 'cuda' must be 'cu126', "
            "got 'cu121'; there are '2.6.0-cpu-py312-ubuntu22.04-sagemaker', '2.6.0-gpu-",
        ),
        (
            lambda: container("pytorch", "2.6.0", accelerator="cpu", cuda="cu126"),
            "'cuda' must be left out, got 'cu126'",
        ),
    ],
)
def test_fails_for_what_aws_does_not_publish(make: Callable[[], TrainingImage], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("name", "tag", "message"),
    [
        ("PyTorch", "1", r"^'repository_name' .* got 'PyTorch'$"),
        ("a//b", "1", r"^'repository_name' .* got 'a//b'$"),
        ("-a", " ", r"^'repository_name' .* got '-a'\n'tag' .* got ' '$"),
    ],
)
def test_fails_for_a_deep_learning_container_that_cannot_be(name: str, tag: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainingImage.from_deep_learning_container(name, tag)
