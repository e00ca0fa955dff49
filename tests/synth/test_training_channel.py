"""TrainingChannel: the entry in InputDataConfig, and reading that prefix alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.output_bucket import OutputBucket
from constructs_lib.training_channel import TrainingChannel
from constructs_lib.training_job.service_model import model_problems
from constructs_lib.training_role import TrainingRole

DATA = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::data"]]}


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.fixture
def data(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Data", "data")


def granted(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the statements that were added to roles after they were made."""
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    return [found for policy in policies for found in policy["Properties"]["PolicyDocument"]["Statement"]]


def under(prefix: str) -> dict[str, Any]:
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":s3:::data/{prefix}*"]]}


def test_the_least_of_a_channel(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    entry = TrainingChannel.from_bucket(data, "in/").bind(stack, "train", role)
    assert entry == {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in/"}},
    }
    assert list(model_problems(entry, "Channel")) == []


def test_the_most_of_a_channel(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    channel = TrainingChannel.from_bucket(
        data,
        "in/",
        input_mode="Pipe",
        content_type="text/csv",
        compression="Gzip",
        distribution="ShardedByS3Key",
    )
    entry = channel.bind(stack, "train", role)
    assert entry == {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://data/in/",
                "S3DataDistributionType": "ShardedByS3Key",
            }
        },
        "ContentType": "text/csv",
        "CompressionType": "Gzip",
        "InputMode": "Pipe",
    }
    assert list(model_problems(entry, "Channel")) == []


def test_the_role_reads_under_the_prefix_and_nothing_beside_it(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket
) -> None:
    TrainingChannel.from_bucket(data, "in/").bind(stack, "train", role)
    assert granted(stack) == [
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": DATA,
            "Condition": {"StringLike": {"s3:prefix": "in/*"}},
        },
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": under("in/")},
    ]


def test_the_whole_bucket(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    entry = TrainingChannel.from_bucket(data, "").bind(stack, "train", role)
    assert entry["DataSource"]["S3DataSource"]["S3Uri"] == "s3://data/"
    assert granted(stack) == [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": DATA},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": under("")},
    ]


def test_the_key_of_the_bucket_decrypts(stack: cdk.Stack, role: TrainingRole) -> None:
    key = kms.Key(stack, "Key")
    TrainingChannel.from_bucket(OutputBucket(stack, "Bucket", encryption_key=key), "in/").bind(stack, "train", role)
    assert granted(stack)[-1] == {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": stack.resolve(key.key_arn),
    }


def test_the_key_of_an_imported_bucket_decrypts(stack: cdk.Stack, role: TrainingRole) -> None:
    arn = "arn:aws:kms:eu-west-1:210987654321:key/12345678-1234-1234-1234-123456789012"
    bucket = s3.Bucket.from_bucket_attributes(
        stack, "Bucket", bucket_name="theirs", encryption_key=kms.Key.from_key_arn(stack, "Key", arn)
    )
    TrainingChannel.from_bucket(bucket, "in/").bind(stack, "train", role)
    assert granted(stack)[-1] == {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": arn}


def test_a_prefix_may_begin_with_what_is_known_at_deployment_only(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket
) -> None:
    prefix = cdk.CfnParameter(stack, "Prefix").value_as_string
    entry = TrainingChannel.from_bucket(data, f"{prefix}/").bind(stack, "train", role)
    uri = entry["DataSource"]["S3DataSource"]["S3Uri"]
    assert stack.resolve(uri) == {"Fn::Join": ["", ["s3://data/", {"Ref": "Prefix"}, "/"]]}
    assert granted(stack)[0]["Condition"] == {
        "StringLike": {"s3:prefix": {"Fn::Join": ["", [{"Ref": "Prefix"}, "/*"]]}}
    }


def test_a_bucket_of_another_stack(role: TrainingRole, stack: cdk.Stack) -> None:
    producer = cdk.Stack(cdk.App.of(stack), "Producer")
    TrainingChannel.from_bucket(OutputBucket(producer, "Bucket"), "in/").bind(stack, "train", role)
    resource = granted(stack)[1]["Resource"]["Fn::Join"][1]
    assert list(resource[0]) == ["Fn::ImportValue"]
    assert resource[1] == "/in/*"


def test_a_role_of_another_account_is_allowed_by_the_bucket() -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    other = iam.Role.from_role_arn(stack, "Other", "arn:aws:iam::210987654321:role/trainer")
    bucket = OutputBucket(stack, "Bucket")
    TrainingChannel.from_bucket(bucket, "in/").bind(stack, "train", other)
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
    TrainingChannel.from_bucket(data, "in/").bind(
        stack, "train", iam.Role.from_role_arn(stack, "Fixed", arn, mutable=False)
    )
    assert granted(stack) == []


def test_one_channel_may_be_bound_twice(stack: cdk.Stack, role: TrainingRole, tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text("1,2\n")
    channel = TrainingChannel.from_asset(path)
    first, second = (channel.bind(stack, "train", role) for _ in range(2))
    assert stack.resolve(first) == stack.resolve(second)


def test_a_file_is_an_asset_that_the_role_reads_alone(stack: cdk.Stack, role: TrainingRole, tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text("1,2\n")
    entry = TrainingChannel.from_asset(path, content_type="text/csv").bind(stack, "train", role)
    assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]
    (key,) = [name.removeprefix("asset.") for name in assembly_files(assembly) if name.startswith("asset.")]
    assert key.endswith(".csv")
    bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
    assert stack.resolve(entry) == {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": {"Fn::Sub": f"s3://{bucket}/{key}"}}},
        "ContentType": "text/csv",
    }
    partition = {"Ref": "AWS::Partition"}
    assert granted(stack) == [
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": {"Fn::Join": ["", ["arn:", partition, ":s3:::", {"Fn::Sub": bucket}]]},
            "Condition": {"StringEquals": {"s3:prefix": key}},
        },
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": {"Fn::Join": ["", ["arn:", partition, ":s3:::", {"Fn::Sub": bucket}, f"/{key}"]]},
        },
    ]


def assembly_files(assembly: cdk.cx_api.CloudAssembly) -> list[str]:
    return sorted(path.name for path in Path(assembly.directory).iterdir())


@pytest.mark.parametrize("prefix", ["in/", "", "a b/", "a(1)/"])
def test_forced_wildcards_are_acknowledged_as_far_as_their_ids_allow(prefix: str) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    TrainingChannel.from_bucket(OutputBucket(stack, "Owned"), prefix).bind(stack, "a", TrainingRole(stack, "Role"))
    imported = s3.Bucket.from_bucket_name(stack, "Data", "data")
    own = iam.Role.from_role_arn(stack, "Own", "arn:aws:iam::123456789012:role/trainer")
    TrainingChannel.from_bucket(imported, prefix).bind(stack, "b", own)
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
        ("in/data.csv", "'prefix' must end in '/'"),
        ("/", "'prefix' must not start with '/'"),
        ("/in/", "'prefix' must not start with '/'"),
        ("in*/", "'prefix' must not have '*'"),
        ("in?/", "'prefix' must not have '*'"),
        ("${aws:username}/", "'prefix' must not have '*'"),
    ],
)
def test_fails_for_a_prefix_that_grants_more_than_it_says(data: s3.IBucket, prefix: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_bucket(data, prefix)


def test_fails_for_a_prefix_that_is_a_bare_token(stack: cdk.Stack, data: s3.IBucket) -> None:
    with pytest.raises(ValueError, match="'prefix' must end in '/'"):
        TrainingChannel.from_bucket(data, cdk.CfnParameter(stack, "Prefix").value_as_string)


def test_fails_for_a_bucket_that_is_a_name() -> None:
    with pytest.raises(ValueError, match=r"write s3\.Bucket\.from_bucket_name"):
        TrainingChannel.from_bucket("data", "in/")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_mode": "file"}, "'input_mode' must be one of 'File', 'Pipe', 'FastFile', got 'file'"),
        ({"compression": "gzip"}, "'compression' must be one of 'None', 'Gzip', got 'gzip'"),
        ({"compression": "Gzip"}, "only with input_mode='Pipe', got input_mode=None"),
        ({"compression": "Gzip", "input_mode": "FastFile"}, "only with input_mode='Pipe', got input_mode='FastFile'"),
        ({"distribution": "Sharded"}, "'distribution' must be one of 'FullyReplicated', 'ShardedByS3Key'"),
        ({"content_type": ""}, "'content_type' must have 1 to 256 characters, got 0"),
        ({"content_type": "x" * 257}, "'content_type' must have 1 to 256 characters, got 257"),
    ],
)
def test_fails_for_what_create_training_job_does_not_know(
    data: s3.IBucket, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_bucket(data, "in/", **arguments)


def test_a_content_type_of_256_characters_is_fine(data: s3.IBucket) -> None:
    TrainingChannel.from_bucket(data, "in/", content_type="x" * 256)


@pytest.mark.parametrize("name", ["a", "A.b-c_9", "x" * 64])
def test_a_channel_may_have_any_name_that_the_api_takes(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, name: str
) -> None:
    assert TrainingChannel.from_bucket(data, "in/").bind(stack, name, role)["ChannelName"] == name


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "train\n"])
def test_fails_for_a_name_that_the_api_does_not_take(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, name: str
) -> None:
    with pytest.raises(ValueError, match="'channels' must have names of 1 to 64 letters"):
        TrainingChannel.from_bucket(data, "in/").bind(stack, name, role)
    assert granted(stack) == []


def test_fails_for_a_path_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"use TrainingChannel\.from_bucket"):
        TrainingChannel.from_asset(tmp_path)
    with pytest.raises(ValueError, match="which does not exist in"):
        TrainingChannel.from_asset(tmp_path / "absent.csv")
