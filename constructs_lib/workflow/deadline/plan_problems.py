"""What stands between a capacity plan and a deadline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.durations import readable
from constructs_lib.workflow.deadline.deadline import Deadline


def plan_problems(deadline: Deadline | None, plan: Sequence[Capacity], runtime_seconds: int) -> Iterator[str]:
    """Yield what is wrong with a plan under a deadline, or with speeds where there is none.

    Args:
        deadline: The deadline, if any.
        plan: The capacity plan.
        runtime_seconds: The training budget of a run.
    """
    if deadline is None:
        for number, entry in enumerate(plan):
            if entry.relative_speed is not None:
                yield f"'relative_speed' of capacity[{number}] is for a training with 'deadline', and there is none"
        return
    if deadline.expected_runtime_seconds > runtime_seconds:
        yield (
            "'max_runtime' must be at least the 'expected_runtime' of 'deadline' "
            f"({readable(deadline.expected_runtime_seconds)}), got {readable(runtime_seconds)}; raise it"
        )
    if not any(entry.is_spot for entry in plan):
        yield "'deadline' is for a plan with spot capacity, and 'capacity' has none; add some, or leave it out"
    on_demand = [entry for entry in plan if not entry.is_spot]
    if not on_demand:
        yield "'deadline' is kept on-demand, and 'capacity' has no on-demand capacity; add a Capacity.on_demand"
        return
    yield from _speed_problems(plan, on_demand[-1])


def _speed_problems(plan: Sequence[Capacity], last: Capacity) -> Iterator[str]:
    for number, entry in enumerate(plan):
        name = f"'relative_speed' of capacity[{number}]"
        if entry.max_wait is not None:
            yield f"'max_wait' of capacity[{number}] is decided by 'deadline'; leave it out"
        if entry is last:
            if entry.relative_speed not in (None, 1):
                yield f"{name} must be left out: the last on-demand capacity is the measure, got {entry.relative_speed}"
        elif entry.relative_speed is None:
            if entry.resource_config() != last.resource_config():
                yield (
                    f"{name} is required with 'deadline', because {entry.instance_type} x{entry.instance_count} is not "
                    f"the last on-demand capacity, {last.instance_type} x{last.instance_count}; say relative_speed=0.5 "
                    "where it trains half as fast"
                )
        elif not entry.is_spot and entry.relative_speed < 1:
            yield (
                f"{name} must be at least 1, because a deadline is kept on every on-demand capacity, got "
                f"{entry.relative_speed}; leave the entry out, or put it last"
            )
