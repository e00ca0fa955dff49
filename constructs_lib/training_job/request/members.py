"""Every member of a CreateTrainingJob request: how it is set here, and what is known of it under `.sync`.

The members are the API model's own, so that a new one arrives with an upgrade of botocore; it can be set at once with
`training_job_overrides`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from constructs_lib.training_job.service_model import model_shape

_MEMBER = re.compile(r"'([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*|\[\d+\])*)[.']")
_INDEX = re.compile(r"\[\d+\]")

SetBy = Literal["typed", "run", "overrides"]
"""An argument of its own; the run, which works it out for each attempt; or `training_job_overrides` alone."""

Sync = Literal["documented", "seen", "not verified"]
"""What is known of a member under `createTrainingJob.sync`."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How a member is set.

    Attributes:
        by: What sets it.
        argument: The argument that it comes from; several, where they go together.
        overridable: Whether `training_job_overrides` may set it too.
    """

    by: SetBy
    argument: str
    overridable: bool = True


def _run(argument: str) -> Setting:
    return Setting(by="run", argument=argument, overridable=False)


def _typed(argument: str, *, overridable: bool = True) -> Setting:
    return Setting(by="typed", argument=argument, overridable=overridable)


OVERRIDES = Setting(by="overrides", argument="training_job_overrides")

SETTINGS: dict[str, Setting] = {
    "TrainingJobName": _run("base_job_name"),
    # a grant or a condition on a role goes with each that is not overridable, and a bare override would not make it
    "RoleArn": _typed("role", overridable=False),
    "AlgorithmSpecification.TrainingImage": _typed("image", overridable=False),
    "AlgorithmSpecification.AlgorithmName": _typed("image", overridable=False),
    "AlgorithmSpecification.TrainingImageConfig": _typed("image"),
    "AlgorithmSpecification.TrainingInputMode": _typed("input_mode"),
    "AlgorithmSpecification.MetricDefinitions": _typed("metric_definitions"),
    "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries": _typed("metrics_time_series"),
    "AlgorithmSpecification.ContainerEntrypoint": _typed("container_entrypoint"),
    "AlgorithmSpecification.ContainerArguments": _typed("container_arguments"),
    "OutputDataConfig.S3OutputPath": _typed("output_bucket, output_prefix", overridable=False),
    "OutputDataConfig.KmsKeyId": _typed("output_key", overridable=False),
    "OutputDataConfig.CompressionType": _typed("output_compression"),
    "ResourceConfig.InstanceType": _run("capacity"),
    "ResourceConfig.InstanceCount": _run("capacity"),
    "ResourceConfig.InstanceGroups": _run("capacity"),
    "ResourceConfig.InstancePreferences": _run("capacity"),
    "ResourceConfig.VolumeSizeInGB": _typed("volume_size"),
    "ResourceConfig.VolumeKmsKeyId": _typed("volume_key", overridable=False),
    "ResourceConfig.KeepAlivePeriodInSeconds": _typed("keep_alive"),
    "HyperParameters": _typed("hyperparameters"),
    "Environment": _typed("environment"),
    "InputDataConfig": _typed("channels", overridable=False),
    "VpcConfig": _typed("vpc, vpc_subnets, security_groups", overridable=False),
    "StoppingCondition.MaxRuntimeInSeconds": _run("max_runtime"),
    "StoppingCondition.MaxWaitTimeInSeconds": _run("max_wait"),
    "StoppingCondition.MaxPendingTimeInSeconds": _run("max_pending"),
    "EnableNetworkIsolation": _typed("network_isolation", overridable=False),
    "EnableInterContainerTrafficEncryption": _typed("inter_container_encryption", overridable=False),
    "EnableManagedSpotTraining": _run("capacity"),
    "CheckpointConfig.S3Uri": _run("checkpoint_bucket"),
    "CheckpointConfig.LocalPath": _run("checkpoint_local_path"),
    "RetryStrategy.MaximumRetryAttempts": _typed("maximum_retry_attempts"),
    "TensorBoardOutputConfig": _typed("tensorboard"),
    "ExperimentConfig": _typed("experiment"),
    "RemoteDebugConfig.EnableRemoteDebug": _typed("remote_debug"),
    "InfraCheckConfig.EnableInfraCheck": _typed("infra_check"),
    "Tags": _typed("tags"),
}
"""Members with an argument, in the order in which they are rendered: `cdk/training/request.py` puts what an argument
gives where it stands here. What stands for an object or a list stands for all that is in it."""

READ_ONLY = ("ResourceConfig.SelectedInstanceType", "ResourceConfig.SelectedInstanceCount")
"""Members that the model has and SageMaker does not accept in a request.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
"""

_DOCUMENTED = (
    "AlgorithmSpecification", "HyperParameters", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "RoleArn",
    "StoppingCondition", "TrainingJobName", "VpcConfig",
)  # fmt: skip
"""https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html"""

_SEEN = ("EnableManagedSpotTraining", "CheckpointConfig", "Tags", "Environment", "EnableNetworkIsolation")
"""Seen with `.sync` in public state machines."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One leaf of the request: a scalar, a list of scalars, or a map.

    Attributes:
        path: Where it stands; `[]` is each item of a list, `{}` each entry of a map.
        kind: The model's type: `string`, `integer`, `boolean`, `list`, `map`, …
        setting: How it is set here.
        sync: What is known of its top-level member under `createTrainingJob.sync`.
    """

    path: str
    kind: str
    setting: Setting
    sync: Sync


@cache
def leaves() -> tuple[Member, ...]:
    """Return every leaf that a request may set, in the model's order."""
    return tuple(
        Member(path=path, kind=kind, setting=setting_of(path), sync=_sync(path))
        for path, kind in _walk("CreateTrainingJobRequest", "")
        if path not in READ_ONLY
    )


def setting_of(path: str) -> Setting:
    """Return how a member is set: its own entry in the table, or that of what it stands in."""
    names = path.replace("[]", "").replace("{}", "").split(".")
    for end in range(len(names), 0, -1):
        if setting := SETTINGS.get(".".join(names[:end])):
            return setting
    return OVERRIDES


def not_verified(request: Iterable[str]) -> list[str]:
    """Return which top-level members of a request `createTrainingJob.sync` is not known to take.

    A task whose parameters Step Functions refuses ends as `States.Runtime`, which no state can catch: such a request
    goes by the API itself.

    Args:
        request: The top-level members of a request.
    """
    return sorted(name for name in request if _sync(name) == "not verified")


def with_argument(problem: str, overrides: Mapping[str, Any]) -> str:
    """Add to what is wrong with a member of a request which argument sets it.

    Args:
        problem: A sentence that begins with the member: `'RetryStrategy.MaximumRetryAttempts' must be …`.
        overrides: The value of `training_job_overrides`.
    """
    member = _MEMBER.match(problem)
    if member is None:
        return problem
    path = _INDEX.sub("", member[1])
    setting = OVERRIDES if path.split(".")[0] in overrides else setting_of(path)
    return f"{problem}; it is set by {arguments_of(setting)}"


def arguments_of(setting: Setting) -> str:
    """Write the arguments of a setting for a sentence: `'vpc' and 'security_groups'`."""
    return " and ".join(f"'{argument}'" for argument in setting.argument.split(", "))


def _sync(path: str) -> Sync:
    top = path.split(".", maxsplit=1)[0].rstrip("[]{}")
    if top in _DOCUMENTED:
        return "documented"
    return "seen" if top in _SEEN else "not verified"


def _walk(shape_name: str, path: str) -> Iterator[tuple[str, str]]:
    shape = model_shape(shape_name)
    kind = shape["type"]
    if kind == "structure":
        for name, member in shape["members"].items():
            yield from _walk(member["shape"], f"{path}.{name}" if path else name)
    elif kind == "list" and model_shape(shape["member"]["shape"])["type"] == "structure":
        yield from _walk(shape["member"]["shape"], f"{path}[]")
    else:
        yield {"list": f"{path}[]", "map": f"{path}{{}}"}.get(kind, path), kind
