"""A role that cannot be changed: synthesis says exactly what it must have, in a warning and in the template."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage
from tests.support.templates import flat, stack, statements

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
ROLE = "arn:aws:iam::123456789012:role/mine"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


def required(*, mutable: bool) -> tuple[cdk.Stack, Template, dict[str, Any]]:
    scope = stack()
    SpotTraining(
        scope,
        "Training",
        image=IMAGE,
        capacity=[Capacity.spot("ml.m5.xlarge")],
        channels={"train": TrainingChannel.from_bucket(s3.Bucket.from_bucket_name(scope, "Data", "data"), "in/")},
        role=iam.Role.from_role_arn(scope, "Mine", ROLE, mutable=mutable),
    )
    template = Template.from_stack(scope)
    metadata = template.to_json().get("Metadata", {}).get("spot-training:required-policies", {})
    return scope, template, metadata.get("Test/Training", {})


def test_a_role_that_can_be_changed_needs_no_telling() -> None:
    scope, _, told = required(mutable=True)
    assert told == {}
    assert not Annotations.from_stack(scope).find_warning("*", Match.string_like_regexp("cannot be changed"))


def test_what_an_immutable_role_must_have_is_what_another_is_granted() -> None:
    scope, template, told = required(mutable=False)
    assert statements(template, of="Mine") == []
    assert told["Role"] == ROLE
    _, granted, _ = required(mutable=True)
    policies = granted.find_resources("AWS::IAM::Policy").values()
    of_role = [
        found
        for policy in policies
        if policy["Properties"]["Roles"] == ["mine"]
        for found in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert actions(told["RoleStatements"]) == actions(of_role)
    assert Annotations.from_stack(scope).find_warning("*", Match.string_like_regexp("spot-training policy"))


def actions(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Return every action with each resource that it is allowed on."""
    pairs = set()
    for statement in found:
        names = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        pairs |= {(name, flat(resource)) for name in names for resource in resources}
    return pairs


def test_an_immutable_role_is_told_what_it_needs_of_a_key() -> None:
    scope = stack()
    SpotTraining(
        scope,
        "Training",
        image=IMAGE,
        capacity=[Capacity.spot("ml.m5.xlarge")],
        encryption_key=kms.Key.from_key_arn(scope, "Key", KEY),
        role=iam.Role.from_role_arn(scope, "Mine", ROLE, mutable=False),
    )
    told = Template.from_stack(scope).to_json()["Metadata"]["spot-training:required-policies"]["Test/Training"]
    of_key = {action for action, resource in actions(told["RoleStatements"]) if resource == KEY}
    assert of_key == {"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}


def test_two_trainings_with_one_immutable_role_are_told_their_own_statements_only() -> None:
    scope = stack()
    role = iam.Role.from_role_arn(scope, "Mine", ROLE, mutable=False)
    for name in ("First", "Second"):
        data = s3.Bucket.from_bucket_name(scope, f"{name}Data", f"{name.lower()}-data")
        SpotTraining(
            scope,
            name,
            image=IMAGE,
            capacity=[Capacity.spot("ml.m5.xlarge")],
            channels={"train": TrainingChannel.from_bucket(data, "in/")},
            role=role,
        )
    told = Template.from_stack(scope).to_json()["Metadata"]["spot-training:required-policies"]
    buckets = {
        path: {arn for _, arn in actions(entry["RoleStatements"]) if arn.startswith("arn:aws:s3:::")}
        for path, entry in told.items()
    }
    assert buckets == {
        "Test/First": {"arn:aws:s3:::first-data", "arn:aws:s3:::first-data/in/*"},
        "Test/Second": {"arn:aws:s3:::second-data", "arn:aws:s3:::second-data/in/*"},
    }
