"""What can be wrong with the arguments of a run, before anything is created."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from constructs_lib.cdk.training.network import network_problems
from constructs_lib.training_job.capacity.instance_type import has_local_storage
from constructs_lib.training_job.durations import readable
from constructs_lib.training_job.limits import (
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
    MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS,
)
from constructs_lib.training_job.naming import base_job_name_problems
from constructs_lib.training_job.request.overrides import override_problems
from constructs_lib.training_job.tokens import is_token

if TYPE_CHECKING:
    from constructs_lib.cdk.training.arguments import TrainingArguments

_MOST_ENTRIES = 16


def argument_problems(run: TrainingArguments) -> list[str]:
    """Say everything that is wrong with a run's arguments."""
    problems = [
        *_plan_problems(run),
        *_runtime_problems(run),
        *_wait_problems(run),
        *_patience_problems(run),
        *_source_problems(run),
        *_text_problems(run),
        *_network_problems(run),
        *_volume_key_problems(run),
        *override_problems(run.options.get("training_job_overrides", {})),
    ]
    if not problems and run.kept_seconds is not None:
        problems += _expiration_problems(run, run.kept_seconds)
    return problems


def _has_spot(run: TrainingArguments) -> bool:
    return any(entry.is_spot for entry in run.capacity)


def _plan_problems(run: TrainingArguments) -> Iterator[str]:
    if not run.capacity:
        yield "'capacity' must name at least one capacity, such as Capacity.spot(\"ml.m5.xlarge\"), got none"
    elif len(run.capacity) > _MOST_ENTRIES:
        yield f"'capacity' must have at most {_MOST_ENTRIES} entries, got {len(run.capacity)}"
    for name in run.options.get("allowed_instance_types", ()):
        if not is_token(name) and not name.startswith("ml."):
            yield f"'allowed_instance_types' must have types that begin with 'ml.', got {name!r}; write 'ml.{name}'"


def _volume_key_problems(run: TrainingArguments) -> Iterator[str]:
    if "volume_key" not in run.options:
        return
    local = [name for name in run.instance_types if not is_token(name) and has_local_storage(name)]
    if local:
        yield (
            f"'volume_key' cannot be used with {', '.join(local)}, whose local storage encrypts itself; leave it out, "
            "or pass 'encryption_key', which is used where there are volumes"
        )


def _runtime_problems(run: TrainingArguments) -> Iterator[str]:
    if not 1 <= run.runtime_seconds <= MAX_RUNTIME_SECONDS:
        yield f"'max_runtime' must be from 1 second to 28 days, got {readable(run.runtime_seconds)}"
    elif (
        "longest_runtime" in run.options
        and not run.runtime_seconds <= run.longest_runtime_seconds <= MAX_RUNTIME_SECONDS
    ):
        yield (
            f"'longest_runtime' must be from 'max_runtime' ({readable(run.runtime_seconds)}) to 28 days, "
            f"got {readable(run.longest_runtime_seconds)}"
        )


def _wait_problems(run: TrainingArguments) -> Iterator[str]:
    waits = {f"'max_wait' of capacity[{i}]": e for i, e in enumerate(run.capacity) if e.max_wait is not None}
    seconds = {name: run.entry_seconds(entry) for name, entry in waits.items()}
    if _has_spot(run):
        seconds["'max_wait'"] = run.wait_seconds
    elif "max_wait" in run.options:
        yield "'max_wait' is for spot capacity, and 'capacity' has none; leave it out"
    for name, wait in seconds.items():
        if not run.checkpointing and max(wait, run.runtime_seconds) > MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS:
            yield (
                f"{name} and 'max_runtime' must be at most 1 hour for an algorithm that does not checkpoint, got "
                f"{readable(max(wait, run.runtime_seconds))}; make the algorithm checkpoint, or use on-demand capacity"
            )
        elif wait < run.runtime_seconds:
            yield f"{name} must be at least 'max_runtime' ({readable(run.runtime_seconds)}), got {readable(wait)}"
        elif wait > MAX_JOB_SECONDS:
            yield f"{name} must be at most 30 days, got {readable(wait)}"


def _patience_problems(run: TrainingArguments) -> Iterator[str]:
    if "capacity_patience" not in run.options:
        return
    patience = run.patience_seconds or 0
    if not _has_spot(run):
        yield "'capacity_patience' is for spot capacity, and 'capacity' has none; leave it out"
    elif not 60 <= patience < run.wait_seconds:
        yield (
            f"'capacity_patience' must be at least 1 minute and less than 'max_wait' ({readable(run.wait_seconds)}), "
            f"got {readable(patience)}"
        )


def _source_problems(run: TrainingArguments) -> Iterator[str]:
    if "source" in run.options and run.options["image"].takes_source is False:
        yield (
            "'source' is for an image that runs the program it is given, and 'image' is an algorithm of its own; "
            "leave it out, or use a framework image"
        )


def _text_problems(run: TrainingArguments) -> Iterator[str]:
    if not is_token(run.base_job_name):
        yield from base_job_name_problems(run.base_job_name)
    for name, value in run.options.get("hyperparameters", {}).items():
        if not isinstance(value, (str, int, float)):
            yield f"'hyperparameters' must have strings, numbers and booleans as values, got {value!r} for {name!r}"
    prefix = run.output_prefix
    if prefix.startswith("/") or prefix.endswith("/") or not prefix:
        yield f"'output_prefix' must be a prefix without a slash at either end, such as \"models\", got {prefix!r}"
    if not is_token(run.checkpoint_local_path) and not run.checkpoint_local_path.startswith("/"):
        yield f"'checkpoint_local_path' must be an absolute path in the container, got {run.checkpoint_local_path!r}"


def _network_problems(run: TrainingArguments) -> Iterator[str]:
    vpc = run.options.get("vpc")
    yield from network_problems(
        vpc=vpc,
        vpc_subnets=run.options.get("vpc_subnets"),
        security_groups=run.options.get("security_groups"),
        allow_all_outbound=run.options.get("allow_all_outbound"),
    )
    if vpc is None:
        for name, channel in run.options.get("channels", {}).items():
            if channel.needs_vpc:
                yield f"'channels' has {name!r}, a file system that is reached through a VPC, and no 'vpc'; pass it"


def _expiration_problems(run: TrainingArguments, kept_seconds: int) -> Iterator[str]:
    if kept_seconds < run.longest_run_seconds:
        yield (
            "'expiration' of the checkpoint bucket must be at least as long as a run can last "
            f"({readable(run.longest_run_seconds)}), got {readable(kept_seconds)}; raise it, or shorten 'max_wait' or "
            "the plan"
        )
