"""The parameters of the plain template: what each takes, and the sentence where a value is none."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk.buckets.checkpoint_bucket import DEFAULT_EXPIRATION_DAYS
from constructs_lib.training_job.limits import (
    DEFAULT_CAPACITY_PATIENCE_SECONDS,
    DEFAULT_RUNTIME_SECONDS,
    MAX_BASE_JOB_NAME_LENGTH,
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
)

_TYPE = r"ml\.[a-z0-9-]+\.[a-z0-9]+"
_KEY = r"[A-Za-z0-9!_.=()-]"
"""What keys of objects may have everywhere: neither a quote nor a wildcard of IAM.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""

GROUPS = {
    "What trains": ("Image", "DataBucket", "DataPrefix", "BaseJobName"),
    "Where it trains": (
        "SpotInstanceType",
        "OnDemandInstanceType",
        "InstanceCount",
        "VolumeSizeInGB",
        "CapacityPatienceInSeconds",
    ),
    "How long": ("MaxRuntimeInSeconds", "MaxWaitTimeInSeconds"),
    "What is kept": ("OutputPrefix", "CheckpointExpirationInDays"),
}
"""How the console shows them."""


def parameters() -> dict[str, dict[str, Any]]:
    """Return the parameters by name, as CloudFormation has them."""
    return {
        "Image": _text(
            "The image that trains, in Amazon ECR, with a tag or a digest. Its program saves and finds its checkpoints "
            "in /opt/ml/checkpoints.",
            # the repository's name begins where the registry's ends: Fn::Split takes no function for where to split, so
            # that a template is for one ending, which is not that of China
            r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9]+([._/-]+[a-z0-9]+)*"
            r"(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})",
            "an image of Amazon ECR with its tag or digest, such as "
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4",
            longest=255,
        ),
        "DataBucket": _text(
            "The bucket of the training data, in the stack's Region.",
            r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
            "the name of a bucket, without s3://",
        ),
        "DataPrefix": _text(
            "Where the data is in the bucket: what lies below is the channel train, /opt/ml/input/data/train in the "
            "container. A run's input may move the channel within it. Empty for the whole bucket.",
            rf"({_KEY}+(/{_KEY}+)*/)?",
            "empty or a prefix that ends in a slash and does not begin with one, such as train/, of letters, digits "
            "and ! _ . = ( ) -",
            default="",
            longest=512,
        ),
        "BaseJobName": _text(
            "The first part of every job's name, which permissions are held to, and the prefix of the checkpoints. One "
            "for each stack of an account and Region; another one later no longer finds the checkpoints.",
            "[a-z0-9](-*[a-z0-9])*",
            f"1 to {MAX_BASE_JOB_NAME_LENGTH} lower-case letters, digits and inner hyphens",
            default="training",
            longest=MAX_BASE_JOB_NAME_LENGTH,
        ),
        "SpotInstanceType": _text(
            "The instance type that is tried first, as spot capacity.",
            _TYPE,
            "a SageMaker instance type, such as ml.g5.xlarge",
            default="ml.m5.xlarge",
            longest=64,
        ),
        "OnDemandInstanceType": _text(
            "The instance type that a run goes on with, on demand, when there is no spot capacity. Empty for spot "
            "capacity only.",
            f"({_TYPE})?",
            "empty or a SageMaker instance type, such as ml.g5.xlarge",
            default="ml.m5.xlarge",
            longest=64,
        ),
        "InstanceCount": _number("How many instances a job has.", "instances", 1, 1, 1000),
        "VolumeSizeInGB": _number("The size of each instance's volume.", "GB", 30, 1, 16384),
        "CapacityPatienceInSeconds": _number(
            "How long a spot job may be without an instance before the run goes on with on-demand capacity.",
            "seconds",
            DEFAULT_CAPACITY_PATIENCE_SECONDS,
            60,
            MAX_JOB_SECONDS,
        ),
        "MaxRuntimeInSeconds": _number(
            "How long a run may train in all; a run's input may ask for less.",
            "seconds, at most 28 days",
            DEFAULT_RUNTIME_SECONDS,
            1,
            MAX_RUNTIME_SECONDS,
        ),
        "MaxWaitTimeInSeconds": _number(
            "How long a spot job may last, waiting included; at least MaxRuntimeInSeconds, or every run is refused at "
            "its start.",
            "seconds, at most 30 days",
            2 * DEFAULT_RUNTIME_SECONDS,
            1,
            MAX_JOB_SECONDS,
        ),
        "OutputPrefix": _text(
            "Where models go in the bucket for models.",
            rf"{_KEY}+(/{_KEY}+)*",
            "a prefix without a slash at either end, of letters, digits and ! _ . = ( ) -",
            default="models",
            longest=256,
        ),
        "CheckpointExpirationInDays": _number(
            "When checkpoints are deleted, after they were last written; longer than a run can last, or every run is "
            "refused at its start.",
            "days",
            DEFAULT_EXPIRATION_DAYS,
            1,
            3650,
        ),
    }


def _text(
    description: str, pattern: str, allowed: str, *, default: str | None = None, longest: int | None = None
) -> dict[str, Any]:
    return {
        "Type": "String",
        "Description": description,
        **({} if default is None else {"Default": default}),
        "AllowedPattern": f"^{pattern}$",
        **({} if longest is None else {"MaxLength": longest}),
        "ConstraintDescription": f"must be {allowed}",
    }


def _number(description: str, unit: str, default: int, least: int, most: int) -> dict[str, Any]:
    return {
        "Type": "Number",
        "Description": description,
        "Default": default,
        "MinValue": least,
        "MaxValue": most,
        "ConstraintDescription": f"must be a whole number from {least} to {most} {unit}",
    }
