"""Spot markets: recorded ones from files, made-up ones from a seed.

A recorded one is a JSON file `{"metadata": {"gap_seconds": 600}, "data": [n, ...]}`, n being the instances that could
be had in each gap of time. That is the format of the traces that were published with "Can't Be Late: Optimizing Spot
Instance Savings under Deadlines" (Wu et al., NSDI'24; https://github.com/skypilot-org/spot-traces).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

NEVER = 10**12
"""A time, in seconds, that no run reaches."""


@dataclass(frozen=True)
class Trace:
    """When one capacity could be had.

    Attributes:
        name: What it is called.
        gap: The length of each gap of time, in seconds.
        up: Whether there was an instance, in each gap. After the last there is none.
    """

    name: str
    gap: int
    up: Sequence[bool]

    @cached_property
    def changes(self) -> Sequence[int]:
        """The next gap, for each, in which it is otherwise."""
        found = [len(self.up)] * len(self.up)
        for tick in range(len(self.up) - 2, -1, -1):
            found[tick] = tick + 1 if self.up[tick] != self.up[tick + 1] else found[tick + 1]
        return found


@dataclass(frozen=True)
class Market:
    """A trace as one run sees it: from one of its gaps on.

    Attributes:
        trace: When there is capacity.
        first: The gap in which the run starts.
    """

    trace: Trace
    first: int = 0

    def up(self, now: int) -> bool:
        """Return whether there is capacity."""
        tick = self.first + now // self.trace.gap
        return tick < len(self.trace.up) and self.trace.up[tick]

    def next_change(self, now: int) -> int:
        """Return when that is over, in seconds since the start."""
        tick = self.first + now // self.trace.gap
        if tick >= len(self.trace.up) or (not self.trace.up[tick] and self.trace.changes[tick] == len(self.trace.up)):
            return NEVER
        return (self.trace.changes[tick] - self.first) * self.trace.gap

    def next_up(self, now: int) -> int:
        """Return when there is capacity: now, or later."""
        return now if self.up(now) else self.next_change(now)


def recorded(folder: Path, ticks: slice = slice(None)) -> list[Trace]:
    """Read the traces of a folder, by their names, and of each so many gaps.

    Raises:
        ValueError: If there is none, or one is not in the format.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ValueError(
            f"'traces' must be a folder with traces, <name>.json, got {str(folder)!r}; leave it out for "
            "markets made up from a seed"
        )
    return [read(file, ticks) for file in files]


def read(file: Path, ticks: slice = slice(None)) -> Trace:
    """Read one trace, or a part of its gaps.

    Raises:
        ValueError: If it is not in the format.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return Trace(file.stem, int(document["metadata"]["gap_seconds"]), [n > 0 for n in document["data"][ticks]])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(
            f'{file} must hold {{"metadata": {{"gap_seconds": 600}}, "data": [1, 0, …]}}: {error}'
        ) from error


GAP = 600
MEANS = ((6.0, 0.4), (5.0, 2.0), (2.0, 1.0), (2.0, 4.0), (1.0, 0.5), (1.0, 2.0), (0.6, 1.2), (0.4, 4.0))
"""How long capacity lasts and stays away in each made-up market, on average, in hours: plenty to hardly any."""
SHAPE = 0.6
"""Of the Weibull distribution. Below 1, most times are short and a few are very long, as those recorded are."""


def made_up(seed: int, days: float = 14) -> list[Trace]:
    """Make up markets, always the same for the same seed."""
    numbers = random.Random(seed)  # noqa: S311 - a simulation, no secret
    return [
        _line(f"up {up:g} h, away {down:g} h", numbers, (down, up), round(days * 86400 / GAP)) for up, down in MEANS
    ]


def _line(name: str, numbers: random.Random, means: tuple[float, float], ticks: int) -> Trace:
    line: list[bool] = []
    up = numbers.random() < means[1] / sum(means)
    scale = 1.5045755  # the mean of a Weibull distribution of this shape and scale 1: gamma(1 + 1 / SHAPE)
    while len(line) < ticks:
        lasts = numbers.weibullvariate(means[up] / scale, SHAPE) * 3600 / GAP
        line += [up] * max(1, round(lasts))
        up = not up
    return Trace(name, GAP, line[:ticks])


def starts(traces: Sequence[Trace], *, each: int, seconds: int, seed: int) -> list[Market]:
    """Pick where runs of a length start, so many in each trace, always the same for the same seed.

    Raises:
        ValueError: If a trace is shorter than the runs.
    """
    numbers = random.Random(seed)  # noqa: S311 - a simulation, no secret
    found = []
    for trace in traces:
        last = len(trace.up) - seconds // trace.gap - 2
        if last < 1:
            raise ValueError(
                f"'traces' must be longer than the deadline, got {trace.name} with {len(trace.up)} gaps "
                f"of {trace.gap} s for a deadline of {seconds / 3600:g} h; choose a shorter job"
            )
        found += [Market(trace, numbers.randrange(last)) for _ in range(each)]
    return found
