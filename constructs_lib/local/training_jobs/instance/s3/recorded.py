"""The S3 client of one job: every call goes on to S3, and is recorded in the name of the job's role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructs_lib.local.training_jobs.instance.s3.transfer import S3Client
from constructs_lib.runs.calls.key import KEY_OF_REQUEST
from constructs_lib.runs.calls.recorded import Call, Context, Record, bucket_arn, object_arn, partition_of


class RecordedS3:
    """Has the methods of a boto3 client that jobs use, under boto3's names.

    Args:
        s3: The client.
        role_arn: The job's role.
        record: Takes note of a call.
    """

    def __init__(self, s3: S3Client, role_arn: str, record: Record) -> None:
        self._s3, self._role_arn, self._record = s3, role_arn, record
        self._partition = partition_of(role_arn)

    def get_paginator(self, operation: str) -> RecordedS3:
        """Return what pages through a listing; `list_objects_v2` is the only one that jobs use."""
        if operation != "list_objects_v2":
            raise ValueError(f"a job lists objects by 'list_objects_v2' only, got {operation!r}")
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        """Yield the pages of ListObjectsV2."""
        self._note("s3:ListBucket", bucket_arn(self._partition, Bucket), {"s3:prefix": Prefix} if Prefix else {})
        yield from self._s3.get_paginator("list_objects_v2").paginate(Bucket=Bucket, Prefix=Prefix)

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        """GetObject."""
        self._note("s3:GetObject", object_arn(self._partition, Bucket, Key))
        return self._s3.get_object(Bucket=Bucket, Key=Key)

    def delete_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        """DeleteObject."""
        self._note("s3:DeleteObject", object_arn(self._partition, Bucket, Key))
        return self._s3.delete_object(Bucket=Bucket, Key=Key)

    def upload_file(self, file: str, bucket: str, key: str, ExtraArgs: dict[str, str]) -> None:  # noqa: N803
        """Upload a file, in several parts if it is large."""
        own = ExtraArgs.get("SSEKMSKeyId")
        self._note("s3:PutObject", object_arn(self._partition, bucket, key), {KEY_OF_REQUEST: own} if own else {})
        self._s3.upload_file(file, bucket, key, ExtraArgs=ExtraArgs)

    def _note(self, action: str, resource: str, context: Context | None = None) -> None:
        self._record(Call(role_arn=self._role_arn, action=action, resource=resource, context=context or {}))
