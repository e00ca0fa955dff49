"""TrainingSource: the training program, packed for the framework containers that fetch it from S3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from constructs_lib.cdk.ids import free_id
from constructs_lib.cdk.inputs.asset_files import place_for_assets
from constructs_lib.cdk.inputs.source_archive import pack
from constructs_lib.cdk.inputs.source_files import SourceFiles, source_files
from constructs_lib.cdk.permissions.job_role import decrypt_input, read_object, read_source
from constructs_lib.cdk.permissions.permission import on_bucket
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.permission import Permission

_ARCHIVE_NAME = "sourcedir.tar.gz"

CODE_CHANNEL = "code"
"""The channel that brings the program into an isolated container, as SageMaker's SDK calls it."""

_LARGE_BYTES = 100_000_000
_INSTALLED = ("requirements.txt", "setup.py")

_NOT_INSTALLED = "spot-training-constructs:isolated-installation"
_WITHHELD = "spot-training-constructs:source-withheld"
_UNUSED = "spot-training-constructs:source-exclude-unused"
_LARGE = "spot-training-constructs:source-large"


@dataclass(frozen=True, kw_only=True)
class TrainingSourceConfig:
    """What binding a source gives."""

    hyperparameters: Mapping[str, str]
    """`sagemaker_program`, `sagemaker_submit_directory` and `sagemaker_region`."""
    channels: Sequence[Mapping[str, Any]]
    """The channel that the program comes by, for a container that cannot fetch it; else none."""
    permissions: Sequence[Permission]
    """What the job's role needs to read the program."""


class TrainingSource:
    """A directory with a training program, which a framework container downloads, unpacks and runs.

    For images that contain the SageMaker training toolkit, such as AWS's framework containers: they read from the
    hyperparameters where the program is. It becomes one file asset, a reproducible tar.gz: the same files give the same
    hash on any machine, whatever their times, owners and order are, so that an unchanged program deploys nothing.

    Make one with `TrainingSource.from_directory`. It is a value and belongs to no stack until it is bound; one source
    may be bound any number of times.

    See https://github.com/aws/sagemaker-training-toolkit
    """

    def __init__(self, directory: Path, entry_point: str, exclude: Sequence[str]) -> None:
        """Hold what `from_directory` has checked; use that."""
        self._directory = directory
        self._entry_point = entry_point
        self._exclude = tuple(exclude)

    @staticmethod
    def from_directory(directory: str | Path, entry_point: str, *, exclude: Sequence[str] = ()) -> TrainingSource:
        """A program in a directory.

        What never belongs to a program is left out: `.git`, `__pycache__`, `*.pyc`, `.DS_Store`, virtual environments
        and tools' caches, `node_modules` and `cdk.out`. So is what may hold secrets, because whoever may read the
        archive's bucket would read them: `.env`, `*.pem`, `*.key` and other keys, `.aws`, `.ssh` and other places of
        credentials; synthesis tells which (`spot-training-constructs:source-withheld`). It warns of a source of more
        than 100 MB as well (`spot-training-constructs:source-large`), and of patterns that match nothing
        (`spot-training-constructs:source-exclude-unused`).

        Empty directories are left out, as in git. A symbolic link becomes the file or directory that it points to,
        which has to lie in the directory. File modes become 0644, or 0755 where the owner may execute.

        Args:
            directory: The directory, relative to where `cdk` runs; `requirements.txt` in it is installed by the
                container.
            entry_point: The program, relative to `directory`, such as `train.py`. Beside a `setup.py` it lies at the
                top, because the container installs the directory and runs it as a module.
            exclude: More to leave out: patterns as in a `.gitignore` in `directory`, https://git-scm.com/docs/gitignore.
                One with `!` takes back what an earlier one leaves out, and what is left out anyway: `"!.env"`.
                Defaults to nothing more.

        Raises:
            ValueError: The directory or the entry point does not exist, the entry point is excluded or lies below a
                `setup.py`, or a link leads out of the directory.
        """
        path, relative = Path(directory), PurePosixPath(entry_point)
        patterns = () if isinstance(exclude, str) else tuple(exclude)
        problems = []
        if not path.is_dir():
            problems.append(f"'directory' must be a directory, got {str(path)!r}, which is none in {str(Path.cwd())!r}")
        if isinstance(exclude, str):
            problems.append(f"'exclude' must be a list of patterns, got {exclude!r}; write [{exclude!r}]")
        if relative.is_absolute() or ".." in relative.parts or "\\" in entry_point:
            problems.append(
                f"'entry_point' must be a path in 'directory' with '/' between its parts, got {entry_point!r}"
            )
        elif path.is_dir() and not (path / relative).is_file():
            problems.append(f"'entry_point' must be a file in {str(path)!r}, got {entry_point!r}, which does not exist")
        elif path.is_dir():
            problems.extend(_entry_point_problems(str(relative), source_files(path, patterns).files))
        refuse(problems)
        return TrainingSource(path, str(relative), patterns)

    def bind(self, scope: Construct, *, isolated: bool = False, offline: bool = False) -> TrainingSourceConfig:
        """Pack the program, and return what points the container to it.

        Args:
            scope: The construct that the asset becomes a child of; binding twice in one scope is fine.
            isolated: Whether the container is cut off from the network: SageMaker then brings the archive as the
                channel `code`, and what `requirements.txt` or `setup.py` ask for cannot be downloaded, which is warned
                of (`spot-training-constructs:isolated-installation`). Defaults to one that fetches the archive itself.
            offline: Whether the container is in subnets without a way out, where the same is warned of. Defaults to
                not.

        Raises:
            ValueError: A link leads out of the directory, or an isolated container's archive has a name that is not
                known at synth.
        """
        found = source_files(self._directory, self._exclude)
        with place_for_assets(scope, "training-source") as place:
            path = place / _ARCHIVE_NAME
            with path.open("wb") as archive:
                content_hash = pack(found.files, archive)
            asset = s3_assets.Asset(scope, free_id(scope, "TrainingSource"), path=str(path), asset_hash=content_hash)
        _warn(scope, found)
        if isolated or offline:
            _warn_of_installation(scope, found.files, "'network_isolation'" if isolated else "isolated subnets")
        location = _path_in_channel(asset.s3_object_key) if isolated else asset.s3_object_url
        return TrainingSourceConfig(
            hyperparameters={
                "sagemaker_program": self._entry_point,
                "sagemaker_submit_directory": location,
                "sagemaker_region": cdk.Stack.of(scope).region,
            },
            channels=[_code_channel(asset.s3_object_url)] if isolated else [],
            permissions=on_bucket(asset.bucket, partial(_reading, asset.s3_object_key, isolated), decrypt_input),
        )


def _entry_point_problems(entry_point: str, files: Mapping[str, Path]) -> Iterator[str]:
    if entry_point not in files:
        yield f"'entry_point' must not match 'exclude', got {entry_point!r}; take its pattern out"
    elif "/" in entry_point and "setup.py" in files:
        # https://github.com/aws/sagemaker-training-toolkit/issues/54
        yield (
            f"'entry_point' must lie beside 'setup.py', got {entry_point!r}: the container installs the directory and "
            "runs the entry point as a module, whose name cannot have a directory in it; put a program at the top that "
            "calls it, or leave 'setup.py' out by 'exclude'"
        )


def _reading(key: str, isolated: bool, bucket_arn: str) -> Sequence[Permission]:
    return read_object(bucket_arn, key) if isolated else [read_source(f"{bucket_arn}/{key}")]


def _code_channel(uri: str) -> dict[str, Any]:
    return {
        "ChannelName": CODE_CHANNEL,
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
        # a stream is no archive
        "InputMode": "File",
    }


def _path_in_channel(key: str) -> str:
    """Tell where SageMaker puts the one object of the channel, which keeps the last part of its key as its name.

    The training toolkit unpacks whatever tar.gz it finds there, as it does with the SDK's `sourcedir.tar.gz`.
    https://github.com/aws/sagemaker-python-sdk (`estimator.py`, `enable_network_isolation`)
    """
    name = key.rpartition("/")[2]
    if is_token(name):
        raise ValueError(
            "'source' with 'network_isolation' needs a stack whose assets have keys that are known at synth, got "
            f"{key!r}; use cdk.DefaultStackSynthesizer"
        )
    return f"/opt/ml/input/data/{CODE_CHANNEL}/{name}"


def _warn(scope: Construct, found: SourceFiles) -> None:
    warnings = {}
    if found.withheld:
        names = ", ".join(map(repr, found.withheld))
        take = f"!{found.withheld[0].rstrip('/')}"
        warnings[_WITHHELD] = (
            f"'source' leaves out {names}, which may hold secrets; keep such files elsewhere, or ask for one by "
            f"exclude=[{take!r}]"
        )
    if found.unused:
        warnings[_UNUSED] = (
            f"'exclude' has {', '.join(map(repr, found.unused))}, which matches nothing in the source; patterns are "
            "those of a .gitignore"
        )
    sizes = {name: path.stat().st_size for name, path in found.files.items()}
    if (size := sum(sizes.values())) > _LARGE_BYTES:
        largest = max(sizes, key=lambda name: sizes[name])
        warnings[_LARGE] = (
            f"'source' has {size / 1e6:.0f} MB in {len(sizes)} files, the largest {largest!r} with "
            f"{sizes[largest] / 1e6:.0f} MB, which every attempt downloads and unpacks; leave out what is no program "
            "by 'exclude', and bring data by a channel"
        )
    for name, warning in warnings.items():
        cdk.Annotations.of(scope).add_warning_v2(name, warning)


def _warn_of_installation(scope: Construct, files: Mapping[str, Path], cut_off_by: str) -> None:
    if found := [name for name in _INSTALLED if name in files]:
        cdk.Annotations.of(scope).add_warning_v2(
            _NOT_INSTALLED,
            f"'source' has {' and '.join(map(repr, found))}, from which the container installs by pip before it "
            f"trains, and with {cut_off_by} pip reaches no public package index, so the job fails unless all that it "
            "asks for is in the image or in the source; build an image with it, or acknowledge this warning",
        )
