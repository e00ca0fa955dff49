"""What the two buckets have in common: who may reach them, how they are encrypted, how long uploads may hang."""

from __future__ import annotations

from functools import cache
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from constructs_lib.training_job.durations import known_seconds, readable

_DAY = 24 * 3600


@cache
def days(count: int) -> cdk.Duration:
    """Return a length of time; made once, because making one is a call to the jsii kernel."""
    return cdk.Duration.days(count)


def private_bucket_options(encryption_key: kms.IKey | kms.Key | None) -> dict[str, Any]:
    """Return the arguments of `s3.Bucket` that make a bucket encrypted, private and reachable by TLS only.

    Args:
        encryption_key: The key; a bucket key then keeps the number of KMS requests low. Without one, S3's own keys.
    """
    options: dict[str, Any] = {
        "block_public_access": _block_all(),
        "object_ownership": s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        "enforce_ssl": True,
        "encryption": s3.BucketEncryption.S3_MANAGED,
    }
    if encryption_key is not None:
        options |= {
            "encryption": s3.BucketEncryption.KMS,
            "encryption_key": encryption_key,
            "bucket_key_enabled": True,
        }
    return options


def abort_incomplete_uploads() -> s3.LifecycleRule:
    """Return the rule that drops what an interrupted upload left: it is billed, and no listing shows it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
    """
    return s3.LifecycleRule(id="AbortIncompleteUploads", abort_incomplete_multipart_upload_after=days(1))


@cache
def _block_all() -> s3.BlockPublicAccess:
    return s3.BlockPublicAccess.BLOCK_ALL


def acknowledge_no_access_logs(bucket: IConstruct) -> None:
    """Acknowledge cdk-nag's finding on a bucket without server access logs, beside the bucket."""
    cdk.Validations.of(bucket).acknowledge(
        cdk.Acknowledgment(
            id="AwsSolutions-S1",
            reason="access logs need a bucket of their own, which is the account's to choose: "
            "'server_access_logs_bucket' takes one",
        )
    )


def days_problems(name: str, seconds: float | None, at_least: int = 1) -> list[str]:
    """Say what is wrong with a time in a lifecycle rule, which S3 counts in whole days.

    Args:
        name: The argument.
        seconds: What it got, in seconds; `None` is a default or a token, and fine.
        at_least: The fewest days. Defaults to one.
    """
    if seconds is None or (seconds % _DAY == 0 and seconds >= at_least * _DAY):
        return []
    fewest = f"{at_least} day{'s' if at_least != 1 else ''}"
    got = readable(int(seconds)) if seconds == int(seconds) else f"{seconds:g} seconds"
    return [f"'{name}' must be whole days, at least {fewest}, got {got}"]


def seconds_of(value: cdk.Duration | None) -> float | None:
    """Return a time in seconds; `None` where none was given, or a token."""
    return None if value is None else known_seconds(value)
