"""Runs the sources of a framework image as sagemaker-training-toolkit runs them.

Follows sagemaker-training-toolkit 5.1 (https://github.com/aws/sagemaker-training-toolkit: `environment.py`,
`mapping.py`, `entry_point.py`, `process.py`). It does not install `requirements.txt`: the program runs in this Python
environment.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.instance import archive
from constructs_lib.local.training_jobs.instance.container import HOST, Container, input_data_config, resource_config
from constructs_lib.local.training_jobs.instance.s3_transfer import S3Client, parse_s3_uri

_FRAMEWORK_PREFIX = "sagemaker_"
_TUNING_METRIC = "_tuning_objective_metric"
_NVIDIA_SECONDS = 10.0


@dataclass(frozen=True)
class Source:
    """A program and where it lies.

    Attributes:
        program: The entry point's file name in the source.
        location: An S3 tar.gz, or a path in the container; `/opt/ml/code` by default.
    """

    program: str
    location: str


def decoded(hyperparameters: Mapping[str, str]) -> dict[str, object]:
    """Return hyperparameters as the toolkit reads them: as JSON, or as they are where they are not JSON."""
    values: dict[str, object] = {}
    for name, text in hyperparameters.items():
        try:
            values[name] = json.loads(text)
        except ValueError:
            values[name] = text
    return values


def source_of(container: Container) -> Source | None:
    """Return the source that the job names for a framework image, or `None` when it names none."""
    given = decoded(container.request.hyperparameters)
    environment = container.request.environment
    program = environment.get("SAGEMAKER_PROGRAM") or given.get("sagemaker_program")
    if not program:
        return None
    location = given.get("sagemaker_submit_directory") or environment.get("SAGEMAKER_SUBMIT_DIRECTORY")
    return Source(str(program), str(location or "/opt/ml/code"))


def fetch(source: Source, container: Container, s3: S3Client, scratch: Path) -> None:
    """Put the source into the container's `code` directory.

    Args:
        source: The source.
        container: The container, its channels downloaded.
        s3: The client.
        scratch: A file to download to.

    Raises:
        JobFailedError: `ClientError` if the source cannot be had, or the entry point is not in it.
    """
    code = container.root / "code"
    if source.location.startswith(("s3://", "https://")):
        container.download_source(s3, parse_s3_uri(source.location), scratch)
        archive.unpack(scratch, code, source.location)
        scratch.unlink()
    elif (here := container.outside(source.location, "sagemaker_submit_directory")) != code:
        if here.is_dir():
            shutil.copytree(here, code, dirs_exist_ok=True)
        elif here.is_file():
            archive.unpack(here, code, source.location)
    if source.program.endswith(".py") and not (code / source.program).is_file():
        held = ", ".join(sorted(path.relative_to(code).as_posix() for path in code.rglob("*.py"))[:10]) or "no .py file"
        raise JobFailedError(
            "ClientError", f"'sagemaker_program' names '{source.program}', but {source.location} holds {held}"
        )


def command(source: Source, container: Container) -> list[str]:
    """Return the command that runs the source, and make a shell script executable."""
    arguments = to_arguments(_own(container))
    files = {path.name for path in (container.root / "code").iterdir()}
    if source.program.endswith(".sh") or not ({"setup.py"} & files or source.program.endswith(".py")):
        script = container.root / "code" / source.program
        if script.is_file():
            script.chmod(0o755)
        return ["/bin/sh", "-c", f"exec ./{source.program} {shlex.join(arguments)}".strip()]
    if "setup.py" in files:
        return [sys.executable, "-m", source.program.replace(".py", ""), *arguments]
    return [sys.executable, source.program, *arguments]


def to_arguments(hyperparameters: Mapping[str, object]) -> list[str]:
    """Return hyperparameters as the toolkit puts them on a command line: sorted, `-k v` for names of one letter."""
    arguments: list[str] = []
    for name, value in sorted(hyperparameters.items()):
        arguments.append(f"--{name}" if len(name) > 1 else f"-{name}")
        if isinstance(value, dict):
            arguments.append(",".join(f"{key}={item}" for key, item in sorted(value.items())))
        else:
            arguments.append("" if value is None else str(value))
    return arguments


def variables(container: Container, source: Source | None) -> dict[str, str]:
    """Return the toolkit's `SM_*` variables."""
    own = _own(container)
    base = container.visible
    channels = {
        str(channel["ChannelName"]): f"{base}/input/data/{channel['ChannelName']}"
        for channel in container.request.channels
    }
    resources = resource_config(container.request)
    framework = {
        name: value
        for name, value in decoded(container.request.hyperparameters).items()
        if name.startswith(_FRAMEWORK_PREFIX) and name not in _TOOLKIT_OWN
    }
    program = source.program if source else ""
    values: dict[str, object] = {
        "channels": sorted(channels),
        "current_host": HOST,
        "current_instance_group": "homogeneousCluster",
        "current_instance_group_hosts": [HOST],
        "current_instance_type": resources["current_instance_type"],
        "framework_params": framework,
        "hosts": [HOST],
        "hps": own,
        "input_config_dir": f"{base}/input/config",
        "input_data_config": input_data_config(container.request),
        "input_dir": f"{base}/input",
        "is_hetero": False,
        "log_level": decoded(container.request.hyperparameters).get("sagemaker_container_log_level", 20),
        "model_dir": f"{base}/model",
        "module_dir": source.location if source else f"{base}/code",
        "module_name": program.removesuffix(".py"),
        "network_interface_name": "eth0",
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": _gpus(),
        "num_neurons": 0,
        "output_data_dir": f"{base}/output/data",
        "output_dir": f"{base}/output",
        "output_intermediate_dir": f"{base}/output/intermediate",
        "resource_config": resources,
        "user_args": to_arguments(own),
        "user_entry_point": program,
    }
    described = {
        **values,
        "additional_framework_parameters": framework,
        "channel_input_dirs": channels,
        "hyperparameters": own,
        "is_master": True,
        "job_name": container.request.name,
        "master_hostname": HOST,
    }
    exported = dict(values)
    exported["training_env"] = {name: described[name] for name in sorted(described) if name not in ("hps", "user_args")}
    exported |= {f"channel_{name}": path for name, path in channels.items()}
    exported |= {f"hp_{name}": value for name, value in own.items() if "=" not in name}
    return {f"SM_{name.upper()}": _text(value) for name, value in exported.items()}


def failure_text(command_line: list[str], exit_code: int, log_tail: str) -> str:
    """Return what the toolkit writes into `output/failure` when the program fails and has not written it itself."""
    return (
        f'ExecuteUserScriptError:\nExitCode {exit_code}\nErrorMessage "{log_tail}"\nCommand "{" ".join(command_line)}"'
    )


_TOOLKIT_OWN = frozenset(
    {
        "sagemaker_program",
        "sagemaker_submit_directory",
        "sagemaker_enable_cloudwatch_metrics",
        "sagemaker_region",
        "sagemaker_container_log_level",
        "sagemaker_job_name",
        "sagemaker_s3_output",
    }
)


def _own(container: Container) -> dict[str, object]:
    """Return the hyperparameters that are the program's, not the framework's."""
    return {
        name: value
        for name, value in decoded(container.request.hyperparameters).items()
        if not name.startswith(_FRAMEWORK_PREFIX) and name not in (_TUNING_METRIC, "default_user_module_name")
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def _gpus() -> int:
    """Count the machine's GPUs, as the toolkit does."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return 0
    try:
        listed = subprocess.run(  # noqa: S603 - NVIDIA's own tool, with nothing of the job's
            [tool, "--list-gpus"], capture_output=True, text=True, timeout=_NVIDIA_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return sum(line.startswith("GPU ") for line in listed.stdout.splitlines())
