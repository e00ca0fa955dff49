"""TrainingArguments: what the author of a training wants, read and checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace

from constructs_lib.cdk.buckets.checkpoint_bucket import DEFAULT_EXPIRATION_DAYS
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instance_type import has_fabric_adapter
from constructs_lib.training_job.limits import MAX_JOB_SECONDS, MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS
from constructs_lib.workflow.deadline.longest_run import LongestRun, PlannedWait, longest_run

_DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class TrainingArguments:
    """A training as the stack's author wants it; `read_options` makes it."""

    options: SimpleNamespace
    """Every keyword of the construct by its name: a length of time in seconds, a size in GiB, one that was not given as
    its default, and as `None` where that depends on others."""
    base_job_name: str
    checkpointing: bool
    runtime_seconds: int
    wait_seconds: int
    capacity_patience_seconds: int | None
    """How long a spot job may be without an instance where another entry follows; `None` is as long as `max_wait`."""
    longest_runtime_seconds: int
    kept_seconds: int | None
    """How long checkpoints are kept, where that is known before the bucket exists."""

    @property
    def capacity(self) -> tuple[Capacity, ...]:
        """The capacity plan."""
        plan: tuple[Capacity, ...] = self.options.capacity
        return plan

    @property
    def has_spot(self) -> bool:
        """Whether the plan has spot capacity."""
        return any(entry.is_spot for entry in self.capacity)

    @property
    def longest_wait_seconds(self) -> int:
        """The longest that SageMaker lets a spot job last."""
        return longest_wait_seconds(checkpointing=self.checkpointing)

    @property
    def longest_run(self) -> LongestRun:
        """The worst case of the plan."""
        return longest_run(
            [
                PlannedWait(is_spot=entry.is_spot, tries=entry.tries, seconds=self.entry_seconds(entry))
                for entry in self.capacity
            ],
            self.capacity_patience_seconds,
        )

    @property
    def longest_run_seconds(self) -> int:
        """The longest that a run can go without writing a checkpoint: every entry of the plan waits to its end."""
        return self.longest_run.whole_seconds

    @property
    def checkpoint_days(self) -> int:
        """How long a new bucket keeps checkpoints: its default, or longer where a run can last longer."""
        return max(DEFAULT_EXPIRATION_DAYS, math.ceil(self.longest_run_seconds / _DAY) + 1)

    @property
    def instance_types(self) -> list[str]:
        """Every instance type that a run may train on, sorted."""
        planned = [kind for entry in self.capacity for kind in entry.instance_types]
        return sorted({*planned, *self.options.allowed_instance_types})

    @property
    def instances_talk(self) -> bool:
        """Whether some job has several instances, or one on an Elastic Fabric Adapter, which is set up alike."""
        several = any(entry.instance_count > 1 for entry in self.capacity)
        return several or any(map(has_fabric_adapter, self.instance_types))

    def entry_seconds(self, entry: Capacity) -> int:
        """Return how long a job on this entry of the plan may last."""
        if not entry.is_spot:
            return self.runtime_seconds
        return self.wait_seconds if entry.max_wait_seconds is None else entry.max_wait_seconds


def longest_wait_seconds(*, checkpointing: bool) -> int:
    """Return the longest that SageMaker lets a spot job last."""
    return MAX_JOB_SECONDS if checkpointing else MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS
