"""Where the data of a channel comes from when it is in a file system that SageMaker mounts: EFS and FSx for Lustre.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_FileSystemDataSource.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.cdk.inputs.channel_options import AccessMode
from constructs_lib.cdk.inputs.data.channel_data import BoundData
from constructs_lib.cdk.inputs.problems import choice_problems, content_type_problems, not_text
from constructs_lib.training_job.tokens import is_token

if TYPE_CHECKING:
    # for their names only: importing them takes a tenth of a second
    from aws_cdk import aws_efs as efs
    from aws_cdk import aws_fsx as fsx

FileSystemType = Literal["EFS", "FSxLustre"]

_LONGEST_PATH = 4096


@dataclass(frozen=True, kw_only=True)
class FileSystemSource(ABC):
    """A directory of a file system, mounted where other channels have their files copied to."""

    directory_path: str
    access_mode: AccessMode
    input_mode: Literal["File"] | None
    content_type: str | None

    @property
    def needs_vpc(self) -> bool:
        """A file system is reached through a VPC only."""
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-access-training-data.html
        return True

    def members(self) -> dict[str, Any]:
        """Return the members that stand beside the channel's `DataSource`."""
        members = {"ContentType": self.content_type, "InputMode": self.input_mode}
        return {name: value for name, value in members.items() if value is not None}

    def _problems(self) -> list[str]:
        return [
            *_path_problems(self.directory_path),
            *choice_problems("access_mode", self.access_mode, get_args(AccessMode)),
            *choice_problems("input_mode", self.input_mode, ("File",)),
            *content_type_problems(self.content_type),
        ]

    def _mounted(self, kind: FileSystemType, file_system_id: str) -> BoundData:
        source = {
            "FileSystemId": file_system_id,
            "FileSystemAccessMode": self.access_mode,
            "FileSystemType": kind,
            "DirectoryPath": self.directory_path,
        }
        return {"FileSystemDataSource": source}, []

    @property
    def inbound(self) -> Sequence[ec2.Port]:
        """Nothing comes to the job by itself."""
        return ()

    @property
    @abstractmethod
    def connections(self) -> ec2.Connections:
        """The file system's security groups, which have to let the job's in."""

    @abstractmethod
    def problems(self) -> list[str]:
        """List what is wrong with the arguments, all of it."""

    @abstractmethod
    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Tell the channel's `DataSource`; a mount is let in by the network and needs nothing of the role."""


@dataclass(frozen=True, kw_only=True)
class EfsSource(FileSystemSource):
    """A directory in EFS."""

    file_system: efs.IFileSystem | efs.FileSystem

    @property
    def connections(self) -> ec2.Connections:
        """The security groups of the mount targets."""
        return self.file_system.connections

    def problems(self) -> list[str]:
        """The file system is one of EFS, and the path a path."""
        problems = self._problems()
        if isinstance(self.file_system, str) or not hasattr(self.file_system, "file_system_arn"):
            problems.insert(
                0,
                f"'file_system' must be an EFS file system, got {_kind(self.file_system)}; write "
                'efs.FileSystem.from_file_system_attributes(self, "Data", file_system_id=…, security_group=…)',
            )
        return problems

    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Tell the channel's `DataSource`."""
        return self._mounted("EFS", self.file_system.file_system_id)


@dataclass(frozen=True, kw_only=True)
class LustreSource(FileSystemSource):
    """A directory in FSx for Lustre."""

    file_system: fsx.IFileSystem | fsx.LustreFileSystem

    @property
    def connections(self) -> ec2.Connections:
        """The security groups of the file system."""
        return self.file_system.connections

    @property
    def inbound(self) -> Sequence[ec2.Port]:
        """The ports by which the servers of Lustre come to a client."""
        # https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html
        return ec2.Port.tcp(988), ec2.Port.tcp_range(1018, 1023)

    def problems(self) -> list[str]:
        """The file system is one of FSx, and the path begins with its mount name."""
        problems = self._problems()
        # the constructs of EFS have all that those of FSx have, and an ARN
        if isinstance(self.file_system, str) or hasattr(self.file_system, "file_system_arn"):
            problems.insert(
                0,
                f"'file_system' must be an FSx for Lustre file system, got {_kind(self.file_system)}; write "
                'fsx.LustreFileSystem.from_lustre_file_system_attributes(self, "Data", dns_name=…, '
                "file_system_id=…, security_group=…)",
            )
        elif isinstance(self.directory_path, str) and self.directory_path.startswith("/"):
            # an imported file system does not know its mount name
            mount_name = getattr(self.file_system, "mount_name", None)
            problems.extend(_mount_problems(self.directory_path, mount_name))
        return problems

    def bind(self, scope: Construct, channel_name: str) -> BoundData:
        """Tell the channel's `DataSource`."""
        return self._mounted("FSxLustre", self.file_system.file_system_id)


def _path_problems(path: str) -> list[str]:
    if not isinstance(path, str):
        return not_text("directory_path", path)
    if is_token(path) and not path.startswith("/"):
        return []
    if not path.startswith("/"):
        return [f"'directory_path' must be a full path, which starts with '/', got {path!r}; write \"/{path}\""]
    if len(path) > _LONGEST_PATH and not is_token(path):
        return [f"'directory_path' must have at most {_LONGEST_PATH} characters, got {len(path)}"]
    return []


def _mount_problems(path: str, mount_name: str | None) -> list[str]:
    """Lustre's full path is `/<mount name>/<directory>`, and the mount name is one that FSx makes."""
    # https://docs.aws.amazon.com/fsx/latest/LustreGuide/mounting-ec2-instance.html
    first = path.split("/")[1]
    if first and (mount_name is None or first == mount_name or is_token(first)):
        return []
    fix = 'write f"/{file_system.mount_name}/train"' if mount_name is not None else 'write "/<mount name>/train"'
    return [f"'directory_path' must start with the file system's mount name, got {path!r}; {fix}"]


def _kind(file_system: object) -> str:
    return f"the text {file_system!r}" if isinstance(file_system, str) else type(file_system).__name__
