"""TrainingChannel: the entry in InputDataConfig, and reading that prefix alone."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.buckets.output_bucket import OutputBucket
from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.training_job.service_model import model_problems
from tests.support.grants import bind_channel, granted, reads, reads_object


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.fixture
def data(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Data", "data")


def test_the_least_of_a_channel(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    entry = bind_channel(TrainingChannel.from_bucket(data, "in/"), stack, "train", role)
    assert entry == {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in/"}},
    }
    assert list(model_problems(entry, "Channel")) == []


def test_the_role_reads_under_the_prefix_and_nothing_beside_it(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket
) -> None:
    bind_channel(TrainingChannel.from_bucket(data, "in/"), stack, "train", role)
    assert granted(stack) == [
        "s3:ListBucket on arn:aws:s3:::data if StringLike s3:prefix in/*",
        "s3:GetObject on arn:aws:s3:::data/in/*",
    ]


def test_the_whole_bucket(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    entry = bind_channel(TrainingChannel.from_bucket(data, ""), stack, "train", role)
    assert entry["DataSource"]["S3DataSource"]["S3Uri"] == "s3://data/"
    assert granted(stack) == ["s3:ListBucket on arn:aws:s3:::data", "s3:GetObject on arn:aws:s3:::data/*"]


def test_a_channel_in_s3_needs_no_network(data: s3.IBucket) -> None:
    channel = TrainingChannel.from_bucket(data, "in/")
    assert channel.needs_vpc is False
    assert channel.connections is None


def test_the_key_of_the_bucket_decrypts(stack: cdk.Stack, role: TrainingRole) -> None:
    key = kms.Key(stack, "Key")
    bind_channel(
        TrainingChannel.from_bucket(OutputBucket(stack, "Bucket", encryption_key=key), "in/"), stack, "train", role
    )
    logical_id = stack.get_logical_id(key.node.default_child)  # type: ignore[arg-type]
    assert granted(stack)[2:] == [f"kms:Decrypt on {{'Fn::GetAtt': ['{logical_id}', 'Arn']}}"]


def test_the_key_of_an_imported_bucket_decrypts(stack: cdk.Stack, role: TrainingRole) -> None:
    arn = "arn:aws:kms:eu-west-1:210987654321:key/12345678-1234-1234-1234-123456789012"
    bucket = s3.Bucket.from_bucket_attributes(
        stack, "Bucket", bucket_name="theirs", encryption_key=kms.Key.from_key_arn(stack, "Key", arn)
    )
    bind_channel(TrainingChannel.from_bucket(bucket, "in/"), stack, "train", role)
    assert granted(stack) == [*reads("theirs", "in/"), f"kms:Decrypt on {arn}"]


def test_a_bucket_of_another_account_is_read_as_far_as_the_role_goes(stack: cdk.Stack, role: TrainingRole) -> None:
    bucket = s3.Bucket.from_bucket_attributes(stack, "Theirs", bucket_name="theirs", account="210987654321")
    bind_channel(TrainingChannel.from_bucket(bucket, "in/"), stack, "train", role)
    assert granted(stack) == reads("theirs", "in/")


def test_a_prefix_may_begin_with_what_is_known_at_deployment_only(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket
) -> None:
    prefix = cdk.CfnParameter(stack, "Prefix").value_as_string
    entry = bind_channel(TrainingChannel.from_bucket(data, f"{prefix}/"), stack, "train", role)
    uri = entry["DataSource"]["S3DataSource"]["S3Uri"]
    assert stack.resolve(uri) == {"Fn::Join": ["", ["s3://data/", {"Ref": "Prefix"}, "/"]]}
    assert granted(stack) == reads("data", "<Prefix>/")


def test_a_bucket_of_another_stack(role: TrainingRole, stack: cdk.Stack) -> None:
    producer = cdk.Stack(cdk.App.of(stack), "Producer")
    bind_channel(TrainingChannel.from_bucket(OutputBucket(producer, "Bucket"), "in/"), stack, "train", role)
    (imported,) = re.findall(r"s3:GetObject on (.*)", "\n".join(granted(stack)))
    assert re.fullmatch(r"\{'Fn::ImportValue': 'Producer:.*'\}/in/\*", imported)


def test_a_role_of_another_account_is_allowed_by_the_bucket() -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    other = iam.Role.from_role_arn(stack, "Other", "arn:aws:iam::210987654321:role/trainer")
    bucket = OutputBucket(stack, "Bucket")
    bind_channel(TrainingChannel.from_bucket(bucket, "in/"), stack, "train", other)
    arn = stack.resolve(bucket.bucket_arn)
    principal = {"AWS": "arn:aws:iam::210987654321:role/trainer"}
    Template.from_stack(stack).has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        {
                            "Effect": "Allow",
                            "Principal": principal,
                            "Action": "s3:ListBucket",
                            "Resource": arn,
                            "Condition": {"StringLike": {"s3:prefix": "in/*"}},
                        },
                        {
                            "Effect": "Allow",
                            "Principal": principal,
                            "Action": "s3:GetObject",
                            "Resource": {"Fn::Join": ["", [arn, "/in/*"]]},
                        },
                    ]
                )
            }
        },
    )


@pytest.mark.usefixtures("role")
def test_a_role_that_cannot_be_changed_is_left_as_it_is(stack: cdk.Stack, data: s3.IBucket) -> None:
    arn = "arn:aws:iam::123456789012:role/trainer"
    fixed = iam.Role.from_role_arn(stack, "Fixed", arn, mutable=False)
    bind_channel(TrainingChannel.from_bucket(data, "in/"), stack, "train", fixed)
    assert Template.from_stack(stack).find_resources("AWS::IAM::Policy") == {}


@pytest.mark.parametrize("prefix", ["in/", "", "a b/", "a(1)/"])
def test_forced_wildcards_are_acknowledged_as_far_as_their_ids_allow(prefix: str) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    bind_channel(
        TrainingChannel.from_bucket(OutputBucket(stack, "Owned"), prefix), stack, "a", TrainingRole(stack, "Role")
    )
    imported = s3.Bucket.from_bucket_name(stack, "Data", "data")
    own = iam.Role.from_role_arn(stack, "Own", "arn:aws:iam::123456789012:role/trainer")
    bind_channel(TrainingChannel.from_bucket(imported, prefix), stack, "b", own)
    found = [violation.rule_name for violation in AwsSolutionsChecks(app).validate_scope(app).violations]
    if prefix in ("in/", ""):
        assert found == []
    else:
        assert len(found) == 2
        assert all(name.startswith("AwsSolutions-IAM5[") and name.endswith(f"/{prefix}*]") for name in found)


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("in", "'prefix' must end in '/', so that 'in/' never matches 'inner/', got 'in'; write \"in/\""),
        (
            "in/data.csv",
            'write "in/data.csv/" for what lies below it, match="object" for the one object of that key, or '
            'match="name" for all whose keys start so',
        ),
        ("/", "'prefix' must not start with '/'"),
        ("/in/", "'prefix' must not start with '/'"),
        ("in*/", "'prefix' must not have '*'"),
        ("in?/", "'prefix' must not have '*'"),
        ("${aws:username}/", "'prefix' must not have '*'"),
        (None, "'prefix' must be a text, got None"),
    ],
)
def test_fails_for_a_prefix_that_grants_more_than_it_says(data: s3.IBucket, prefix: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_bucket(data, prefix)


def test_fails_for_a_prefix_that_is_a_bare_token(stack: cdk.Stack, data: s3.IBucket) -> None:
    with pytest.raises(ValueError, match="'prefix' must end in '/'"):
        TrainingChannel.from_bucket(data, cdk.CfnParameter(stack, "Prefix").value_as_string)


def test_fails_for_a_token_with_a_wildcard_after_it(stack: cdk.Stack, data: s3.IBucket) -> None:
    prefix = cdk.CfnParameter(stack, "Prefix").value_as_string
    with pytest.raises(ValueError, match=r"'prefix' must not have '\*'"):
        TrainingChannel.from_bucket(data, f"{prefix}*/")


def test_fails_for_a_bucket_that_is_a_name() -> None:
    with pytest.raises(ValueError, match=r"write s3\.Bucket\.from_bucket_name"):
        TrainingChannel.from_bucket("data", "in/")  # type: ignore[arg-type]


def test_fails_with_all_problems_at_once() -> None:
    with pytest.raises(ValueError, match="'bucket' must be") as caught:
        TrainingChannel.from_bucket("data", "in", input_mode="File", compression="Gzip")  # type: ignore[arg-type]
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["'bucket'", "'prefix'", "'compression'"]


@pytest.mark.parametrize("name", ["a", "A.b-c_9", "x" * 64])
def test_a_channel_may_have_any_name_that_the_api_takes(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, name: str
) -> None:
    assert bind_channel(TrainingChannel.from_bucket(data, "in/"), stack, name, role)["ChannelName"] == name


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "train\n"])
def test_fails_for_a_name_that_the_api_does_not_take(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, name: str
) -> None:
    with pytest.raises(ValueError, match="'channels' must have names of 1 to 64 letters"):
        bind_channel(TrainingChannel.from_bucket(data, "in/"), stack, name, role)
    assert granted(stack) == []


def granted_in_aws(stack: cdk.Stack) -> list[str]:
    return [line.replace("<AWS::Partition>", "aws") for line in granted(stack)]


def test_one_object_is_read_and_no_other(stack: cdk.Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Data", "data")
    channel = TrainingChannel.from_bucket(bucket, "train/data.csv", match="object", content_type="text/csv")
    entry = stack.resolve(bind_channel(channel, stack, "train", TrainingRole(stack, "Role")))
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/data.csv"}
    assert entry == {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
    assert [line.replace("<AWS::Partition>", "aws") for line in granted(stack)] == reads_object(
        "data", "train/data.csv"
    )


def test_what_starts_alike_is_read(stack: cdk.Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Data", "data")
    channel = TrainingChannel.from_bucket(bucket, "train/part-", match="name")
    entry = stack.resolve(bind_channel(channel, stack, "train", TrainingRole(stack, "Role")))
    assert entry["DataSource"]["S3DataSource"]["S3Uri"] == "s3://data/train/part-"
    assert granted_in_aws(stack) == reads("data", "train/part-")


@pytest.mark.parametrize(
    ("prefix", "match", "message"),
    [
        ("train/", "object", "'prefix' must be the key of an object, which does not end in '/', got 'train/'"),
        ("", "object", "'prefix' must be the key of an object"),
        ("/a", "object", "'prefix' must not start with '/'"),
        (
            "train/",
            "name",
            "'prefix' must be what keys start with, such as \"train/part-\", got 'train/'; leave",
        ),
        ("", "name", "'prefix' must be what keys start with"),
        ("part-*", "name", "'prefix' must not have '*'"),
        (1, "name", "'prefix' must be a text, got 1"),
        ("a/", "file", "'match' must be one of 'directory', 'object', 'name', got 'file'"),
    ],
)
def test_fails_on_what_does_not_go_with_match(stack: cdk.Stack, prefix: Any, match: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_bucket(s3.Bucket.from_bucket_name(stack, "Data", "data"), prefix, match=match)
