"""TrainingImage: the URI in the request, and pulling from the one repository."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template
from constructs import Construct

from constructs_lib.cdk.images.image_facts import TrainingImageConfig
from constructs_lib.cdk.images.own_images import RepositoryAccessMode
from constructs_lib.cdk.images.training_image import TrainingImage
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.workflow.permission import Permission
from tests.support.grants import bind_image

PULL = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
CHURN = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"
DIGEST = "sha256:" + "0123456789abcdef" * 4
LOGIN = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


def granted(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the statements that were added to roles after they were made."""
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    return [found for policy in policies for found in policy["Properties"]["PolicyDocument"]["Statement"]]


def assembly(stack: cdk.Stack) -> cdk.cx_api.CloudAssembly:
    app = cdk.App.of(stack)
    assert isinstance(app, cdk.App)
    return app.synth()


def pull_from(resource: object) -> list[dict[str, Any]]:
    return [{"Effect": "Allow", "Action": PULL, "Resource": resource}, LOGIN]


def repository_arn(account: str, region: str, name: str) -> dict[str, Any]:
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":ecr:{region}:{account}:repository/{name}"]]}


@pytest.mark.parametrize(
    ("tag", "digest", "suffix"),
    [("1.4", None, ":1.4"), ("_" + "x" * 127, None, ":_" + "x" * 127), (None, DIGEST, f"@{DIGEST}")],
)
def test_an_image_of_an_imported_repository(
    stack: cdk.Stack, role: TrainingRole, tag: str | None, digest: str | None, suffix: str
) -> None:
    repository = ecr.Repository.from_repository_name(stack, "Repository", "team/churn")
    config = bind_image(TrainingImage.from_ecr_repository(repository, tag=tag, digest=digest), stack, role)
    assert stack.resolve(config.uri) == {
        "Fn::Join": ["", ["123456789012.dkr.ecr.eu-west-1.", {"Ref": "AWS::URLSuffix"}, f"/team/churn{suffix}"]]
    }
    assert granted(stack) == pull_from(repository_arn("123456789012", "eu-west-1", "team/churn"))


def test_an_image_of_an_owned_repository_is_pulled_from_it_alone(stack: cdk.Stack, role: TrainingRole) -> None:
    repository = ecr.Repository(stack, "Repository")
    bind_image(TrainingImage.from_ecr_repository(repository, tag="1.4"), stack, role)
    assert granted(stack) == pull_from(stack.resolve(repository.repository_arn))


def test_the_tag_may_be_a_parameter(stack: cdk.Stack, role: TrainingRole) -> None:
    tag = cdk.CfnParameter(stack, "Tag").value_as_string
    repository = ecr.Repository.from_repository_name(stack, "Repository", "churn")
    config = bind_image(TrainingImage.from_ecr_repository(repository, tag=tag), stack, role)
    assert {"Ref": "Tag"} in stack.resolve(config.uri)["Fn::Join"][1]


@pytest.mark.parametrize("digest", [False, True])
def test_the_tag_may_be_looked_up_from_ssm(digest: bool) -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    version = ssm.StringParameter.value_from_lookup(stack, "/churn/version")
    repository = ecr.Repository.from_repository_name(stack, "Repository", "churn")
    tag_or_digest: dict[str, Any] = {"digest" if digest else "tag": version}
    image = TrainingImage.from_ecr_repository(repository, **tag_or_digest)
    uri = stack.resolve(bind_image(image, stack, TrainingRole(stack, "Role")).uri)
    assert uri["Fn::Join"][1][-1].endswith("/churn/version")


def test_an_image_of_ones_own_may_do_anything(stack: cdk.Stack) -> None:
    repository = ecr.Repository.from_repository_name(stack, "Repository", "churn")
    for image in (TrainingImage.from_ecr_repository(repository, tag="1"), TrainingImage.from_registry(CHURN)):
        assert image.checkpoints is None
        assert image.takes_source is None


def test_an_image_of_another_kind_is_a_subclass(stack: cdk.Stack, role: TrainingRole) -> None:
    class Own(TrainingImage):
        def bind(self, scope: Construct, role: iam.IRole | iam.Role) -> TrainingImageConfig:
            return TrainingImageConfig(members={"TrainingImage": "churn"}, permissions=[asking])

    asking = Permission(
        actions=["ssm:GetParameter"], resources=["arn:aws:ssm:*:*:parameter/churn"], why="a test", page="none"
    )
    assert bind_image(Own(), stack, role).uri == "churn"
    (statement,) = granted(stack)
    assert statement == {"Effect": "Allow", "Action": asking.actions[0], "Resource": asking.resources[0]}
    assert (Own().checkpoints, Own().takes_source) == (None, None)


def test_a_role_of_another_account_is_allowed_by_the_repository(stack: cdk.Stack) -> None:
    repository = ecr.Repository(stack, "Repository")
    other = iam.Role.from_role_arn(stack, "Other", "arn:aws:iam::210987654321:role/trainer")
    bind_image(TrainingImage.from_ecr_repository(repository, tag="1"), stack, other)
    Template.from_stack(stack).has_resource_properties(
        "AWS::ECR::Repository",
        {"RepositoryPolicyText": {"Statement": [Match.object_like({"Effect": "Allow", "Action": PULL})]}},
    )


@pytest.mark.usefixtures("role")
def test_a_role_that_cannot_be_changed_is_left_as_it_is(stack: cdk.Stack) -> None:
    arn = "arn:aws:iam::123456789012:role/trainer"
    bind_image(
        TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1"),
        stack,
        iam.Role.from_role_arn(stack, "Fixed", arn, mutable=False),
    )
    assert granted(stack) == []


def test_a_role_of_ones_own_is_granted_the_same(stack: cdk.Stack) -> None:
    arn = "arn:aws:iam::123456789012:role/trainer"
    bind_image(
        TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1"),
        stack,
        iam.Role.from_role_arn(stack, "Own", arn),
    )
    assert granted(stack) == pull_from(repository_arn("123456789012", "eu-west-1", "churn"))


@pytest.mark.parametrize(
    ("uri", "account", "region", "name"),
    [
        ("210987654321.dkr.ecr.us-east-1.amazonaws.com/churn", "210987654321", "us-east-1", "churn"),
        ("210987654321.dkr.ecr.us-east-1.amazonaws.com/a/b__c/d-e:1.4", "210987654321", "us-east-1", "a/b__c/d-e"),
        (f"210987654321.dkr.ecr.us-east-1.amazonaws.com/churn@{DIGEST}", "210987654321", "us-east-1", "churn"),
        (f"210987654321.dkr.ecr.us-east-1.amazonaws.com/churn:1@{DIGEST}", "210987654321", "us-east-1", "churn"),
        ("210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/churn:1", "210987654321", "cn-north-1", "churn"),
        ("210987654321.dkr.ecr-fips.us-east-1.amazonaws.com/churn:1", "210987654321", "us-east-1", "churn"),
        ("210987654321.dkr-ecr.us-east-1.on.aws/churn:1", "210987654321", "us-east-1", "churn"),
    ],
)
def test_an_ecr_uri_grants_its_repository_alone(
    stack: cdk.Stack, role: TrainingRole, uri: str, account: str, region: str, name: str
) -> None:
    assert bind_image(TrainingImage.from_registry(uri), stack, role).uri == uri
    assert granted(stack) == pull_from(repository_arn(account, region, name))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_an_ecr_uri_of_this_account_and_region_may_have_tokens() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    role = TrainingRole(stack, "Role")
    uri = f"{stack.account}.dkr.ecr.{stack.region}.{stack.url_suffix}/team/churn:1"
    assert bind_image(TrainingImage.from_registry(uri), stack, role).uri == uri
    found = granted(stack)
    assert found == pull_from(
        {
            "Fn::Join": [
                "",
                [
                    "arn:",
                    {"Ref": "AWS::Partition"},
                    ":ecr:",
                    {"Ref": "AWS::Region"},
                    ":",
                    {"Ref": "AWS::AccountId"},
                    ":repository/team/churn",
                ],
            ]
        }
    )


@pytest.mark.parametrize("path", ["", "/churn:1"])
def test_what_cannot_be_granted_is_said(stack: cdk.Stack, role: TrainingRole, path: str) -> None:
    uri = f"{cdk.CfnParameter(stack, 'Image').value_as_string}{path}"
    assert bind_image(TrainingImage.from_registry(uri), stack, role).uri == uri
    assert granted(stack) == []
    Annotations.from_stack(stack).has_warning("*", Match.string_like_regexp("names no Amazon ECR repository"))


def test_what_cannot_be_granted_may_be_acknowledged(stack: cdk.Stack, role: TrainingRole) -> None:
    cdk.Validations.of(stack).acknowledge(
        cdk.Acknowledgment(id="spot-training-constructs:image-pull-not-granted", reason="the role may pull it")
    )
    bind_image(TrainingImage.from_registry(cdk.CfnParameter(stack, "Image").value_as_string), stack, role)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_an_image_from_a_dockerfile(stack: cdk.Stack, role: TrainingRole, tmp_path: Path) -> None:
    (tmp_path / "train.Dockerfile").write_text("FROM scratch AS training\n")
    image = TrainingImage.from_asset(tmp_path, file="train.Dockerfile", build_args={"A": "b"}, target="training")
    config = bind_image(image, stack, role)
    assert stack.resolve(config.uri) == stack.resolve(bind_image(image, stack, role).uri)  # twice in one scope
    asset = stack.node.find_child("TrainingImage")
    assert isinstance(asset, ecr_assets.DockerImageAsset)
    assert stack.resolve(config.uri) == stack.resolve(asset.image_uri)
    assert granted(stack) == pull_from(stack.resolve(asset.repository.repository_arn))
    manifest = json.loads((Path(assembly(stack).directory) / "Stack.assets.json").read_text())
    assert [image["source"] for image in manifest["dockerImages"].values()] == [
        {
            "directory": f"asset.{asset.asset_hash}",
            "dockerBuildArgs": {"A": "b"},
            "dockerBuildTarget": "training",
            "dockerFile": "train.Dockerfile",
            "platform": "linux/amd64",
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "one of 'tag' and 'digest' is required"),
        ({"tag": "1", "digest": DIGEST}, "only one of 'tag' and 'digest' may be given"),
        ({"tag": ""}, "'tag' must be 1 to 128"),
        ({"tag": " 1.4"}, "'tag' must be 1 to 128"),
        ({"tag": "1.4\n"}, "'tag' must be 1 to 128"),
        ({"tag": ".4"}, "'tag' must be 1 to 128"),
        ({"tag": "x" * 129}, "'tag' must be 1 to 128"),
        ({"tag": DIGEST}, f"write digest='{DIGEST}'"),
        ({"digest": DIGEST.removeprefix("sha256:")}, "'digest' must be 'sha256:' and 64"),
        ({"digest": DIGEST.upper()}, "'digest' must be 'sha256:' and 64"),
        ({"digest": DIGEST + "0"}, "'digest' must be 'sha256:' and 64"),
        ({"digest": DIGEST + "\n"}, "'digest' must be 'sha256:' and 64"),
    ],
)
def test_fails_for_what_is_no_tag_or_digest(stack: cdk.Stack, arguments: dict[str, Any], message: str) -> None:
    repository = ecr.Repository.from_repository_name(stack, "Repository", "churn")
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingImage.from_ecr_repository(repository, **arguments)


def test_fails_for_a_repository_that_is_a_name() -> None:
    with pytest.raises(ValueError, match=r"write ecr\.Repository\.from_repository_name"):
        TrainingImage.from_ecr_repository("churn", tag="1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn", "write '123456789012.dkr.ecr"),
        ("", "'uri' must be [registry/]repository"),
        ("churn: 1", "'uri' must be [registry/]repository"),
        (" churn", "'uri' must be [registry/]repository"),
        ("churn\n", "'uri' must be [registry/]repository"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/Churn:1", "the repository in lower case"),
        ("churn:1:2", "'uri' must be [registry/]repository"),
        ("a" * 256, "'uri' must have at most 255 characters, got 256"),
    ],
)
def test_fails_for_what_is_no_uri(uri: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingImage.from_registry(uri)


def test_a_uri_of_255_characters_is_fine() -> None:
    TrainingImage.from_registry("a" * 255, repository_access_mode="Vpc")


@pytest.mark.parametrize("uri", ["localhost:5000/churn:1", "public.ecr.aws/docker/library/python:3.12", "tensorflow"])
@pytest.mark.parametrize("mode", [None, "Platform"])
def test_fails_for_an_image_that_is_not_in_ecr(uri: str, mode: RepositoryAccessMode | None) -> None:
    with pytest.raises(ValueError, match=f"'uri' must be an image in Amazon ECR, got '{re.escape(uri)}', which"):
        TrainingImage.from_registry(uri, repository_access_mode=mode)
    TrainingImage.from_registry(uri, repository_access_mode="Vpc")


def test_fails_without_the_directory_or_the_dockerfile(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'directory' must be a directory"):
        TrainingImage.from_asset(tmp_path / "absent")
    with pytest.raises(ValueError, match="'file' must be a Dockerfile in"):
        TrainingImage.from_asset(tmp_path)
