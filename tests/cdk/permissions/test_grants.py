"""Grants on a prefix: what a job may do with models and checkpoints."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.buckets.output_bucket import OutputBucket
from constructs_lib.cdk.permissions.findings import acknowledge_wildcards
from constructs_lib.cdk.permissions.grants import grant
from constructs_lib.cdk.permissions.permission import checkpoint_permissions, output_permissions
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.workflow.permission import Permission


def granted(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the statements that were added to roles after they were made."""
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    return [found for policy in policies for found in policy["Properties"]["PolicyDocument"]["Statement"]]


def test_models_are_written_and_not_read(stack: cdk.Stack) -> None:
    bucket = OutputBucket(stack, "Bucket")
    grant(stack, TrainingRole(stack, "Role"), output_permissions(bucket, "models/"))
    arn = stack.resolve(bucket.bucket_arn)
    assert granted(stack) == [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": {"Fn::Join": ["", [arn, "/models/*"]]}}
    ]


def test_checkpoints_are_kept_the_same_on_both_sides(stack: cdk.Stack) -> None:
    bucket = CheckpointBucket(stack, "Bucket")
    grant(stack, TrainingRole(stack, "Role"), checkpoint_permissions(bucket, "churn/"))
    arn = stack.resolve(bucket.bucket_arn)
    assert granted(stack) == [
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": arn,
            "Condition": {"StringLike": {"s3:prefix": "churn/*"}},
        },
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            "Resource": {"Fn::Join": ["", [arn, "/churn/*"]]},
        },
    ]


@pytest.mark.parametrize("permissions", [checkpoint_permissions, output_permissions])
def test_writing_with_a_key_takes_making_data_keys(stack: cdk.Stack, permissions: Any) -> None:
    key = kms.Key(stack, "Key")
    bucket = OutputBucket(stack, "Bucket", encryption_key=key)
    grant(stack, TrainingRole(stack, "Role"), permissions(bucket, "models/"))
    assert granted(stack)[-1] == {
        "Effect": "Allow",
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": stack.resolve(key.key_arn),
    }


def test_a_run_of_grants_leaves_nothing_to_find() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    for role in (
        TrainingRole(stack, "Role"),
        iam.Role.from_role_arn(stack, "Own", "arn:aws:iam::123456789012:role/trainer"),
        iam.Role.from_role_name(stack, "Named", cdk.CfnParameter(stack, "RoleName").value_as_string),
    ):
        number = len(stack.node.children)
        grant(stack, role, checkpoint_permissions(CheckpointBucket(stack, f"Checkpoints{number}"), "churn/"))
        grant(stack, role, output_permissions(OutputBucket(stack, f"Models{number}"), ""))
    assert AwsSolutionsChecks(app).validate_scope(app).violations == []


@pytest.mark.parametrize(
    ("arn", "flat"),
    [
        ("arn:x/*", "arn:x/*"),
        (cdk.Fn.sub("arn:${AWS::Partition}:x/*"), "arn:<AWS::Partition>:x/*"),
        (cdk.Fn.join("/", [cdk.Fn.ref("A"), cdk.Fn.get_att("B", "Arn").to_string(), "*"]), "<A>/<B.Arn>/*"),
        (f"{cdk.Fn.import_value('shared')}/*", "shared/*"),
        (f"{cdk.Fn.select(0, cdk.Fn.split('|', cdk.Fn.ref('A')))}/*", None),
    ],
    ids=["text", "sub", "join", "import", "select"],  # tokens are numbered, so the texts differ between processes
)
def test_findings_have_the_ids_that_are_acknowledged(arn: str, flat: str | None) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[arn]))
    found = [violation.rule_name for violation in AwsSolutionsChecks(app).validate_scope(app).violations]
    assert flat is None or found == [f"AwsSolutions-IAM5[Resource::{flat}]"]

    acknowledge_wildcards(role, stack, [Permission(actions=["s3:GetObject"], resources=[arn], why="a test", page="")])

    left = [violation.rule_name for violation in AwsSolutionsChecks(app).validate_scope(app).violations]
    # what reads as JSON has brackets, which an acknowledgement cannot carry
    assert left == ([] if flat is not None else found)


def test_a_wildcard_is_acknowledged_with_the_reasons_of_all_who_need_it(stack: cdk.Stack) -> None:
    role = TrainingRole(stack, "Role")
    jobs, metrics, more = (
        Permission(actions=["a:B"], resources=resources, why=why, page="")
        for resources, why in ((["jobs/*", "jobs"], "jobs"), (["*"], "metrics"), (["*", "jobs/*"], "more"))
    )
    grant(stack, role, [jobs, metrics, more, more])
    acknowledged = {
        rule: reason
        for entry in role.node.metadata
        if entry.type == "aws:cdk:acknowledged-rules"
        for rule, reason in entry.data.items()
    }
    assert acknowledged == {
        "Annotation::AwsSolutions-IAM5[Resource::jobs/*]": "jobs; more",
        "Annotation::AwsSolutions-IAM5[Resource::*]": "metrics; more",
    }
