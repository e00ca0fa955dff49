"""The stage that plays share: the embedded AWS, with the program's source and channels in its S3."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.local.spot_market.supply import Steady
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance import archive
from constructs_lib.local.training_jobs.instance.host import Host, Timing
from constructs_lib.local.training_jobs.instance.namespace import isolation

_BUCKET = "rehearsal"
_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/rehearsed:1"
_ROLE = "arn:aws:iam::123456789012:role/rehearsal"
_IGNORED = ("__pycache__", ".git", ".venv", "node_modules")


@dataclass(frozen=True)
class Stage:
    """Where plays take place.

    Attributes:
        host: What the embedded SageMaker launches programs with.
        directory: Where plays have their files.
        program: What is played.
        source: Where the program's source is in S3; empty when it has none.
    """

    host: Host
    directory: Path
    program: RehearsedProgram
    source: str

    def request(self, name: str) -> JobRequest:
        """Return the request of a play, with a checkpoint prefix of its own.

        Args:
            name: The training job's name.
        """
        hyperparameters = self.program.hyperparameter_texts()
        if self.source:
            hyperparameters |= {
                "sagemaker_program": self.program.program,
                "sagemaker_submit_directory": self.source,
            }
        raw: dict[str, Any] = {
            "TrainingJobName": name,
            "AlgorithmSpecification": {"TrainingImage": _IMAGE, "TrainingInputMode": "File"},
            "RoleArn": _ROLE,
            "HyperParameters": hyperparameters,
            "Environment": dict(self.program.environment),
            "InputDataConfig": [
                {
                    "ChannelName": channel,
                    "DataSource": {
                        "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{_BUCKET}/channels/{channel}/"}
                    },
                }
                for channel in self.program.channels
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{_BUCKET}/models/"},
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400, "MaxWaitTimeInSeconds": 86400},
            "EnableManagedSpotTraining": True,
            "CheckpointConfig": {
                "S3Uri": f"s3://{_BUCKET}/checkpoints/{name}/",
                "LocalPath": self.program.checkpoint_path,
            },
        }
        return JobRequest(raw)


@contextmanager
def stage(program: RehearsedProgram, *, grace_seconds: float = 30.0) -> Iterator[Stage]:
    """Begin an embedded AWS, and put what the program needs into its S3.

    Args:
        program: What is played.
        grace_seconds: Wall seconds from SIGTERM to SIGKILL. Defaults to 30; SageMaker's are 120.

    Raises:
        LocalError: If there is an embedded AWS in this process already.
    """
    with EmbeddedAws() as aws, tempfile.TemporaryDirectory(prefix="spot-training-rehearsal-") as place:
        directory = Path(place).resolve()
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=_BUCKET)
        source = ""
        if not program.command:
            source = f"s3://{_BUCKET}/source.tar.gz"
            archive.pack(_copy_of(program.folder, directory / "source"), directory / "source.tar.gz")
            s3.upload_file(str(directory / "source.tar.gz"), _BUCKET, "source.tar.gz")
        for channel, given in program.channels.items():
            for file in sorted(given.rglob("*")) if given.is_dir() else [given]:
                if file.is_file():
                    relative = file.relative_to(given).as_posix() if given.is_dir() else file.name
                    s3.upload_file(str(file), _BUCKET, f"channels/{channel}/{relative}")
        host = Host(
            clock=aws.clock,
            market=Steady(available=True),
            s3=s3,
            work_dir=directory,
            region=aws.region,
            isolation=isolation(),
            publish=_to_nobody,
            python=program.python,
            install_requirements=program.install_requirements,
            programs={_IMAGE: list(program.command)} if program.command else {},
            environment=aws.environment(),
            timing=Timing(
                starting_seconds=0,
                downloading_seconds=0,
                grace_seconds=grace_seconds,
                shortest_grace_wall_seconds=0,
                longest_grace_wall_seconds=grace_seconds,
                sync_wall_seconds=0.02,
            ),
        )
        yield Stage(host, directory, program, source)


def _to_nobody(_description: dict[str, Any]) -> None:
    """Publish nothing: plays are no jobs of the API."""


def _copy_of(folder: Path, to: Path) -> Path:
    """Copy a source without what no program needs."""
    return Path(shutil.copytree(folder, to, ignore=shutil.ignore_patterns(*_IGNORED)))
