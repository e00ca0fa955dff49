"""TrainingImage: private registries in a VPC, and algorithms that go by their name."""

from __future__ import annotations

import re
from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match, Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.images.training_image import TrainingImage
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.training_job.service_model import model_problems
from tests.support.grants import bind_image
from tests.support.templates import statements

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:credentials"
URI = "registry.example.com:5000/churn:1.4"

# tests hand over what a type checker would refuse
from_registry: Callable[..., TrainingImage] = TrainingImage.from_registry


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


def provider(stack: cdk.Stack, arn: str = FUNCTION) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Provider", arn)


def test_a_private_registry_in_a_vpc(stack: cdk.Stack, role: TrainingRole) -> None:
    config = bind_image(TrainingImage.from_registry(URI, repository_access_mode="Vpc"), stack, role)
    assert config.members == {
        "TrainingImage": URI,
        "TrainingImageConfig": {"TrainingRepositoryAccessMode": "Vpc"},
    }
    assert config.uri == URI
    assert statements(Template.from_stack(stack), of="Role") == []
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_the_role_may_call_the_credentials_provider_alone(stack: cdk.Stack, role: TrainingRole) -> None:
    image = TrainingImage.from_registry(URI, repository_access_mode="Vpc", credentials_provider=provider(stack))
    members = stack.resolve(bind_image(image, stack, role).members)
    assert members == {
        "TrainingImage": URI,
        "TrainingImageConfig": {
            "TrainingRepositoryAccessMode": "Vpc",
            "TrainingRepositoryAuthConfig": {"TrainingRepositoryCredentialsProviderArn": FUNCTION},
        },
    }
    assert list(model_problems({**members, "TrainingInputMode": "File"}, "AlgorithmSpecification")) == []
    assert statements(Template.from_stack(stack), of="Role") == [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    ]
    root = stack.node.root
    assert AwsSolutionsChecks(root).validate_scope(root).violations == []


def test_a_role_that_cannot_be_changed_is_left_as_it_is(stack: cdk.Stack, role: TrainingRole) -> None:
    image = TrainingImage.from_registry(URI, repository_access_mode="Vpc", credentials_provider=provider(stack))
    fixed = iam.Role.from_role_arn(stack, "Fixed", "arn:aws:iam::123456789012:role/trainer", mutable=False)
    bind_image(image, stack, fixed)
    assert Template.from_stack(stack).find_resources("AWS::IAM::Policy") == {}


def test_the_function_may_be_owned_and_the_uri_a_parameter(stack: cdk.Stack, role: TrainingRole) -> None:
    function = lambda_.Function(
        stack,
        "Owned",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )
    uri = cdk.CfnParameter(stack, "Image").value_as_string
    image = TrainingImage.from_registry(uri, repository_access_mode="Vpc", credentials_provider=function)
    members = stack.resolve(bind_image(image, stack, role).members)
    assert members["TrainingImage"] == {"Ref": "Image"}
    arn = stack.resolve(function.function_arn)
    auth = members["TrainingImageConfig"]["TrainingRepositoryAuthConfig"]
    assert auth == {"TrainingRepositoryCredentialsProviderArn": arn}
    assert [found["Resource"] for found in statements(Template.from_stack(stack), of="Role")] == [arn]


def test_an_ecr_image_may_say_that_it_is_one(stack: cdk.Stack, role: TrainingRole) -> None:
    uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1"
    config = bind_image(TrainingImage.from_registry(uri, repository_access_mode="Platform"), stack, role)
    assert config.members["TrainingImageConfig"] == {"TrainingRepositoryAccessMode": "Platform"}
    assert len(statements(Template.from_stack(stack), of="Role")) == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda _: from_registry(URI, repository_access_mode="VPC"),
            "'repository_access_mode' must be one of Platform, Vpc, got 'VPC'",
        ),
        (
            lambda stack: from_registry(URI, credentials_provider=provider(stack)),
            "'credentials_provider' is for a private registry, which takes repository_access_mode=\"Vpc\", got None",
        ),
        (
            lambda stack: from_registry(
                "http://x", repository_access_mode="Platform", credentials_provider=provider(stack)
            ),
            "'uri' must have no scheme, got 'http://x'; write 'x'\n'credentials_provider' is for",
        ),
    ],
)
def test_fails_for_a_registry_that_cannot_be(
    stack: cdk.Stack, make: Callable[[cdk.Stack], TrainingImage], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make(stack)


@pytest.mark.parametrize(
    "name", ["churn", "x" * 63, "arn:aws-cn:sagemaker:cn-north-1:123456789012:algorithm/churn-1-2"]
)
def test_an_algorithm_by_its_name(stack: cdk.Stack, role: TrainingRole, name: str) -> None:
    image = TrainingImage.from_algorithm_arn(name)
    config = bind_image(image, stack, role)
    assert config.members == {"AlgorithmName": name}
    assert config.uri is None
    assert (image.checkpoints, image.takes_source) == (False, False)
    assert statements(Template.from_stack(stack), of="Role") == []


def test_an_algorithm_may_checkpoint_and_be_a_parameter(stack: cdk.Stack, role: TrainingRole) -> None:
    image = TrainingImage.from_algorithm_arn(cdk.CfnParameter(stack, "Algorithm").value_as_string, checkpoints=True)
    assert image.checkpoints is True
    assert stack.resolve(bind_image(image, stack, role).members) == {"AlgorithmName": {"Ref": "Algorithm"}}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 64,
        "churn_1",
        "churn-",
        "churn\n",
        "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn",
        "arn:aws:sagemaker:eu-west-1:123456789012:algorithm/",
    ],
)
def test_fails_for_what_names_no_algorithm(name: str) -> None:
    with pytest.raises(ValueError, match=r"^'name' must be an algorithm's name, .*, got " + re.escape(repr(name))):
        TrainingImage.from_algorithm_arn(name)
