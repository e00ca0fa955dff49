"""OutputBucket: where the trained models go."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.cdk.buckets.settings import (
    abort_incomplete_uploads,
    acknowledge_no_access_logs,
    days,
    days_problems,
    private_bucket_options,
    seconds_of,
)
from constructs_lib.training_job.kinds import checked
from constructs_lib.training_job.refusal import refuse

_DEFAULT_NONCURRENT_DAYS = 90

# S3 moves nothing to these two sooner
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
_INFREQUENT_ACCESS_DAYS = 30
_INFREQUENT_ACCESS = ("STANDARD_IA", "ONEZONE_IA")


class OutputBucket(s3.Bucket):
    """A bucket for models and the other output of training jobs: what the runs are for.

    It is an `s3.Bucket`: encrypted, reachable by TLS only, with public access blocked and object ownership enforced,
    and retained when its stack is deleted. Uploads that never ended are aborted after a day. Models never expire by
    themselves.

    It keeps versions: a job writes each model once, so they cost nothing until a model is overwritten or deleted by
    mistake, and can be got back for 90 days then. After that the old version goes, and so does the marker that S3
    leaves where a deleted object was.

    Creates a bucket and its policy.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        noncurrent_version_expiration: cdk.Duration | None = None,
        transition_after: cdk.Duration | None = None,
        transition_storage_class: s3.StorageClass | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        bucket_name: str | None = None,
        server_access_logs_bucket: s3.IBucket | s3.Bucket | None = None,
        server_access_logs_prefix: str | None = None,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    ) -> None:
        """Create the bucket.

        Args:
            scope: The construct that the bucket belongs to.
            construct_id: The bucket's id in its scope.
            noncurrent_version_expiration: How many whole days an overwritten or deleted version is kept. Defaults to 90
                days.
            transition_after: How many whole days after it was written a model moves to colder storage. Defaults to
                leaving models where they are.
            transition_storage_class: The colder storage; goes with `transition_after`. Defaults to S3 Glacier Instant
                Retrieval, which is read like any other object.
            encryption_key: The key that objects are encrypted with. Defaults to keys that S3 manages.
            bucket_name: The bucket's name. Defaults to one that CloudFormation makes.
            server_access_logs_bucket: Where S3 logs each access. Defaults to no access logs.
            server_access_logs_prefix: What the names of the logs start with. Defaults to no prefix.
            removal_policy: What becomes of the bucket when it leaves the stack. Defaults to retaining it; `DESTROY`
                deletes it if it is empty by then.

        Raises:
            ValueError: A time that is not whole days, or sooner than S3 moves objects to the storage class; a storage
                class without a time.
        """
        problems = [
            *days_problems("noncurrent_version_expiration", seconds_of(noncurrent_version_expiration)),
            *_transition_problems(transition_after, transition_storage_class),
        ]
        refuse(problems)
        if noncurrent_version_expiration is None:
            noncurrent_version_expiration = days(_DEFAULT_NONCURRENT_DAYS)
        rules = [
            s3.LifecycleRule(
                id="ExpireOldVersions",
                noncurrent_version_expiration=noncurrent_version_expiration,
                expired_object_delete_marker=True,
            ),
            abort_incomplete_uploads(),
        ]
        if transition_after is not None:
            rules.append(_transition(transition_after, transition_storage_class))
        super().__init__(
            scope,
            construct_id,
            bucket_name=bucket_name,
            versioned=True,
            removal_policy=removal_policy,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=server_access_logs_prefix,
            lifecycle_rules=rules,
            **private_bucket_options(encryption_key),
        )
        if server_access_logs_bucket is None:
            acknowledge_no_access_logs(self)


def _transition(after: cdk.Duration, storage_class: s3.StorageClass | None) -> s3.LifecycleRule:
    if storage_class is None:
        storage_class = s3.StorageClass.GLACIER_INSTANT_RETRIEVAL
    return s3.LifecycleRule(
        id="MoveToColderStorage",
        transitions=[s3.Transition(storage_class=storage_class, transition_after=after)],
    )


def _transition_problems(after: cdk.Duration | None, storage_class: s3.StorageClass | None) -> list[str]:
    if after is None:
        if storage_class is None:
            return []
        return ["'transition_storage_class' needs 'transition_after': say after how many days models move"]
    infrequent = storage_class is not None and storage_class.value in _INFREQUENT_ACCESS
    return days_problems("transition_after", seconds_of(after), at_least=_INFREQUENT_ACCESS_DAYS if infrequent else 1)
