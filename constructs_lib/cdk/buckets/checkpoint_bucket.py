"""CheckpointBucket: where training jobs keep the checkpoints that they resume from."""

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

DEFAULT_EXPIRATION_DAYS = 30


class CheckpointBucket(s3.Bucket):
    """A bucket for checkpoints, which are needed while a run lasts and for as long as somebody may resume it.

    It is an `s3.Bucket`: encrypted, reachable by TLS only, with public access blocked and object ownership enforced,
    and retained when its stack is deleted. Every object expires some days after it was last written; uploads that
    never ended are aborted after a day.

    It keeps no versions: SageMaker deletes a checkpoint in S3 as soon as the program deletes it in the container, so a
    program that keeps its newest three would be billed for all it ever wrote. What a lost checkpoint costs is training
    time, not the model.

    Creates a bucket and its policy.

    See https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        expiration: cdk.Duration | None = None,
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
            expiration: How many whole days after it was last written an object is deleted; longer than a run can last,
                or a run that goes on may lose the checkpoint of an early attempt. Defaults to 30 days.
            encryption_key: The key that objects are encrypted with. Defaults to keys that S3 manages.
            bucket_name: The bucket's name. Defaults to one that CloudFormation makes.
            server_access_logs_bucket: Where S3 logs each access. Defaults to no access logs.
            server_access_logs_prefix: What the names of the logs start with. Defaults to no prefix.
            removal_policy: What becomes of the bucket when it leaves the stack. Defaults to retaining it; `DESTROY`
                deletes it if it is empty by then.

        Raises:
            ValueError: `expiration` is not one or more whole days.
        """
        seconds = seconds_of(expiration)
        refuse(days_problems("expiration", seconds))
        if expiration is None:
            expiration, seconds = days(DEFAULT_EXPIRATION_DAYS), DEFAULT_EXPIRATION_DAYS * 24 * 3600
        super().__init__(
            scope,
            construct_id,
            bucket_name=bucket_name,
            removal_policy=removal_policy,
            server_access_logs_bucket=server_access_logs_bucket,
            server_access_logs_prefix=server_access_logs_prefix,
            lifecycle_rules=[
                s3.LifecycleRule(id="ExpireCheckpoints", expiration=expiration),
                abort_incomplete_uploads(),
            ],
            **private_bucket_options(encryption_key),
        )
        self._expiration = expiration
        self._kept_seconds = None if seconds is None else int(seconds)
        if server_access_logs_bucket is None:
            acknowledge_no_access_logs(self)

    @property
    def expiration(self) -> cdk.Duration:
        """How long after it was last written an object is deleted."""
        return self._expiration

    @property
    def kept_seconds(self) -> int | None:
        """The same in seconds; `None` where it is known only when the stack is deployed."""
        return self._kept_seconds
