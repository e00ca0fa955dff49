"""The variables that the toolkit makes for a program: `SM_*`, `PYTHONPATH` and what it tells of itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping

from constructs_lib.local.training_jobs.api.errors import JobFailedError
from constructs_lib.local.training_jobs.instance.container import Container, input_data_config, resource_config
from constructs_lib.local.training_jobs.instance.framework.hyperparameters import (
    decoded,
    framework_own,
    program_own,
    to_arguments,
)
from constructs_lib.local.training_jobs.instance.framework.source import CODE, Source

_GROUP = "homogeneousCluster"
_LOG_LEVEL = 20
_NEURON_CORES = 64
_NVIDIA_SECONDS = 10.0
_DISTRIBUTED = (
    "sagemaker_mpi_enabled",
    "sagemaker_parameter_server_enabled",
    "sagemaker_distributed_dataparallel_enabled",
    "sagemaker_pytorch_ddp_enabled",
    "sagemaker_pytorch_xla_multi_worker_enabled",
    "sagemaker_multi_worker_mirrored_strategy_enabled",
    "sagemaker_torch_distributed_enabled",
)
"""What a distribution is asked for by; any of them that is true counts."""

_DESCRIBED_ONLY = (
    "additional_framework_parameters",
    "channel_input_dirs",
    "distribution_hosts",
    "hyperparameters",
    "is_master",
    "is_modelparallel_enabled",
    "is_smddpmprun_installed",
    "is_smddprun_installed",
    "job_name",
    "master_hostname",
    "topology",
)
"""What stands in `SM_TRAINING_ENV` and has no variable of its own under that name."""


def variables(container: Container, source: Source | None) -> dict[str, str]:
    """Return the toolkit's `SM_*` variables."""
    described = _described(container, source)
    channels = {f"channel_{name}": f"{container.visible}/input/data/{name}" for name in _channels(container)}
    own = program_own(decoded(container.request.hyperparameters))
    exported = {
        **{name: value for name, value in described.items() if name not in _DESCRIBED_ONLY},
        "channels": _channels(container),
        "framework_params": described["additional_framework_parameters"],
        "hps": own,
        "training_env": described,
        "user_args": to_arguments(own),
        **channels,
        **{f"hp_{name}": value for name, value in own.items()},
    }
    return {f"SM_{name.upper()}": _text(value) for name, value in exported.items()}


def process_variables(container: Container, region: str) -> dict[str, str]:
    """Return what the toolkit sets beside: the path on which a program finds its siblings, and its own settings.

    Args:
        container: The container.
        region: The Region where the job does not say.

    Raises:
        JobFailedError: `AlgorithmError` for a setting that is no text, by which the toolkit ends.
    """
    given = decoded(container.request.hyperparameters)
    path = [f"{container.visible}/code", container.request.environment.get("PYTHONPATH", "")]
    return {
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
        "SAGEMAKER_JOB_NAME": _setting(given, "sagemaker_job_name", ""),
        "SAGEMAKER_REGION": _setting(given, "sagemaker_region", region)
        if given.get("sagemaker_region", region)
        else "",
    }


def _setting(given: Mapping[str, object], name: str, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        raise JobFailedError("AlgorithmError", f"Framework Error: '{name}' must be a text, got {value!r}")
    return value


def check_process(command: Iterable[str], environment: Mapping[str, str]) -> None:
    """Refuse what no process can be started with, as the toolkit ends by it.

    Raises:
        JobFailedError: `AlgorithmError`, with the name of the variable.
    """
    for name, value in environment.items():
        if "=" in name or not _can_be_passed(name) or not _can_be_passed(value):
            raise JobFailedError(
                "AlgorithmError", f"Framework Error: {name!r} with the value {value[:100]!r} cannot be a variable"
            )
    for argument in command:
        if not _can_be_passed(argument):
            raise JobFailedError("AlgorithmError", f"Framework Error: {argument[:100]!r} cannot be an argument")


def can_be_variable(name: str, value: str) -> bool:
    """Return whether a process can have a variable."""
    return "=" not in name and _can_be_passed(name) and _can_be_passed(value)


def _can_be_passed(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _channels(container: Container) -> list[str]:
    return sorted(str(channel["ChannelName"]) for channel in container.request.channels)


def _described(container: Container, source: Source | None) -> dict[str, object]:
    """Return all that the toolkit knows, under its own names."""
    request, base, place = container.request, container.visible, container.place
    given = decoded(request.hyperparameters)
    resources = resource_config(request, place)
    framework = framework_own(given)
    groups = resources["instance_groups"]
    distribution = framework.get(
        "sagemaker_distribution_instance_groups",
        [resources["current_group_name"]] if any(framework.get(name) for name in _DISTRIBUTED) else [],
    )
    spread: list[str] = [
        host
        for group in groups
        if isinstance(distribution, list | str | dict) and group["instance_group_name"] in distribution
        for host in group["hosts"]
    ]
    program = source.program if source else None
    model_parallel = request.environment.get("SM_HP_MP_PARAMETERS")
    return {
        "additional_framework_parameters": framework,
        "channel_input_dirs": {name: f"{base}/input/data/{name}" for name in _channels(container)},
        "current_host": place.name,
        "current_instance_group": _GROUP,
        "current_instance_group_hosts": place.hosts,
        "current_instance_type": resources["current_instance_type"],
        "distribution_hosts": spread,
        "distribution_instance_groups": distribution,
        "framework_module": request.environment.get("SAGEMAKER_TRAINING_MODULE"),
        "hosts": place.hosts,
        "hyperparameters": program_own(given),
        "input_config_dir": f"{base}/input/config",
        "input_data_config": input_data_config(request),
        "input_dir": f"{base}/input",
        "instance_groups": [group["instance_group_name"] for group in groups],
        "instance_groups_dict": {group["instance_group_name"]: group for group in groups},
        "is_hetero": len(groups) > 1,
        "is_master": (spread or place.hosts)[0] == place.name,
        "is_modelparallel_enabled": model_parallel and model_parallel != "{}",
        "is_smddpmprun_installed": shutil.which("smddpmprun") is not None,
        "is_smddprun_installed": shutil.which("smddprun") is not None,
        "job_name": request.name,
        "log_level": given.get("sagemaker_container_log_level", _LOG_LEVEL),
        "master_hostname": (spread or place.hosts)[0],
        "model_dir": f"{base}/model",
        "module_dir": source.location if source and source.location != CODE else f"{base}/code",
        "module_name": (program or "").removesuffix(".py"),
        "network_interface_name": resources["network_interface_name"],
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": _gpus(),
        "num_neurons": _NEURON_CORES if "trn2.48xlarge" in str(resources["current_instance_type"]) else 0,
        "output_data_dir": f"{base}/output/data",
        "output_dir": f"{base}/output",
        "output_intermediate_dir": f"{base}/output/intermediate",
        "resource_config": resources,
        "topology": [],
        "user_entry_point": program,
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
