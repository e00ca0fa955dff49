"""CheckpointBucket and OutputBucket: private, encrypted, retained, and forgetting what they should."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.buckets.output_bucket import OutputBucket

ABORT = {
    "Id": "AbortIncompleteUploads",
    "Status": "Enabled",
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
}
OLD_VERSIONS = {
    "Id": "ExpireOldVersions",
    "Status": "Enabled",
    "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
    "ExpiredObjectDeleteMarker": True,
}
BOTH = pytest.mark.parametrize("bucket_class", [CheckpointBucket, OutputBucket])


def properties(stack: cdk.Stack, bucket: s3.Bucket) -> dict[str, Any]:
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    found = Template.from_stack(stack).to_json()["Resources"][stack.resolve(resource.logical_id)]
    return dict(found["Properties"])


@BOTH
def test_it_is_private_encrypted_and_retained(stack: cdk.Stack, bucket_class: type[Any]) -> None:
    assert isinstance(bucket_class(stack, "Bucket"), s3.Bucket)
    template = Template.from_stack(stack)
    template.has_resource(
        "AWS::S3::Bucket",
        {
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
                },
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            },
        },
    )


@BOTH
def test_it_is_reached_by_tls_only(stack: cdk.Stack, bucket_class: type[Any]) -> None:
    bucket = bucket_class(stack, "Bucket")
    arn = stack.resolve(bucket.bucket_arn)
    Template.from_stack(stack).has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Deny",
                        "Principal": {"AWS": "*"},
                        "Action": "s3:*",
                        "Resource": [arn, {"Fn::Join": ["", [arn, "/*"]]}],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ]
            }
        },
    )


@BOTH
def test_a_key_of_ones_own_encrypts_with_a_bucket_key(stack: cdk.Stack, bucket_class: type[Any]) -> None:
    key = kms.Key(stack, "Key")
    bucket = bucket_class(stack, "Bucket", encryption_key=key)
    assert properties(stack, bucket)["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": stack.resolve(key.key_arn),
            },
        }
    ]
    assert bucket.encryption_key is not None


@BOTH
def test_removal_policy_name_and_access_logs_are_the_authors(stack: cdk.Stack, bucket_class: type[Any]) -> None:
    logs = s3.Bucket.from_bucket_name(stack, "Logs", "access-logs")
    bucket = bucket_class(
        stack,
        "Bucket",
        bucket_name="of-my-own",
        removal_policy=cdk.RemovalPolicy.DESTROY,
        server_access_logs_bucket=logs,
        server_access_logs_prefix="training/",
    )
    assert properties(stack, bucket)["BucketName"] == "of-my-own"
    Template.from_stack(stack).has_resource(
        "AWS::S3::Bucket",
        {
            "DeletionPolicy": "Delete",
            "Properties": Match.object_like(
                {"LoggingConfiguration": {"DestinationBucketName": "access-logs", "LogFilePrefix": "training/"}}
            ),
        },
    )


@BOTH
def test_nothing_is_found_that_is_not_acknowledged(bucket_class: type[Any]) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    bucket_class(stack, "Bucket")
    s3.Bucket(stack, "Another", enforce_ssl=True)
    found = AwsSolutionsChecks(app).validate_scope(app).violations
    # the acknowledgement is beside our bucket, and says nothing of others
    assert [violation.rule_name for violation in found] == ["AwsSolutions-S1"]
    assert len(found[0].violating_resources) == 1


def test_checkpoints_expire_after_30_days_and_have_no_versions(stack: cdk.Stack) -> None:
    bucket = CheckpointBucket(stack, "Bucket")
    assert bucket.expiration.to_days() == 30
    found = properties(stack, bucket)
    assert found["LifecycleConfiguration"]["Rules"] == [
        {"Id": "ExpireCheckpoints", "Status": "Enabled", "ExpirationInDays": 30},
        ABORT,
    ]
    assert "VersioningConfiguration" not in found


@pytest.mark.parametrize(
    ("expiration", "days"), [(cdk.Duration.days(1), 1), (cdk.Duration.hours(48), 2), (cdk.Duration.days(365), 365)]
)
def test_checkpoints_expire_when_the_author_says(stack: cdk.Stack, expiration: cdk.Duration, days: int) -> None:
    bucket = CheckpointBucket(stack, "Bucket", expiration=expiration)
    assert bucket.expiration.to_days() == days
    assert properties(stack, bucket)["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == days


def test_an_expiration_that_is_not_known_yet_is_passed_on(stack: cdk.Stack) -> None:
    days = cdk.CfnParameter(stack, "Days", type="Number")
    bucket = CheckpointBucket(stack, "Bucket", expiration=cdk.Duration.days(days.value_as_number))
    rule = properties(stack, bucket)["LifecycleConfiguration"]["Rules"][0]
    assert rule["ExpirationInDays"] == {"Ref": "Days"}


@pytest.mark.parametrize(
    ("expiration", "got"),
    [
        (cdk.Duration.days(0), "0 seconds"),
        (cdk.Duration.hours(23), "23 hours"),
        (cdk.Duration.hours(36), "36 hours"),
    ],
)
def test_fails_when_checkpoints_do_not_expire_in_whole_days(
    stack: cdk.Stack, expiration: cdk.Duration, got: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"'expiration' must be whole days, at least 1 day, got {got}")):
        CheckpointBucket(stack, "Bucket", expiration=expiration)
    assert stack.node.children == []


def test_models_stay_and_their_old_versions_expire_after_90_days(stack: cdk.Stack) -> None:
    found = properties(stack, OutputBucket(stack, "Bucket"))
    assert found["LifecycleConfiguration"]["Rules"] == [OLD_VERSIONS, ABORT]
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}


def test_old_versions_expire_when_the_author_says(stack: cdk.Stack) -> None:
    bucket = OutputBucket(stack, "Bucket", noncurrent_version_expiration=cdk.Duration.days(7))
    rule = properties(stack, bucket)["LifecycleConfiguration"]["Rules"][0]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}


@pytest.mark.parametrize(
    ("after", "storage_class", "transition"),
    [
        (1, None, {"StorageClass": "GLACIER_IR", "TransitionInDays": 1}),
        (1, s3.StorageClass.INTELLIGENT_TIERING, {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 1}),
        (30, s3.StorageClass.INFREQUENT_ACCESS, {"StorageClass": "STANDARD_IA", "TransitionInDays": 30}),
        (30, s3.StorageClass.ONE_ZONE_INFREQUENT_ACCESS, {"StorageClass": "ONEZONE_IA", "TransitionInDays": 30}),
    ],
)
def test_models_move_to_colder_storage_on_request(
    stack: cdk.Stack, after: int, storage_class: s3.StorageClass | None, transition: dict[str, object]
) -> None:
    bucket = OutputBucket(
        stack, "Bucket", transition_after=cdk.Duration.days(after), transition_storage_class=storage_class
    )
    assert properties(stack, bucket)["LifecycleConfiguration"]["Rules"] == [
        OLD_VERSIONS,
        ABORT,
        {"Id": "MoveToColderStorage", "Status": "Enabled", "Transitions": [transition]},
    ]


@pytest.mark.parametrize(
    "storage_class", [s3.StorageClass.INFREQUENT_ACCESS, s3.StorageClass.ONE_ZONE_INFREQUENT_ACCESS]
)
def test_fails_when_models_move_sooner_than_s3_allows(stack: cdk.Stack, storage_class: s3.StorageClass) -> None:
    with pytest.raises(
        ValueError, match=re.escape("'transition_after' must be whole days, at least 30 days, got 29 days")
    ):
        OutputBucket(stack, "Bucket", transition_after=cdk.Duration.days(29), transition_storage_class=storage_class)
    assert stack.node.children == []


def test_fails_with_a_storage_class_and_no_time(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match=re.escape("'transition_storage_class' needs 'transition_after'")):
        OutputBucket(stack, "Bucket", transition_storage_class=s3.StorageClass.GLACIER)


def test_fails_with_all_problems_at_once(stack: cdk.Stack) -> None:
    half = cdk.Duration.hours(12)
    with pytest.raises(ValueError, match=r"^'noncurrent_version_expiration' .*\n'transition_after' .*$"):
        OutputBucket(stack, "Bucket", noncurrent_version_expiration=half, transition_after=half)


def test_more_lifecycle_rules_may_be_added(stack: cdk.Stack) -> None:
    bucket = OutputBucket(stack, "Bucket")
    bucket.add_lifecycle_rule(id="Scratch", prefix="scratch/", expiration=cdk.Duration.days(1))
    assert len(properties(stack, bucket)["LifecycleConfiguration"]["Rules"]) == 3
