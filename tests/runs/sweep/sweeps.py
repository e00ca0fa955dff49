"""Sweeps that are made up, for what shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.runs.reports.sweep.line import SweepLine, Tally
from constructs_lib.runs.reports.sweep.progress import Counts, SweepProgress


def line(place: int, objective: float | None = 0.5, **changes: Any) -> SweepLine:
    """Make the line of an item."""
    found: dict[str, Any] = {
        "key": f"runs/{place}", "name": f"trial-{place + 1:04d}", "place": place, "rung": None,
        "succeeded": objective is not None, "objective": objective, "training_seconds": 100, "billable_seconds": 30,
        "interruptions": 0,
    }  # fmt: skip
    return SweepLine(**{**found, **changes})


def progress(lines: Sequence[SweepLine], counts: Counts | None, **changes: Any) -> SweepProgress:
    """Make a snapshot in which all of these lines are new."""
    good = [one for one in lines if one.objective is not None]
    best = min(good, key=lambda one: one.objective or 0.0, default=None)
    content: Mapping[str, Any] = {"HyperParameters": {"lr": 0.1}} if best else {}
    found: dict[str, Any] = {
        "name": "night", "status": "RUNNING", "state": "Train", "metric": "loss", "tally": Tally.of(lines),
        "counts": counts, "best": best, "best_content": content, "newest": tuple(lines), "latest": tuple(lines)[-5:],
        "elapsed_seconds": 61.0,
    }  # fmt: skip
    return SweepProgress(**{**found, **changes})
