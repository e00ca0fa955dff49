"""Grants that CDK drops in silence: made without it, or told as what others must have."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from constructs_lib.cdk.monitoring.notifications import NotificationTopic
from constructs_lib.cdk.permissions.grants import grant
from constructs_lib.cdk.permissions.job_role import encrypt_volumes
from constructs_lib.cdk.permissions.permission import on_key
from constructs_lib.cdk.permissions.training_role import TrainingRole, logs_and_metrics
from tests.support.grants import granted

FLAG = "@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal"
REQUIRED = "spot-training:required-policies"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BY_ALIAS = (
    "kms:CreateGrant on arn:aws:kms:eu-west-1:123456789012:key/* "
    "if ForAnyValue:StringEquals kms:ResourceAliases alias/ml"
)


def stack_with(context: dict[str, Any] | None = None) -> cdk.Stack:
    env = cdk.Environment(account="123456789012", region="eu-west-1")
    return cdk.Stack(cdk.App(context=context), "Stack", env=env)


def required(stack: cdk.Stack) -> dict[str, Any]:
    found: dict[str, Any] = Template.from_stack(stack).to_json().get("Metadata", {}).get(REQUIRED, {})
    return found


@pytest.mark.parametrize("context", [{}, {FLAG: True}, {FLAG: False}])
def test_a_key_that_is_known_by_its_alias_is_granted(context: dict[str, Any]) -> None:
    stack = stack_with(context)
    key = kms.Alias.from_alias_name(stack, "Key", "alias/ml")
    grant(stack, TrainingRole(stack, "Role"), [on_key(key, encrypt_volumes)])
    assert [line.replace("<AWS::Partition>", "aws") for line in granted(stack)] == [BY_ALIAS]
    assert required(stack) == {}


@pytest.mark.parametrize("context", [{}, {FLAG: True}])
def test_a_role_that_cannot_be_changed_is_told_of_the_alias(context: dict[str, Any]) -> None:
    stack = stack_with(context)
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/mine", mutable=False)
    of_key = on_key(kms.Alias.from_alias_name(stack, "Key", "alias/ml"), encrypt_volumes)
    grant(stack, role, [*logs_and_metrics(stack), of_key])
    statement = required(stack)["Stack"]["RoleStatements"][-1]
    assert statement["Action"] == "kms:CreateGrant"
    assert statement["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/ml"}}
    assert str(statement["Resource"]).endswith("key/*']]}")


def test_an_alias_of_the_app_is_its_key() -> None:
    stack = stack_with()
    key = kms.Key(stack, "Key")
    alias = kms.Alias(stack, "Alias", alias_name="alias/ml", target_key=key)
    grant(stack, TrainingRole(stack, "Role"), [on_key(alias, encrypt_volumes)])
    assert granted(stack) == [f"kms:CreateGrant on {stack.resolve(key.key_arn)}"]


def test_what_a_service_needs_of_an_imported_key_is_told() -> None:
    stack = stack_with()
    training = SpotTraining(
        stack,
        "Training",
        image=TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
        capacity=[Capacity.spot("ml.m5.xlarge")],
        state_machine_key=kms.Key.from_key_arn(stack, "Key", KEY),
    )
    NotificationTopic(training, "Topic", display_name="Me", encryption_key=kms.Key.from_key_arn(stack, "Other", KEY))
    found = required(stack)
    (of_logs,) = found["Stack/Training"]["ResourcePolicies"]
    assert of_logs["Resource"] == KEY
    assert [each["Principal"]["Service"] for each in of_logs["Statements"]] == ["logs.eu-west-1.amazonaws.com"] * 2
    assert of_logs["Statements"][1]["Action"] == "kms:DescribeKey"
    (topic,) = found["Stack/Training/Topic"]["ResourcePolicies"]
    assert [each["Principal"]["Service"] for each in topic["Statements"]] == [
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
    ]
    told = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("what others own must allow this"))
    assert {each.id for each in told} == {"/Stack/Training", "/Stack/Training/Topic"}


def test_what_a_service_needs_of_a_key_of_the_app_is_granted() -> None:
    stack = stack_with()
    NotificationTopic(stack, "Topic", display_name="Me", encryption_key=kms.Key(stack, "Key"))
    assert required(stack) == {}
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp("must allow"))
