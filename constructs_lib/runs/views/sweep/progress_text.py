"""What a snapshot of a sweep says: its facts for the live table, and each change as one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TextIO

from constructs_lib.runs.reports.sweep.line import SweepLine
from constructs_lib.runs.reports.sweep.progress import SweepProgress
from constructs_lib.runs.times import Now, format_seconds
from constructs_lib.runs.views.choose import chosen_view
from constructs_lib.runs.views.lines import Telling
from constructs_lib.runs.views.plain_text import one_line, percent, seconds_and_words

_MOST_NEW = 6
"""Of the lines that have come since the last look, so many are told one by one."""

_MOST_SETTINGS = 6


def sweep_view_on(stream: TextIO, *, now: Now) -> Any:
    """Choose the view of a sweep for a stream: live where it is a terminal that can draw, lines where it is not.

    Args:
        stream: Where to write.
        now: The clock for the times of changes.
    """
    return chosen_view(stream, now, SWEEP)


def title(progress: SweepProgress) -> str:
    """Say which sweep it is, and how it is."""
    return f"Sweep {one_line(progress.name)}: {progress.status.lower().replace('_', ' ')}"


def facts(progress: SweepProgress) -> list[tuple[str, str]]:
    """List what a snapshot says, in the order in which one asks."""
    tally = progress.tally
    rungs = [(f"Rung {number}", f"{good} done{f', {bad} failed' if bad else ''}") for number, good, bad in tally.rungs]
    return [
        ("State", one_line(progress.state or "-")),
        ("Runs", _how_many(progress)),
        *rungs,
        ("Best", _best(progress)),
        ("Interruptions", str(tally.interruptions)),
        ("Trained", seconds_and_words(tally.training_seconds)),
        ("Billed", seconds_and_words(tally.billable_seconds)),
        ("Savings", percent(tally.savings_percent)),
        ("Elapsed", format_seconds(progress.elapsed_seconds)),
        *(("" if place else "Newest", _line(line)) for place, line in enumerate(reversed(progress.latest))),
    ]


def change_line(progress: SweepProgress) -> str:
    """Say a snapshot in one line."""
    is_over = progress.status != "RUNNING"
    begin = progress.status.lower().replace("_", " ") if is_over else progress.state or "running"
    parts = [begin, _how_many(progress)]
    if progress.best is not None:
        parts.append(f"best {_best(progress)}")
    parts.append(f"billed {format_seconds(progress.tally.billable_seconds)}")
    if progress.newest:
        more = len(progress.newest) - _MOST_NEW
        new = [*map(_line, progress.newest[:_MOST_NEW]), *([f"and {more} more"] if more > 0 else [])]
        parts.append(f"new: {'; '.join(new)}")
    return one_line(", ".join(parts))


def settings_text(line: Mapping[str, Any]) -> str:
    """Write the hyperparameters of a line: `lr=0.1, depth=4`."""
    found = line.get("HyperParameters")
    items = list(found.items()) if isinstance(found, dict) else []
    more = ", …" if len(items) > _MOST_SETTINGS else ""
    return one_line(", ".join(f"{name}={value}" for name, value in items[:_MOST_SETTINGS]) + more)


def objective_text(value: Any) -> str:
    """Write an objective, with the digits that one compares by; `-` where there is none."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:.6g}" if is_number else "-"


def _how_many(progress: SweepProgress) -> str:
    counts, tally = progress.counts, progress.tally
    if counts is None:
        parts = [f"{tally.succeeded} done", f"{tally.failed} failed"]
    else:
        parts = [
            f"{counts.succeeded} done",
            f"{counts.failed} failed",
            f"{counts.running} running",
            f"{counts.waiting} waiting",
        ]
    return ", ".join(parts)


def _best(progress: SweepProgress) -> str:
    best = progress.best
    if best is None:
        return "-"
    asked = settings_text(progress.best_content)
    told = f"{one_line(progress.metric)} {objective_text(best.objective)} by {one_line(best.name)}"
    return f"{told}{f' ({asked})' if asked else ''}"


def _line(line: SweepLine) -> str:
    rung = f" rung {line.rung}" if line.rung else ""
    how = objective_text(line.objective) if line.succeeded else "failed"
    return f"{one_line(line.name)}{rung} {how}, {format_seconds(line.billable_seconds)}"


SWEEP = Telling(title, facts, change_line)
