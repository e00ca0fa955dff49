"""TrainingChannel: one input of a training job, which knows what reading it takes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Literal, get_args

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from constructs_lib._names import free_id
from constructs_lib._permissions import grant_read, grant_read_object
from constructs_lib._tokens import is_token

InputMode = Literal["File", "Pipe", "FastFile"]
Compression = Literal["None", "Gzip"]
Distribution = Literal["FullyReplicated", "ShardedByS3Key"]

_CHANNEL_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LONGEST_CONTENT_TYPE = 256


class TrainingChannel(ABC):
    """An input channel: a directory under `/opt/ml/input/data/` in the container, and where its files come from.

    Make one with `TrainingChannel.from_bucket` or `TrainingChannel.from_asset`. It is a value and belongs to no stack
    until it is bound; one channel may be bound any number of times. Members that are not given are not sent.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
    """

    def __init__(
        self,
        *,
        input_mode: InputMode | None = None,
        content_type: str | None = None,
        compression: Compression | None = None,
    ) -> None:
        """Hold what every kind of channel has.

        Args:
            input_mode: How the container gets the data. Defaults to the job's own mode.
            content_type: The MIME type of the data. Defaults to saying nothing.
            compression: How the objects are compressed. Defaults to not.

        Raises:
            ValueError: A value that CreateTrainingJob does not know, or members that exclude each other.
        """
        problems = [
            *_choice_problems("input_mode", input_mode, get_args(InputMode)),
            *_choice_problems("compression", compression, get_args(Compression)),
            *_content_type_problems(content_type),
        ]
        if compression == "Gzip" and input_mode != "Pipe":
            problems.append(
                f"'compression' may be 'Gzip' only with input_mode='Pipe', got input_mode={input_mode!r}; "
                "in the other modes leave it out, the program gets the objects as they are"
            )
        if problems:
            raise ValueError("\n".join(problems))
        members = {"ContentType": content_type, "CompressionType": compression, "InputMode": input_mode}
        self._members = {name: value for name, value in members.items() if value is not None}

    @staticmethod
    def from_bucket(
        bucket: s3.IBucket | s3.Bucket,
        prefix: str,
        *,
        input_mode: InputMode | None = None,
        content_type: str | None = None,
        compression: Compression | None = None,
        distribution: Distribution | None = None,
    ) -> TrainingChannel:
        """All objects under a prefix of a bucket.

        The job's role is granted `s3:GetObject` under the prefix, `s3:ListBucket` for it, and `kms:Decrypt` where the
        bucket has a key that is known here.

        Args:
            bucket: The bucket, owned or imported.
            prefix: What the keys start with. It ends in `/`, so that `in/` never matches `inner/`; a prefix that is not
                known at synth reads `f"{prefix}/"`. `""` is the whole bucket.
            input_mode: `File` copies the data before training, `FastFile` and `Pipe` stream it. Defaults to the job's
                own mode.
            content_type: The MIME type of the data, at most 256 characters. Defaults to saying nothing.
            compression: `Gzip` when the objects are compressed; with `Pipe` only. Defaults to not compressed.
            distribution: `ShardedByS3Key` gives each instance its share of the objects. Defaults to all objects on each
                instance.

        Raises:
            ValueError: A prefix that would grant more than it says, or another value that CreateTrainingJob does not
                know.
        """
        return _BucketChannel(
            bucket,
            prefix,
            distribution=distribution,
            input_mode=input_mode,
            content_type=content_type,
            compression=compression,
        )

    @staticmethod
    def from_asset(
        path: str | Path,
        *,
        input_mode: InputMode | None = None,
        content_type: str | None = None,
        compression: Compression | None = None,
    ) -> TrainingChannel:
        """One local file, uploaded with the deployment.

        For small data sets that belong to the program. The container sees the file under the name that CDK gives it,
        a hash and the file's own extension, so a program reads whatever file the channel has. The job's role may read
        that one object.

        Args:
            path: The file, relative to the directory that `cdk` runs in.
            input_mode: `File` copies the data before training, `FastFile` and `Pipe` stream it. Defaults to the job's
                own mode.
            content_type: The MIME type of the data, at most 256 characters. Defaults to saying nothing.
            compression: `Gzip` when the file is compressed; with `Pipe` only. Defaults to not compressed.

        Raises:
            ValueError: The path is not a file, or another value that CreateTrainingJob does not know.
        """
        return _AssetChannel(Path(path), input_mode=input_mode, content_type=content_type, compression=compression)

    def bind(self, scope: Construct, channel_name: str, role: iam.IRole | iam.Role) -> dict[str, Any]:
        """Create what the channel needs, let the role read it, and return its entry in `InputDataConfig`.

        Args:
            scope: The construct that an asset becomes a child of; binding twice in one scope is fine.
            channel_name: The channel's name, which is its directory's: up to 64 letters, digits, `.`, `-` and `_`.
            role: The job's role; one that cannot be changed is left as it is.

        Raises:
            ValueError: The channel's name is not one that CreateTrainingJob takes.
        """
        if not _CHANNEL_NAME.fullmatch(channel_name):
            raise ValueError(
                f"'channels' must have names of 1 to 64 letters, digits, '.', '-' and '_', got {channel_name!r}"
            )
        return {
            "ChannelName": channel_name,
            "DataSource": self._data_source(scope, channel_name, role),
            **self._members,
        }

    @abstractmethod
    def _data_source(self, scope: Construct, channel_name: str, role: iam.IRole | iam.Role) -> dict[str, Any]:
        """Return the channel's `DataSource`, created in the scope and granted to the role."""


class _BucketChannel(TrainingChannel):
    def __init__(
        self,
        bucket: s3.IBucket | s3.Bucket,
        prefix: str,
        *,
        distribution: Distribution | None,
        input_mode: InputMode | None,
        content_type: str | None,
        compression: Compression | None,
    ) -> None:
        super().__init__(input_mode=input_mode, content_type=content_type, compression=compression)
        problems = [
            *_bucket_problems(bucket),
            *_prefix_problems(prefix),
            *_choice_problems("distribution", distribution, get_args(Distribution)),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        self._bucket = bucket
        self._prefix = prefix
        self._distribution = distribution

    def _data_source(self, scope: Construct, channel_name: str, role: iam.IRole | iam.Role) -> dict[str, Any]:
        grant_read(self._bucket, role, self._prefix)
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{self._bucket.bucket_name}/{self._prefix}"}
        if self._distribution is not None:
            source["S3DataDistributionType"] = self._distribution
        return {"S3DataSource": source}


class _AssetChannel(TrainingChannel):
    def __init__(
        self, path: Path, *, input_mode: InputMode | None, content_type: str | None, compression: Compression | None
    ) -> None:
        super().__init__(input_mode=input_mode, content_type=content_type, compression=compression)
        if path.is_dir():
            raise ValueError(
                f"'path' must be a file, got the directory {str(path)!r}; a channel does not unpack archives, "
                "so copy the files to a bucket and use TrainingChannel.from_bucket"
            )
        if not path.is_file():
            raise ValueError(f"'path' must be a file, got {str(path)!r}, which does not exist in {str(Path.cwd())!r}")
        self._path = path

    def _data_source(self, scope: Construct, channel_name: str, role: iam.IRole | iam.Role) -> dict[str, Any]:
        asset = s3_assets.Asset(scope, free_id(scope, f"Channel{channel_name.title()}"), path=str(self._path))
        grant_read_object(asset.bucket, role, asset.s3_object_key, listed=True)
        return {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": asset.s3_object_url}}


def _bucket_problems(bucket: object) -> list[str]:
    if not isinstance(bucket, str):
        return []
    return [f"'bucket' must be a bucket, got the name {bucket!r}; write s3.Bucket.from_bucket_name(self, \"Data\", …)"]


def _prefix_problems(prefix: str) -> list[str]:
    if prefix == "":
        return []
    if not prefix.endswith("/"):
        return [f"'prefix' must end in '/', so that 'in/' never matches 'inner/', got {prefix!r}; write \"{prefix}/\""]
    if prefix.startswith("/"):
        return [f"'prefix' must not start with '/', got {prefix!r}; keys in S3 start with the first directory's name"]
    if is_token(prefix):
        return []
    if re.search(r"[*?]|\$\{", prefix):
        return [f"'prefix' must not have '*', '?' or '${{', which mean something else in an IAM policy, got {prefix!r}"]
    return []


def _choice_problems(name: str, value: str | None, allowed: tuple[str, ...]) -> list[str]:
    if value is None or value in allowed or is_token(value):
        return []
    return [f"'{name}' must be one of {', '.join(map(repr, allowed))}, got {value!r}"]


def _content_type_problems(value: str | None) -> list[str]:
    if value is None or is_token(value) or 1 <= len(value) <= _LONGEST_CONTENT_TYPE:
        return []
    return [f"'content_type' must have 1 to {_LONGEST_CONTENT_TYPE} characters, got {len(value)}"]
