"""What `SpotTraining` and `SpotTrainingTask` have in common: their options, defaults filled and arguments checked."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.training.argument_problems import argument_problems
from constructs_lib.cdk.training.options import TrainingOptions
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.durations import seconds_of
from constructs_lib.training_job.limits import (
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
    MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS,
)
from constructs_lib.training_job.naming import default_base_job_name
from constructs_lib.training_job.refusal import refuse

_DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class TrainingArguments:
    """A run as the stack's author wants it: arguments checked, lengths of time in seconds."""

    options: Mapping[str, Any]
    """What was given of `TrainingOptions`; what is `None` is left out."""
    capacity: tuple[Capacity, ...]
    base_job_name: str
    checkpointing: bool
    runtime_seconds: int
    wait_seconds: int
    patience_seconds: int | None
    longest_runtime_seconds: int
    checkpoint_local_path: str
    output_prefix: str
    kept_seconds: int | None
    """How long checkpoints are kept, where that is known before the bucket exists."""

    @classmethod
    def of(
        cls, path: str, options: Mapping[str, Any], *, checkpoint_bucket: s3.IBucket | s3.Bucket | None
    ) -> TrainingArguments:
        """Fill the defaults and check everything that is known before anything is created.

        Args:
            path: The construct's path, which names the jobs where the author does not.
            options: The options that were given.
            checkpoint_bucket: The bucket that was brought, whose expiration is checked when it is known.

        Raises:
            TypeError: An option that does not exist, or a missing one.
            ValueError: All problems at once.
        """
        _check_names(options)
        given = {name: value for name, value in options.items() if value is not None}
        capacity = tuple(given["capacity"])
        checkpointing = given.get("checkpointing", given["image"].checkpoints is not False)
        runtime = _seconds(given, "max_runtime", _DAY)
        longest_wait = longest_wait_seconds(checkpointing=checkpointing)
        wait = _seconds(given, "max_wait", min(2 * runtime, longest_wait))
        on_spot = any(entry.is_spot for entry in capacity)
        run = cls(
            options=given,
            capacity=capacity,
            base_job_name=given.get("base_job_name", default_base_job_name(path)),
            checkpointing=checkpointing,
            runtime_seconds=runtime,
            wait_seconds=wait,
            patience_seconds=_seconds(given, "capacity_patience", 0) or None,
            longest_runtime_seconds=_seconds(
                given, "longest_runtime", min(MAX_RUNTIME_SECONDS, longest_wait) if on_spot else MAX_RUNTIME_SECONDS
            ),
            checkpoint_local_path=given.get("checkpoint_local_path", "/opt/ml/checkpoints"),
            output_prefix=given.get("output_prefix", "models"),
            kept_seconds=_kept_seconds(checkpoint_bucket),
        )
        refuse(argument_problems(run))
        return run

    @property
    def longest_run_seconds(self) -> int:
        """The longest that a run can go without writing a checkpoint: every entry of the plan waits to its end."""
        return sum(entry.tries * self.entry_seconds(entry) for entry in self.capacity)

    @property
    def default_checkpoint_expiration(self) -> Duration:
        """30 days, or longer where a run can last longer."""
        return Duration.days(max(30, math.ceil(self.longest_run_seconds / _DAY) + 1))

    @property
    def instance_types(self) -> list[str]:
        """Every instance type that a run may train on, sorted."""
        planned = [kind for entry in self.capacity for kind in entry.instance_types]
        return sorted({*planned, *self.options.get("allowed_instance_types", ())})

    @property
    def several_instances(self) -> bool:
        """Whether some job has more than one instance."""
        return any(entry.instance_count > 1 for entry in self.capacity)

    def entry_seconds(self, entry: Capacity) -> int:
        """Return how long a job on this entry of the plan may last."""
        if not entry.is_spot:
            return self.runtime_seconds
        return self.wait_seconds if entry.max_wait is None else int(entry.max_wait.to_seconds())


def longest_wait_seconds(*, checkpointing: bool) -> int:
    """Return the longest that SageMaker lets a spot job last."""
    return MAX_JOB_SECONDS if checkpointing else MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS


def _check_names(options: Mapping[str, Any]) -> None:
    known = TrainingOptions.__annotations__
    problems = []
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            problems.append(f"there is no option {name!r}" + (f"; did you mean {near[0]!r}" if near else ""))
    problems += [f"'{name}' is required" for name in ("image", "capacity") if options.get(name) is None]
    refuse(problems, TypeError)


def _seconds(options: Mapping[str, Any], name: str, default: int) -> int:
    length: Duration | None = options.get(name)
    return default if length is None else seconds_of(name, length)


def _kept_seconds(bucket: s3.IBucket | s3.Bucket | None) -> int | None:
    """Return how long a bucket of ours keeps checkpoints; of any other that is not known."""
    if not isinstance(bucket, CheckpointBucket) or bucket.expiration.is_unresolved():
        return None
    return int(bucket.expiration.to_seconds())
