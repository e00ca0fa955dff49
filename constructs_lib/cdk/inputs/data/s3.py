"""Where the data of a channel in S3 comes from: a prefix, a local file or directory, or what a manifest lists.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from constructs_lib.cdk.ids import free_id
from constructs_lib.cdk.inputs.channel_options import Match
from constructs_lib.cdk.inputs.data.channel_data import BoundData
from constructs_lib.cdk.inputs.data.local_directory import directory_problems, upload_directory
from constructs_lib.cdk.inputs.data.s3_members import S3Members
from constructs_lib.cdk.inputs.input_location import DataLocations, InputLocation
from constructs_lib.cdk.inputs.problems import (
    bucket_problems,
    choice_problems,
    name_prefix_problems,
    names_problems,
    object_key_problems,
    prefix_problems,
)
from constructs_lib.cdk.permissions.job_role import decrypt_input, read_object, read_prefix
from constructs_lib.cdk.permissions.permission import on_bucket
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.permission import Permission

Place = tuple[str, Sequence[Permission]]
"""The URI of data in S3, and what the job's role needs to read it."""

_OTHERWISE = ', match="object" for the one object of that key, or match="name" for all whose keys start so'

DataType = Literal["S3Prefix", "ManifestFile", "AugmentedManifestFile"]


@dataclass(frozen=True, kw_only=True)
class S3Source(ABC):
    """Data in S3."""

    options: S3Members
    data_type: DataType = "S3Prefix"

    @property
    def needs_vpc(self) -> bool:
        """S3 is reached without a VPC."""
        return False

    @property
    def inbound(self) -> Sequence[ec2.Port]:
        """Nothing comes to the job by itself."""
        return ()

    @property
    def connections(self) -> ec2.Connections | None:
        """S3 has no security group."""
        return None

    def members(self) -> dict[str, Any]:
        """Return the members that stand beside the channel's `DataSource`."""
        return self.options.of_channel()

    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Create the data where it is created, and tell the channel's `DataSource`, and what reading it takes."""
        uri, permissions = self.place(scope, channel_name)
        source = {"S3DataType": self.data_type, "S3Uri": uri, **self.options.of_source()}
        return {"S3DataSource": source}, permissions

    @abstractmethod
    def problems(self) -> list[str]:
        """List what is wrong with the arguments, all of it."""

    @abstractmethod
    def place(self, scope: Construct, channel_name: str) -> Place:
        """Create the data where it is created, and tell where it is, and what reading it takes."""


@dataclass(frozen=True, kw_only=True)
class PrefixSource(S3Source):
    """Objects of a bucket: all below a prefix, the one of a key, or all whose keys start so."""

    bucket: s3.IBucket | s3.Bucket
    prefix: str
    match: Match = "directory"

    def problems(self) -> list[str]:
        """A prefix grants no more than it says."""
        problems = [*bucket_problems(self.bucket), *choice_problems("match", self.match, get_args(Match))]
        if self.match == "object":
            problems += object_key_problems("prefix", self.prefix)
        elif self.match == "name":
            problems += name_prefix_problems("prefix", self.prefix)
        else:
            problems += prefix_problems(self.prefix, otherwise=_OTHERWISE)
        return [*problems, *self.options.problems()]

    def place(self, scope: Construct, channel_name: str) -> Place:
        """The prefix, and what reading just that takes."""
        uri = f"s3://{self.bucket.bucket_name}/{self.prefix}"
        if self.match == "object":
            return uri, _object(self.bucket, self.prefix)
        return uri, on_bucket(self.bucket, lambda arn: read_prefix(arn, self.prefix), decrypt_input)


@dataclass(frozen=True, kw_only=True)
class AssetSource(S3Source):
    """One local file, or the files of a local directory."""

    path: Path

    def problems(self) -> list[str]:
        """The file is there, or the directory with files in it."""
        problems = self.options.problems()
        if self.path.is_dir():
            return [*problems, *directory_problems(self.path)]
        if not self.path.is_file():
            problems.append(
                f"'path' must be a file or a directory, got {str(self.path)!r}, which does not exist in "
                f"{str(Path.cwd())!r}"
            )
        return problems

    def place(self, scope: Construct, channel_name: str) -> Place:
        """Upload with the deployment; the job reads that object alone, or what is below the directory's prefix."""
        name = f"Channel{channel_name.title()}"
        if self.path.is_dir():
            found = upload_directory(scope, name, self.path)
            uri = f"s3://{found.bucket.bucket_name}/{found.prefix}"
            return uri, on_bucket(found.bucket, lambda arn: read_prefix(arn, found.prefix), decrypt_input)
        asset = s3_assets.Asset(scope, free_id(scope, name), path=str(self.path))
        return asset.s3_object_url, _object(asset.bucket, asset.s3_object_key)


@dataclass(frozen=True, kw_only=True)
class ManifestSource(S3Source):
    """The objects that a manifest lists."""

    bucket: s3.IBucket | s3.Bucket
    manifest_key: str
    data: DataLocations
    data_argument: str = "data_prefix"
    data_type: DataType = "ManifestFile"

    def problems(self) -> list[str]:
        """The manifest is one object, and what it lists is where the role may read it."""
        return [
            *bucket_problems(self.bucket),
            *object_key_problems("manifest_key", self.manifest_key),
            *self._data_problems(),
            *self.manifest_problems(),
            *self.options.problems(),
        ]

    def manifest_problems(self) -> list[str]:
        """A plain manifest lists at least something, and FastFile mode does not read it."""
        problems = []
        if not self._data():
            problems.append("'data_prefix' must have at least one place where the objects of the manifest are")
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html
        if self.options.input_mode == "FastFile":
            problems.append(
                "'input_mode' must be 'File' or 'Pipe' for a manifest, got 'FastFile', which reads prefixes only"
            )
        return problems

    def place(self, scope: Construct, channel_name: str) -> Place:
        """The manifest; the job reads what it lists, too."""
        permissions = _object(self.bucket, self.manifest_key)
        for place in self._data():
            location = InputLocation(self.bucket, place) if isinstance(place, str) else place
            permissions.extend(location.permissions)
        return f"s3://{self.bucket.bucket_name}/{self.manifest_key}", permissions

    def _data(self) -> Sequence[str | InputLocation]:
        return [self.data] if isinstance(self.data, str | InputLocation) else self.data

    def _data_problems(self) -> list[str]:
        name = self.data_argument
        problems: list[str] = []
        for place in self._data():
            if isinstance(place, str):
                problems.extend(prefix_problems(place, name))
            elif not isinstance(place, InputLocation):
                problems.append(f"'{name}' must have prefixes and places made by InputLocation, got {place!r}")
        return problems


@dataclass(frozen=True, kw_only=True)
class AugmentedManifestSource(ManifestSource):
    """The attributes that the lines of an augmented manifest have, and the objects that they refer to."""

    attribute_names: Sequence[str]
    data_argument: str = "data_locations"
    data_type: DataType = "AugmentedManifestFile"

    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Tell the channel's `DataSource`, with the attributes that it sends."""
        source, permissions = super().bind(scope, channel_name)
        source["S3DataSource"]["AttributeNames"] = list(self.attribute_names)
        return source, permissions

    def manifest_problems(self) -> list[str]:
        """It is streamed, and an attribute that ends in `-ref` is the URI of an object that the role has to read."""
        # https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest.html
        problems = names_problems("attribute_names", self.attribute_names, most=16, longest=256)
        mode = self.options.input_mode
        if mode != "Pipe" and not is_token(mode):
            problems.append(f"'input_mode' must be 'Pipe' for an augmented manifest, got {mode!r}")
        references = [name for name in self.attribute_names if not is_token(name) and name.endswith("-ref")]
        if references and not self._data():
            problems.append(
                f"'data_locations' must say where the objects are that {', '.join(map(repr, references))} refers to, "
                "got none; without it the job's role could not read them"
            )
        return problems


def _object(bucket: s3.IBucket | s3.Bucket, key: str) -> list[Permission]:
    return on_bucket(bucket, lambda arn: read_object(arn, key), decrypt_input)
