"""Capacity that comes and goes by the clock, whoever watches: at random from a seed, or as it was recorded."""

from __future__ import annotations

import math
import random
import threading
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from constructs_lib.local.spot_market.supply import NEVER, Progress, Supply


class _Timeline(Protocol):
    """When capacity exists, the same for every job that watches it."""

    def up(self, now: float) -> bool: ...

    def next_change(self, now: float) -> float: ...


class _TimelineSupply:
    def __init__(self, timeline: _Timeline) -> None:
        self._timeline = timeline

    def wait_seconds(self, now: float) -> float:
        return 0.0 if self._timeline.up(now) else self._timeline.next_change(now) - now

    def seconds_left(self, now: float, progress: Progress) -> float:
        return self._timeline.next_change(now) - now if self._timeline.up(now) else 0.0

    def interrupted(self, now: float) -> None:
        """Do nothing: the timeline goes on for itself."""


class Random:
    """Capacity that comes and goes, with exponential times, the same for the same seed.

    Every instance type has a line of its own that begins with capacity.

    Args:
        seed: Decides every time.
        mean_up: The mean of the clock seconds for which capacity lasts.
        mean_down: The mean of the clock seconds for which it is away.
    """

    def __init__(self, *, seed: int, mean_up: float, mean_down: float) -> None:
        self._seed, self._mean_up, self._mean_down = seed, mean_up, mean_down
        self._lines: dict[str, _RandomLine] = {}
        self._lock = threading.Lock()

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the view of one instance type's line."""
        with self._lock:
            if instance_type not in self._lines:
                numbers = random.Random(f"{self._seed}/{instance_type}")  # noqa: S311 - a simulation, no secret
                self._lines[instance_type] = _RandomLine(numbers, self._mean_up, self._mean_down)
            return _TimelineSupply(self._lines[instance_type])


class _RandomLine:
    def __init__(self, numbers: random.Random, mean_up: float, mean_down: float) -> None:
        self._numbers, self._means = numbers, (mean_up, mean_down)
        self._changes = [0.0]
        self._lock = threading.Lock()

    def _reach(self, now: float) -> int:
        """Draw changes until one lies ahead; return how many lie behind. An odd number means capacity."""
        with self._lock:
            while self._changes[-1] <= now:
                mean = self._means[(len(self._changes) - 1) % 2]
                self._changes.append(self._changes[-1] + self._numbers.expovariate(1 / mean))
            return bisect_right(self._changes, now)

    def up(self, now: float) -> bool:
        return self._reach(now) % 2 == 1

    def next_change(self, now: float) -> float:
        return self._changes[self._reach(now)]


class Trace:
    """Capacity as it was recorded: so many instances in each gap of time. Repeats when it ends.

    Args:
        available: The available instances in each gap.
        gap_seconds: The length of a gap, in clock seconds.
        start: Where in the trace the clock's beginning lies, in seconds. Defaults to the trace's beginning.
    """

    def __init__(self, available: Sequence[int], *, gap_seconds: float, start: float = 0.0) -> None:
        self._available, self._gap, self._start = tuple(available), gap_seconds, start

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the view of a job that needs so many instances at once."""
        return _TimelineSupply(_TraceLine([n >= instance_count for n in self._available], self._gap, self._start))


class _TraceLine:
    def __init__(self, ups: Sequence[bool], gap: float, start: float) -> None:
        self._ups, self._gap, self._start = ups, gap, start

    def _tick(self, now: float) -> int:
        # A change is computed as tick * gap - start; the rounding back must not land just before that very tick.
        return math.floor((now + self._start) / self._gap + 1e-9)

    def up(self, now: float) -> bool:
        return self._ups[self._tick(now) % len(self._ups)]

    def next_change(self, now: float) -> float:
        tick = self._tick(now)
        here = self._ups[tick % len(self._ups)]
        for ahead in range(tick + 1, tick + len(self._ups) + 1):
            if self._ups[ahead % len(self._ups)] != here:
                return ahead * self._gap - self._start
        return NEVER
