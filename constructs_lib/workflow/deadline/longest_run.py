"""The worst case of a capacity plan, told before it is lived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PlannedWait:
    """One entry of a plan, as far as its length goes.

    Args:
        is_spot: Whether it waits for spot capacity.
        tries: How many jobs it gets.
        seconds: The longest that one of them may last, waiting included.
    """

    is_spot: bool
    tries: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class LongestRun:
    """The worst case.

    Attributes:
        until_last_entry_seconds: How long it takes until the last entry of the plan is tried when there is no spot
            capacity at all; what SageMaker takes to say that it has no on-demand capacity is not counted.
        whole_seconds: How long a run may last in all: every job of every entry to its limit.
    """

    until_last_entry_seconds: int
    whole_seconds: int


def longest_run(plan: Sequence[PlannedWait], capacity_patience_seconds: int | None) -> LongestRun:
    """Reckon the worst case of a plan.

    Args:
        plan: Its entries, in order.
        capacity_patience_seconds: How long a spot job may be without an instance where another entry follows; `None`
            is as long as SageMaker lets it.
    """

    def waited(entry: PlannedWait) -> int:
        if not entry.is_spot:
            return 0
        return entry.tries * min(entry.seconds, capacity_patience_seconds or entry.seconds)

    return LongestRun(
        until_last_entry_seconds=sum(waited(entry) for entry in plan[:-1]),
        whole_seconds=sum(entry.tries * entry.seconds for entry in plan),
    )
