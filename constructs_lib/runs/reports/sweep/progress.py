"""Where a sweep is: a snapshot of what has ended, what runs and what waits. Pure; calls nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.runs.reports.sweep.line import SweepLine, Tally


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many of the items that are trained now have ended, run and wait: of the present rung, with halving."""

    succeeded: int
    failed: int
    running: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class SweepProgress:
    """A sweep at one moment.

    Attributes:
        counts: What its Map Run tells; None while no runs are trained.
        best: The best line so far, and its whole content.
        newest: The lines that have come since the last look.
        latest: The last few lines that have come at all.
    """

    name: str
    status: str
    state: str | None
    metric: str
    tally: Tally
    counts: Counts | None
    best: SweepLine | None
    best_content: Mapping[str, Any]
    newest: tuple[SweepLine, ...]
    latest: tuple[SweepLine, ...]
    elapsed_seconds: float | None

    @property
    def what_matters(self) -> tuple[object, ...]:
        """What makes two snapshots differ for a reader; seconds passing do not."""
        return (self.status, self.state, self.counts, self.tally, self.best and self.best.key)
