"""What one sees while a run goes on: a live panel in a terminal, and plain lines, one a change, everywhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TextIO

from constructs_lib.runs.reports.attempt import ENDED, Attempt
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.reports.saved_work import SavedWork
from constructs_lib.runs.times import Now, clock_time, format_seconds, utc_now
from constructs_lib.runs.views.money import cost_facts
from constructs_lib.runs.views.plain_text import one_line, percent, seconds_and_words, utc

_BAR = 20
"""How many characters the bar has."""

_MOST_RUNS = 12
"""Of several runs in an execution, so many are shown one by one: a terminal has some 24 lines."""


@dataclass(frozen=True)
class Telling:
    """How snapshots of a kind are told: their title, their facts by name, and each as one line."""

    title: Callable[[Any], str]
    facts: Callable[[Any], list[tuple[str, str]]]
    change_line: Callable[[Any], str]


class LineView:
    """Plain lines, one a change: for logs and pipes."""

    def __init__(self, stream: TextIO, now: Now = utc_now, telling: Telling | None = None) -> None:
        self._stream = stream
        self._now = now
        self._telling = telling or RUN
        self._shown: tuple[object, ...] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing; lines need no end."""

    def show(self, progress: Any) -> None:
        """Write a line if something has changed."""
        if progress.what_matters != self._shown:
            self._shown = progress.what_matters
            self._write(self._telling.change_line(progress))

    def note(self, text: str) -> None:
        """Write a line."""
        self._write(one_line(text))

    def _write(self, text: str) -> None:
        self._stream.write(f"{clock_time(self._now())}  {text}\n")
        self._stream.flush()


def facts(progress: RunProgress) -> list[tuple[str, str]]:
    """List what a snapshot says, in the order in which one asks."""
    attempt = progress.attempt
    present = [
        ("Attempt", f"{progress.attempt_number}  {one_line(attempt.job_name or '')}".rstrip()),
        ("Capacity", one_line(attempt.capacity)),
        ("Job", one_line(attempt.ended_as)),
    ]
    if progress.others:
        # those that go on first
        runs = sorted([*progress.others, attempt], key=lambda each: (each.status in ENDED, each.job_name or ""))
        present = [("Runs", how_many(progress)), *(("Job", _job(each)) for each in runs[:_MOST_RUNS])]
        if len(runs) > _MOST_RUNS:
            present.append(("", f"and {len(runs) - _MOST_RUNS} more"))
    return [
        ("State", one_line(progress.state or "-")),
        *present,
        *([("Saved", _bar(progress.saved))] if progress.saved and not progress.others else ()),
        ("Interruptions", str(progress.interruptions)),
        ("Trained", seconds_and_words(progress.training_seconds)),
        ("Billed", seconds_and_words(progress.billable_seconds)),
        ("Savings", percent(progress.savings_percent)),
        *(cost_facts(progress.cost)[:1] if progress.cost is not None else ()),
        ("Elapsed", format_seconds(progress.elapsed_seconds)),
    ]


def _bar(saved: SavedWork) -> str:
    """Draw how much is saved, and say when the run ends if it trains on."""
    full = int(saved.fraction * _BAR)
    ends = f", ends about {utc(saved.ends)}" if saved.ends else ""
    return f"[{'#' * full}{'.' * (_BAR - full)}] {percent(saved.fraction * 100)}{ends}"


def how_many(progress: RunProgress) -> str:
    """Say how many runs are in an execution, and how they are: `7: 5 Training, 2 Completed`."""
    states = Counter(
        each.secondary_status or each.status or "asked for" for each in [*progress.others, progress.attempt]
    )
    return f"{states.total()}: " + ", ".join(f"{count} {one_line(state)}" for state, count in states.most_common())


def _job(attempt: Attempt) -> str:
    if attempt.status is None:
        return one_line(f"{attempt.job_name or '-'} asked for")
    return one_line(f"{attempt.job_name} {attempt.secondary_status or attempt.status}, {attempt.capacity}")


def change_line(progress: RunProgress) -> str:
    """Say a snapshot in one line."""
    parts = [progress.state or progress.status.lower()]
    if progress.status != "RUNNING":
        parts = [progress.status.lower().replace("_", " ")]
    if progress.others:
        parts.append(f"runs {how_many(progress)}")
    elif progress.attempt_number:
        parts.append(f"attempt {progress.attempt_number}")
    if progress.attempt.status and not progress.others:
        parts += [progress.attempt.capacity, progress.attempt.ended_as]
    if progress.interruptions:
        parts.append(f"{progress.interruptions} interruption{'s' if progress.interruptions > 1 else ''}")
    if progress.saved and not progress.others:
        parts.append(f"{percent(progress.saved.fraction * 100)} saved")
    if progress.training_seconds:
        parts.append(f"trained {format_seconds(progress.training_seconds)}")
    if progress.billable_seconds is not None:
        parts.append(f"billed {format_seconds(progress.billable_seconds)}")
    return one_line(", ".join(parts))


def title(progress: RunProgress) -> str:
    """Say which run it is, and how it is."""
    return f"Run {one_line(progress.run_name)}: {progress.status.lower().replace('_', ' ')}"


RUN = Telling(title, facts, change_line)
