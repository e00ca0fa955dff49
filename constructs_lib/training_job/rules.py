"""Rules of CreateTrainingJob that its documentation states in prose: members that exclude or require each other.

One rule a function; each yields its problems as sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from constructs_lib.training_job.limits import (
    DEFAULT_RUNTIME_SECONDS,
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
)

Request = Mapping[str, Any]


def spot_and_wait(request: Request) -> Iterator[str]:
    """MaxWaitTimeInSeconds goes with managed spot training, and only with it."""
    wait = _stopping(request).get("MaxWaitTimeInSeconds")
    if request.get("EnableManagedSpotTraining") is True:
        if wait is None:
            yield "'StoppingCondition.MaxWaitTimeInSeconds' is required when 'EnableManagedSpotTraining' is true"
    elif wait is not None:
        yield (
            "'StoppingCondition.MaxWaitTimeInSeconds' is only supported when 'EnableManagedSpotTraining' is true, "
            f"got {wait}; leave it out for on-demand"
        )


def wait_covers_runtime(request: Request) -> Iterator[str]:
    """MaxWaitTimeInSeconds counts waiting and running together."""
    stopping = _stopping(request)
    runtime = stopping.get("MaxRuntimeInSeconds", DEFAULT_RUNTIME_SECONDS)
    wait = stopping.get("MaxWaitTimeInSeconds")
    if wait is not None and _is_number(wait) and _is_number(runtime) and wait < runtime:
        yield (
            f"'StoppingCondition.MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' ({runtime}), got {wait}"
        )


def longest_job(request: Request) -> Iterator[str]:
    """A job runs for at most 28 days and lasts for at most 30."""
    stopping = _stopping(request)
    for name, limit in (
        ("MaxRuntimeInSeconds", MAX_RUNTIME_SECONDS),
        ("MaxWaitTimeInSeconds", MAX_JOB_SECONDS),
    ):
        value = stopping.get(name)
        if value is not None and _is_number(value) and value > limit:
            yield f"'StoppingCondition.{name}' must be at most {limit} ({limit // 86400} days), got {value}"


def image_or_algorithm(request: Request) -> Iterator[str]:
    """A job trains with an image or with a named algorithm."""
    algorithm = request.get("AlgorithmSpecification")
    if not isinstance(algorithm, Mapping):
        return
    given = [name for name in ("TrainingImage", "AlgorithmName") if name in algorithm]
    if len(given) != 1:
        yield (
            "'AlgorithmSpecification' must have either 'TrainingImage' or 'AlgorithmName', "
            f"got {' and '.join(given) or 'neither'}"
        )


def instances(request: Request) -> Iterator[str]:
    """ResourceConfig names its instances in exactly one way."""
    resources = request.get("ResourceConfig")
    if not isinstance(resources, Mapping):
        return
    ways = [name for name in ("InstanceType", "InstanceGroups", "InstancePreferences") if resources.get(name)]
    if len(ways) != 1:
        yield (
            "'ResourceConfig' must name instances by one of 'InstanceType', 'InstanceGroups' and 'InstancePreferences'"
            f", got {' and '.join(ways) or 'none'}"
        )
    if "InstanceType" in resources and resources.get("InstanceCount", 0) == 0:
        yield "'ResourceConfig.InstanceCount' must be at least 1 where 'InstanceType' is given"
    if request.get("EnableManagedSpotTraining") is True:
        for name in (
            "InstancePreferences",
            "KeepAlivePeriodInSeconds",
            "TrainingPlanArn",
        ):
            if resources.get(name):
                yield f"'ResourceConfig.{name}' cannot be used with managed spot training; use one of the two"


def channel_names(request: Request) -> Iterator[str]:
    """A channel is a directory of the container: its name appears once."""
    channels = request.get("InputDataConfig")
    names = [c.get("ChannelName") for c in channels if isinstance(c, Mapping)] if isinstance(channels, list) else []
    for name in sorted({str(n) for n in names if names.count(n) > 1}):
        yield f"'InputDataConfig' must name each channel once, got {name!r} more than once"


RULES: tuple[Callable[[Request], Iterator[str]], ...] = (
    spot_and_wait,
    wait_covers_runtime,
    longest_job,
    image_or_algorithm,
    instances,
    channel_names,
)


def _stopping(request: Request) -> Mapping[str, Any]:
    stopping = request.get("StoppingCondition")
    return stopping if isinstance(stopping, Mapping) else {}


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
