"""One line of a sweep, as its key in S3 tells it: the figures of a run that has ended stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

_KEY = re.compile(
    r"(?:runs|rung-(?P<rung>\d+))/(?P<place>\d+)_(?P<status>ok|failed)_(?P<objective>[^_/]+)_(?P<trained>\d+)_"
    r"(?P<billed>\d+)_(?P<interruptions>\d+)_\d+_(?P<name>[^/]+)\.json"
)


@dataclass(frozen=True, kw_only=True)
class SweepLine:
    """A run of a sweep that has ended, in its rung; times in seconds.

    Attributes:
        key: Where the line is, below the sweep's folder.
        name: The name of the item.
        place: The place of the item in the input, counted from 0.
        rung: The rung, counted from 1; None without halving.
        objective: The objective; None where the run has none.
    """

    key: str
    name: str
    place: int
    rung: int | None
    succeeded: bool
    objective: float | None
    training_seconds: int
    billable_seconds: int
    interruptions: int

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """Read a key below the sweep's folder; None where it is no line's."""
        match = _KEY.fullmatch(key)
        if match is None:
            return None
        try:
            objective = None if match["objective"] == "none" else float(match["objective"])
        except ValueError:
            return None
        return cls(
            key=key,
            name=match["name"],
            place=int(match["place"]),
            rung=int(match["rung"]) if match["rung"] else None,
            succeeded=match["status"] == "ok",
            objective=objective,
            training_seconds=int(match["trained"]),
            billable_seconds=int(match["billed"]),
            interruptions=int(match["interruptions"]),
        )


def newest_of_items(lines: Iterable[SweepLine]) -> list[SweepLine]:
    """Return the line of the last rung of each item, with what it took in all of them, in the order of the items."""
    found: dict[int, SweepLine] = {}
    for line in sorted(lines, key=lambda one: (one.place, one.rung or 0)):
        before = found.get(line.place)
        found[line.place] = line if before is None else _with(line, before)
    return list(found.values())


def _with(line: SweepLine, before: SweepLine) -> SweepLine:
    return replace(
        line,
        training_seconds=line.training_seconds + before.training_seconds,
        billable_seconds=line.billable_seconds + before.billable_seconds,
        interruptions=line.interruptions + before.interruptions,
    )


def best_of(lines: Iterable[SweepLine], kind: str, most: int) -> list[SweepLine]:
    """Return the best items, as a sweep's report does: first by the rung that they came to, then by the objective.

    Args:
        lines: The lines of all rungs.
        kind: `Minimize` or `Maximize`.
        most: How many at most.
    """
    sign = -1 if kind == "Maximize" else 1
    told = [(line.objective, line) for line in lines if line.objective is not None]
    ranked = sorted(told, key=lambda one: (-(one[1].rung or 0), sign * one[0], one[1].place))
    first: dict[int, SweepLine] = {}
    for _, line in ranked:
        first.setdefault(line.place, line)
    return list(first.values())[:most]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The sums over lines, those of all rungs."""

    succeeded: int
    failed: int
    training_seconds: int
    billable_seconds: int
    interruptions: int
    rungs: tuple[tuple[int, int, int], ...]
    """Of each rung that has lines its number, and how many have succeeded and failed there."""

    @classmethod
    def of(cls, lines: Sequence[SweepLine]) -> Self:
        """Add lines up; an item counts by its last rung."""
        items = newest_of_items(lines)
        numbers = sorted({line.rung for line in lines if line.rung is not None})
        return cls(
            succeeded=sum(line.succeeded for line in items),
            failed=sum(not line.succeeded for line in items),
            training_seconds=sum(line.training_seconds for line in lines),
            billable_seconds=sum(line.billable_seconds for line in lines),
            interruptions=sum(line.interruptions for line in lines),
            rungs=tuple((number, *_ends([line for line in lines if line.rung == number])) for number in numbers),
        )

    @property
    def savings_percent(self) -> float | None:
        """What spot has saved of the training time; None where nothing was trained."""
        if not self.training_seconds:
            return None
        return round((1 - self.billable_seconds / self.training_seconds) * 100, 1)


def _ends(lines: Sequence[SweepLine]) -> tuple[int, int]:
    good = sum(line.succeeded for line in lines)
    return good, len(lines) - good
