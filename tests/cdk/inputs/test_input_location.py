"""InputLocation: a place in S3 that training jobs may read."""

from __future__ import annotations

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.buckets.output_bucket import OutputBucket
from constructs_lib.cdk.inputs.input_location import InputLocation
from constructs_lib.cdk.permissions.training_role import TrainingRole
from tests.support.grants import bind_location, granted, reads


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.fixture
def data(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Data", "data")


@pytest.mark.parametrize("prefix", ["", "in/", "in/2025/"])
def test_a_role_reads_the_location_and_nothing_beside_it(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, prefix: str
) -> None:
    assert bind_location(InputLocation.from_bucket(data, prefix), role) == f"s3://data/{prefix}"
    assert granted(stack) == reads("data", prefix)


def test_the_key_of_the_bucket_decrypts(stack: cdk.Stack, role: TrainingRole) -> None:
    arn = "arn:aws:kms:eu-west-1:210987654321:key/12345678-1234-1234-1234-123456789012"
    bucket = s3.Bucket.from_bucket_attributes(
        stack, "Bucket", bucket_name="theirs", encryption_key=kms.Key.from_key_arn(stack, "Key", arn)
    )
    bind_location(InputLocation.from_bucket(bucket, "in/"), role)
    assert granted(stack) == [*reads("theirs", "in/"), f"kms:Decrypt on {arn}"]


def test_what_is_known_at_deployment_only(stack: cdk.Stack, role: TrainingRole) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", cdk.CfnParameter(stack, "Name").value_as_string)
    prefix = cdk.CfnParameter(stack, "Prefix").value_as_string
    uri = bind_location(InputLocation.from_bucket(bucket, f"{prefix}/"), role)
    assert stack.resolve(uri) == {"Fn::Join": ["", ["s3://", {"Ref": "Name"}, "/", {"Ref": "Prefix"}, "/"]]}
    assert granted(stack) == reads("<Name>", "<Prefix>/")


def test_one_location_may_be_bound_to_many_roles(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    location = InputLocation.from_bucket(data, "in/")
    assert bind_location(location, role) == bind_location(location, TrainingRole(stack, "Other"))
    assert granted(stack) == granted(stack, of="Other") == reads("data", "in/")


def test_a_role_that_cannot_be_changed_is_left_as_it_is(stack: cdk.Stack, data: s3.IBucket) -> None:
    fixed = iam.Role.from_role_arn(stack, "Fixed", "arn:aws:iam::123456789012:role/trainer", mutable=False)
    assert bind_location(InputLocation.from_bucket(data, "in/"), fixed) == "s3://data/in/"
    assert Template.from_stack(stack).find_resources("AWS::IAM::Policy") == {}


def test_the_forced_wildcards_are_acknowledged() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    bind_location(InputLocation.from_bucket(OutputBucket(stack, "Owned"), "in/"), TrainingRole(stack, "Role"))
    assert AwsSolutionsChecks(app).validate_scope(app).violations == []


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("in", "'prefix' must end in '/', so that 'in/' never matches 'inner/', got 'in'; write \"in/\""),
        ("/in/", "'prefix' must not start with '/'"),
        ("in*/", "'prefix' must not have '*'"),
    ],
)
def test_fails_for_a_prefix_that_grants_more_than_it_says(data: s3.IBucket, prefix: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        InputLocation.from_bucket(data, prefix)


def test_fails_with_all_problems_at_once() -> None:
    with pytest.raises(ValueError, match=r"write s3\.Bucket\.from_bucket_name") as caught:
        InputLocation.from_bucket("data", "in")  # type: ignore[arg-type]
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["'bucket'", "'prefix'"]
