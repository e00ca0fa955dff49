"""TrainingChannel: one input of a training job, which knows what reading it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.cdk.inputs.channel_config import TrainingChannelConfig
from constructs_lib.cdk.inputs.channel_options import AccessMode, InputMode, Match, S3ChannelOptions
from constructs_lib.cdk.inputs.data.channel_data import ChannelSource
from constructs_lib.cdk.inputs.data.file_system import EfsSource, LustreSource
from constructs_lib.cdk.inputs.data.request import RequestSource
from constructs_lib.cdk.inputs.data.s3 import AssetSource, AugmentedManifestSource, ManifestSource, PrefixSource
from constructs_lib.cdk.inputs.data.s3_members import S3Members
from constructs_lib.cdk.inputs.input_location import DataLocations
from constructs_lib.training_job.refusal import refuse

if TYPE_CHECKING:
    from aws_cdk import aws_efs as efs
    from aws_cdk import aws_fsx as fsx

_CHANNEL_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class TrainingChannel:
    """An input channel: a directory under `/opt/ml/input/data/` in the container, and where its files come from.

    Make one with a static method: `from_bucket` and `from_asset` for objects in S3, `from_manifest` and
    `from_augmented_manifest` for a list of them, `from_efs` and `from_fsx_lustre` for a file system, and `from_request`
    for whatever else CreateTrainingJob takes. It is a value and belongs to no stack until it is bound; one channel may
    be bound any number of times. Members that are not given are not sent.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
    """

    def __init__(self, source: ChannelSource) -> None:
        """Hold where the data comes from; the static methods make the sources.

        Args:
            source: Where the data comes from.

        Raises:
            ValueError: Values that CreateTrainingJob does not know, or members that exclude each other; all of them.
        """
        refuse(source.problems())
        self._source, self.inbound = source, source.inbound

    @staticmethod
    def from_bucket(
        bucket: s3.IBucket | s3.Bucket,
        prefix: str,
        *,
        match: Match = "directory",
        input_mode: InputMode | None = None,
        **options: Unpack[S3ChannelOptions],
    ) -> TrainingChannel:
        """Objects of a bucket: all below a prefix, or one, or all whose keys start alike.

        The job's role is granted `s3:GetObject` on these, `s3:ListBucket` for the prefix, and `kms:Decrypt` where the
        bucket has a key that is known here. An execution's input may move a channel within a directory only.

        Args:
            bucket: The bucket, owned or imported, in the Region of the training job. A bucket of another account has to
                allow the job's role by its own policy, and so has its key.
            prefix: What the keys start with. It ends in `/`, so that `in/` never matches `inner/`; a prefix that is not
                known at synth reads `f"{prefix}/"`. `""` is the whole bucket.
            match: `object` for the one object whose key `prefix` is (SageMaker takes it for a prefix all the same, so
                no other key may start with it); `name` for all objects whose keys start with it, such as
                `"train/part-"`. Defaults to `directory`, what lies below it.
            input_mode: `File` copies the data before training, `FastFile` and `Pipe` stream it. Defaults to the job's
                own mode.
            options: What `S3ChannelOptions` has; each is described there. Defaults to not sent.

        Raises:
            ValueError: A prefix that would grant more than it says, or what CreateTrainingJob does not know.
            TypeError: There is no such option.
        """
        members = S3Members.of(input_mode, options)
        return TrainingChannel(PrefixSource(bucket=bucket, prefix=prefix, match=match, options=members))

    @staticmethod
    def from_asset(
        path: str | Path, *, input_mode: InputMode | None = None, **options: Unpack[S3ChannelOptions]
    ) -> TrainingChannel:
        """One local file, or the files of a local directory, uploaded with the deployment.

        For small data sets that belong to the program. One file is called by a hash and its extension: a program reads
        whatever file there is. A directory's keep their names, below one prefix. The role may read just that.

        Args:
            path: The file, or a directory of at most 500, relative to the directory that `cdk` runs in.
            input_mode: How the container gets the data, as in `from_bucket`. Defaults to the job's own mode.
            options: What `S3ChannelOptions` has; each is described there. Defaults to not sent.

        Raises:
            ValueError: There is no such file or it has none, another value is wrong, or (when it is bound) it is a
                directory and the stack was given a synthesizer.
        """
        members = S3Members.of(input_mode, options)
        return TrainingChannel(AssetSource(path=Path(path), options=members))

    @staticmethod
    def from_manifest(
        bucket: s3.IBucket | s3.Bucket,
        manifest_key: str,
        *,
        data_prefix: DataLocations,
        input_mode: Literal["File", "Pipe"] | None = None,
        **options: Unpack[S3ChannelOptions],
    ) -> TrainingChannel:
        """The objects that a manifest lists: a JSON array of a prefix and the keys after it.

        The job's role is granted what `from_bucket` grants on the data, and to read the one object that is the
        manifest. `FastFile` mode reads prefixes only: a job of that mode needs an `input_mode` here.
        https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html

        Args:
            bucket: The bucket of the manifest, owned or imported.
            manifest_key: The key of the manifest.
            data_prefix: Where the listed objects are: a prefix of the same bucket that ends in `/`, an `InputLocation`
                for one elsewhere, or a list of these, to grant less than what they have in common.
            input_mode: How the container gets the data, as in `from_bucket`. Defaults to the job's own mode.
            options: What `S3ChannelOptions` has; each is described there. Defaults to not sent.

        Raises:
            ValueError: A key or a prefix that would grant more than it says, or another value that CreateTrainingJob
                does not know.
        """
        members = S3Members.of(input_mode, options)
        source = ManifestSource(bucket=bucket, manifest_key=manifest_key, data=data_prefix, options=members)
        return TrainingChannel(source)

    @staticmethod
    def from_augmented_manifest(
        bucket: s3.IBucket | s3.Bucket,
        manifest_key: str,
        *,
        attribute_names: Sequence[str],
        data_locations: DataLocations = (),
        input_mode: Literal["Pipe"] = "Pipe",
        **options: Unpack[S3ChannelOptions],
    ) -> TrainingChannel:
        """The attributes that the lines of an augmented manifest have: JSON lines, such as Ground Truth writes.

        The job's role is granted what `from_bucket` grants on the data, and to read the one object that is the
        manifest. Where the algorithm takes RecordIO, `record_wrapper="RecordIO"` tells the attributes apart.
        https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest.html

        Args:
            bucket: The bucket of the manifest, owned or imported.
            manifest_key: The key of the manifest.
            attribute_names: The attributes to send, 1 to 16, in this order. The value of one whose name ends in `-ref`
                is the URI of an object, which is sent in its place.
            data_locations: Where those objects are: prefixes of the same bucket that end in `/`, and `InputLocation`s
                for places elsewhere. Defaults to no place, for a manifest that has all its data within.
            input_mode: The only mode that takes such a file, which is sent whatever the job's own mode is. Defaults to
                `Pipe`.
            options: What `S3ChannelOptions` has; each is described there. Defaults to not sent.

        Raises:
            ValueError: A `-ref` attribute without a location, a key or a prefix that would grant more than it says, or
                another value that CreateTrainingJob does not know.
        """
        members = S3Members.of(input_mode, options)
        return TrainingChannel(
            AugmentedManifestSource(
                bucket=bucket,
                manifest_key=manifest_key,
                attribute_names=attribute_names,
                data=data_locations,
                options=members,
            )
        )

    @staticmethod
    def from_efs(
        file_system: efs.IFileSystem | efs.FileSystem,
        directory_path: str,
        *,
        access_mode: AccessMode = "ro",
        input_mode: Literal["File"] | None = None,
        content_type: str | None = None,
    ) -> TrainingChannel:
        """A directory of an EFS file system, mounted for the job, which has to be in a VPC that reaches it.

        Nothing is granted to the job's role: SageMaker documents no action for it, and EFS lets in who reaches its
        mount targets, unless the file system has a policy. CDK gives one to a new `efs.FileSystem` under the flag
        `@aws-cdk/aws-efs:denyAnonymousAccess`, which `cdk init` sets: write `allow_anonymous_access=True` there. The
        channel's `connections` have to let the job's security groups in.
        https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html

        Args:
            file_system: The file system, owned or imported.
            directory_path: The directory's full path in the file system; `/` is its root.
            access_mode: `ro` for reading only, `rw` for writing too. Defaults to `ro`.
            input_mode: `File`, for a job whose own mode is another. Defaults to the job's own mode.
            content_type: The MIME type of the data, at most 256 characters. Defaults to saying nothing.

        Raises:
            ValueError: What is no EFS file system, a path that is not a full one, or another value that
                CreateTrainingJob does not know.
        """
        return TrainingChannel(
            EfsSource(
                file_system=file_system,
                directory_path=directory_path,
                access_mode=access_mode,
                input_mode=input_mode,
                content_type=content_type,
            )
        )

    @staticmethod
    def from_fsx_lustre(
        file_system: fsx.IFileSystem | fsx.LustreFileSystem,
        directory_path: str,
        *,
        access_mode: AccessMode = "ro",
        input_mode: Literal["File"] | None = None,
        content_type: str | None = None,
    ) -> TrainingChannel:
        """A directory of an FSx for Lustre file system, mounted for the job, which has to be in a VPC that reaches it.

        Nothing is granted to the job's role: Lustre lets in who reaches it, so the channel's `connections` have to let
        in the job's security groups. The job's subnet is best the file system's own, in one Availability Zone.
        https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html

        Args:
            file_system: The file system, owned or imported.
            directory_path: The directory's full path, which starts with the mount name that FSx gave the file system:
                `f"/{file_system.mount_name}/train"`.
            access_mode: `ro` for reading only, `rw` for writing too. Defaults to `ro`.
            input_mode: `File`, for a job whose own mode is another. Defaults to the job's own mode.
            content_type: The MIME type of the data, at most 256 characters. Defaults to saying nothing.

        Raises:
            ValueError: What is no FSx file system, a path without the mount name, or another value that
                CreateTrainingJob does not know.
        """
        return TrainingChannel(
            LustreSource(
                file_system=file_system,
                directory_path=directory_path,
                access_mode=access_mode,
                input_mode=input_mode,
                content_type=content_type,
            )
        )

    @staticmethod
    def from_request(entry: Mapping[str, Any]) -> TrainingChannel:
        """An entry of `InputDataConfig` in the API's own names, for what has no method of its own.

        `DatasetSource`, `HubAccessConfig`, `ModelAccessConfig` and the data type `Converse` are said this way. The
        entry is checked against SageMaker's model and sent as it is. Nothing is granted: what the job's role needs to
        read the data is the author's to grant.

        Args:
            entry: The entry, without `ChannelName`, which is the channel's name in `channels`.

        Raises:
            ValueError: The model has something against the entry; all of it.
        """
        return TrainingChannel(RequestSource(entry))

    @property
    def needs_vpc(self) -> bool:
        """Whether the data is reached through a VPC only, as a file system is."""
        return self._source.needs_vpc

    @property
    def connections(self) -> ec2.Connections | None:
        """The file system's security groups, which have to let the job's in; `None` where there is no such thing."""
        return self._source.connections

    def bind(self, scope: Construct, channel_name: str) -> TrainingChannelConfig:
        """Create what the channel needs, and return its entry in `InputDataConfig`, and what reading it takes.

        Args:
            scope: The construct that an asset becomes a child of; binding twice in one scope is fine.
            channel_name: The channel's name, which is its directory's: up to 64 letters, digits, `.`, `-` and `_`.

        Raises:
            ValueError: The channel's name is not one that CreateTrainingJob takes.
        """
        if not _CHANNEL_NAME.fullmatch(channel_name):
            raise ValueError(
                f"'channels' must have names of 1 to 64 letters, digits, '.', '-' and '_', got {channel_name!r}"
            )
        data_source, permissions = self._source.bind(scope, channel_name)
        return TrainingChannelConfig(
            members={"ChannelName": channel_name, "DataSource": data_source, **self._source.members()},
            permissions=permissions,
        )
