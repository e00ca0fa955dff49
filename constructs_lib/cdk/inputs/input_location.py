"""InputLocation: a place in S3 that training jobs may read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aws_cdk import aws_s3 as s3

from constructs_lib.cdk.inputs.problems import bucket_problems, prefix_problems
from constructs_lib.cdk.permissions.job_role import decrypt_input, read_prefix
from constructs_lib.cdk.permissions.permission import on_bucket
from constructs_lib.training_job.refusal import refuse
from constructs_lib.workflow.permission import Permission


class InputLocation:
    """A prefix of a bucket that training jobs may read, though no channel names it at synth.

    A run may point a declared channel at any URI under the location, by `Channels` in its execution input; and the
    objects that a manifest lists are in such locations. Make one with `InputLocation.from_bucket`. It is a value, and
    creates nothing.
    """

    def __init__(self, bucket: s3.IBucket | s3.Bucket, prefix: str) -> None:
        """Hold the place; `from_bucket` says what the arguments mean.

        Args:
            bucket: The bucket.
            prefix: What the keys start with.

        Raises:
            ValueError: The bucket is a name, or the prefix would grant more than it says.
        """
        refuse([*bucket_problems(bucket), *prefix_problems(prefix)])
        self._bucket = bucket
        self._prefix = prefix

    @staticmethod
    def from_bucket(bucket: s3.IBucket | s3.Bucket, prefix: str) -> InputLocation:
        """All objects under a prefix of a bucket.

        Args:
            bucket: The bucket, owned or imported, in the Region of the training job. A bucket of another account has to
                allow the job's role by its own policy, and so has its key.
            prefix: What the keys start with. It ends in `/`, so that `in/` never matches `inner/`; a prefix that is not
                known at synth reads `f"{prefix}/"`. `""` is the whole bucket.

        Raises:
            ValueError: The bucket is a name, or the prefix would grant more than it says.
        """
        return InputLocation(bucket, prefix)

    @property
    def uri(self) -> str:
        """Its URI, which ends in `/`."""
        return f"s3://{self._bucket.bucket_name}/{self._prefix}"

    @property
    def permissions(self) -> list[Permission]:
        """What reading it takes: `s3:GetObject` under the prefix, `s3:ListBucket` for it, and the bucket's key."""
        return on_bucket(self._bucket, lambda arn: read_prefix(arn, self._prefix), decrypt_input)


def reading(
    location: InputLocation,
    read: Callable[[str, str], Sequence[Permission]],
    decrypt: Callable[[str], Permission],
) -> list[Permission]:
    """Tell what somebody else than a job needs to read a location.

    Args:
        location: The location.
        read: The permissions on the bucket, by its ARN and the prefix.
        decrypt: The permission on its key, by the key's ARN.
    """
    return on_bucket(location._bucket, lambda arn: read(arn, location._prefix), decrypt)


DataLocations = str | InputLocation | Sequence[str | InputLocation]
"""Where the objects of a manifest are: prefixes of the manifest's own bucket, and places in other buckets."""
