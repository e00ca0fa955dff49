"""The words that a channel's arguments take, and the keyword arguments that all channels from S3 have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

InputMode = Literal["File", "Pipe", "FastFile"]
Compression = Literal["None", "Gzip"]
Distribution = Literal["FullyReplicated", "ShardedByS3Key"]
RecordWrapper = Literal["None", "RecordIO"]
AccessMode = Literal["ro", "rw"]
Match = Literal["directory", "object", "name"]
"""What of a bucket a prefix stands for: what lies below it, the object whose key it is, all whose keys start so."""


class S3ChannelOptions(TypedDict, total=False):
    """What a channel from S3 may say about its data; what is left out, or `None`, is not sent.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html and
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """

    content_type: str | None
    """The MIME type of the data, 1 to 256 characters. Defaults to saying nothing."""

    compression: Compression | None
    """`Gzip` when the objects are compressed; in `Pipe` mode only. Defaults to not compressed."""

    distribution: Distribution | None
    """`ShardedByS3Key` gives each instance its share of the objects; an instance that gets none is paid for all the
    same. Defaults to all objects on each instance."""

    record_wrapper: RecordWrapper | None
    """`RecordIO` wraps each object in a RecordIO record, for algorithms that take only these; not in `File` mode.
    Defaults to the objects as they are."""

    shuffle_seed: int | None
    """Shuffles the objects, or the lines of an augmented manifest, in an order that depends on this whole number, from
    -(2⁵³ - 1) to 2⁵³ - 1; in `Pipe` mode anew for each epoch. Defaults to not shuffled."""

    instance_groups: Sequence[str] | None
    """The 1 to 5 instance groups that get the data, where the job has such. Defaults to all instances."""
