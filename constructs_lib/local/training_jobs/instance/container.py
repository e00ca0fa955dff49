"""The files and variables that a training container finds, for one launch on one instance.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance.namespace import BASE
from constructs_lib.local.training_jobs.instance.s3.transfer import (
    S3Client,
    S3Location,
    download_object,
    download_prefix,
    parse_s3_uri,
)


@dataclass(frozen=True)
class Place:
    """Which host of a job a container is on.

    Attributes:
        number: The host's number, from 1.
        count: How many hosts there are. Defaults to the one that is emulated, whatever a job's instance count.
    """

    number: int = 1
    count: int = 1

    @property
    def name(self) -> str:
        """The host's name."""
        return f"algo-{self.number}"

    @property
    def hosts(self) -> list[str]:
        """The names of all hosts."""
        return [f"algo-{number}" for number in range(1, self.count + 1)]


@dataclass(frozen=True)
class Container:
    """The directories of one launch.

    Attributes:
        root: The container's `/opt/ml`, as the emulator sees it.
        visible: The same, as the program sees it: `/opt/ml`, or `root` where the system allows no namespace.
        request: The job's request.
        place: The host. Defaults to the only one.
    """

    root: Path
    visible: PurePosixPath
    request: JobRequest
    place: Place = field(default_factory=Place)

    @property
    def checkpoints(self) -> Path:
        """The checkpoint directory, as the emulator sees it."""
        return self.outside(self.request.checkpoint_path, "CheckpointConfig.LocalPath")

    def outside(self, path: str, what: str) -> Path:
        """Return where a path of the container is for the emulator.

        Args:
            path: An absolute path in the container.
            what: What to call it in messages.

        Raises:
            JobFailedError: `ClientError` if it is not below `/opt/ml`, all that is the container's own here.
        """
        normal = PurePosixPath(posixpath.normpath(path))
        if BASE not in normal.parents:
            raise JobFailedError(
                "ClientError",
                f"'{what}' must be a directory below {BASE} in the embedded AWS, got '{path}'; move it there",
            )
        return self.root / normal.relative_to(BASE)

    def inside(self, path: Path) -> PurePosixPath:
        """Return where the program finds a path of the emulator."""
        return self.visible / path.relative_to(self.root).as_posix()

    def write(self) -> None:
        """Make the directories and the configuration files."""
        for name in ("input/config", "input/data", "model", "output/data", "code"):
            (self.root / name).mkdir(parents=True)
        config: dict[str, object] = {
            "hyperparameters": dict(self.request.hyperparameters),
            "resourceconfig": resource_config(self.request, self.place),
            "inputdataconfig": input_data_config(self.request),
        }
        if self.request.checkpoint_uri is not None:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
            config["checkpointconfig"] = {
                "S3Uri": self.request.checkpoint_uri,
                "LocalPath": str(self.inside(self.checkpoints)),
            }
        for name, content in config.items():
            (self.root / "input/config" / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    def download_channels(self, s3: S3Client) -> None:
        """Download every channel into `input/data/<channel>/`.

        Raises:
            JobFailedError: `ClientError` for a data source that is not emulated, or that holds nothing.
        """
        for channel in self.request.channels:
            directory = self.root / "input/data" / str(channel["ChannelName"])
            directory.mkdir()
            place = _s3_prefix(channel, str(self.request.algorithm.get("TrainingInputMode", "File")))
            if download_prefix(s3, place, directory) == 0:
                raise JobFailedError(
                    "ClientError",
                    f'Data download failed: No S3 objects found under S3 URL "{place}" given in input data source. '
                    "Please ensure that the bucket exists in the selected region, that objects exist under that S3 "
                    "prefix, and that the role has s3:ListBucket permissions on it.",
                )

    def download_source(self, s3: S3Client, place: S3Location, file: Path) -> None:
        """Download one object."""
        download_object(s3, place, file)

    def failure(self) -> str:
        """Return what the program wrote into `output/failure`; empty when it wrote nothing."""
        file = self.root / "output/failure"
        if not file.is_file():
            return ""
        with file.open("rb") as content:
            return content.read(4096).decode("utf-8", errors="replace").strip()


def _s3_prefix(channel: Mapping[str, Any], default_mode: str) -> S3Location:
    source = channel.get("DataSource", {})
    name = channel["ChannelName"]
    if "S3DataSource" not in source:
        raise JobFailedError(
            "ClientError",
            f"channel '{name}' reads {next(iter(source), 'nothing')}; the embedded AWS reads S3DataSource only",
        )
    kind = source["S3DataSource"]["S3DataType"]
    if kind != "S3Prefix":
        raise JobFailedError(
            "ClientError", f"channel '{name}' has S3DataType {kind}; the embedded AWS reads S3Prefix only"
        )
    if channel.get("InputMode", default_mode) == "Pipe":
        raise JobFailedError(
            "ClientError",
            f"channel '{name}' has InputMode Pipe; the embedded AWS has File (and FastFile, as File) only",
        )
    return parse_s3_uri(source["S3DataSource"]["S3Uri"])


def resource_config(request: JobRequest, place: Place) -> dict[str, Any]:
    """Return resourceconfig.json."""
    instance_type = request.instances[0][0] if request.instances else ""
    return {
        "current_host": place.name,
        "current_instance_type": instance_type,
        "current_group_name": "homogeneousCluster",
        "hosts": place.hosts,
        "instance_groups": [
            {"instance_group_name": "homogeneousCluster", "instance_type": instance_type, "hosts": place.hosts}
        ],
        "network_interface_name": "eth0",
    }


def input_data_config(request: JobRequest) -> dict[str, dict[str, str]]:
    """Return inputdataconfig.json."""
    default_mode = str(request.algorithm.get("TrainingInputMode", "File"))
    config: dict[str, dict[str, str]] = {}
    for channel in request.channels:
        source = channel.get("DataSource", {}).get("S3DataSource", {})
        entry = {
            "TrainingInputMode": str(channel.get("InputMode", default_mode)),
            "S3DistributionType": str(source.get("S3DataDistributionType", "FullyReplicated")),
            "RecordWrapperType": str(channel.get("RecordWrapperType", "None")),
        }
        if "ContentType" in channel:
            entry["ContentType"] = str(channel["ContentType"])
        config[str(channel["ChannelName"])] = entry
    return config
