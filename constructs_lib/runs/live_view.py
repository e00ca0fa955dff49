"""What one sees while a run goes on: a live panel in a terminal, and plain lines, one a change, everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Protocol, Self, TextIO

from constructs_lib.runs.durations import format_seconds
from constructs_lib.runs.plain_text import one_line, percent, seconds_and_words
from constructs_lib.runs.progress import RunProgress
from constructs_lib.runs.report import Report
from constructs_lib.runs.report_view import render_report

Now = Callable[[], datetime]


class View(Protocol):
    """Where a run's progress is shown."""

    def show(self, progress: RunProgress) -> None:
        """Show a snapshot."""
        ...

    def note(self, text: str) -> None:
        """Say something about the watching itself, in one sentence."""
        ...


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def clock_time(moment: datetime) -> str:
    """Write the time of day, in UTC as everything in the logs of AWS is."""
    return f"{moment.astimezone(UTC):%H:%M:%SZ}"


def view_on(stream: TextIO, *, now: Now = utc_now) -> AbstractContextManager[View]:
    """Choose the view for a stream: live where it is a terminal that can draw, lines where it is not.

    Args:
        stream: Where to write.
        now: The clock for the times of changes. Defaults to this machine's.
    """
    if not stream.isatty():
        return LineView(stream, now)
    terminal = _terminal()
    view: AbstractContextManager[View] = (
        terminal.LiveView(stream, now=now) if terminal.can_draw(stream) else LineView(stream, now)
    )
    return view


def show_report(report: Report, stream: TextIO) -> None:
    """Write a report to a stream: as a table where it is a terminal, as plain text where it is not."""
    if stream.isatty():
        _terminal().print_report(report, stream)
    else:
        stream.write(render_report(report) + "\n")


class LineView:
    """Plain lines, one a change: for logs and pipes."""

    def __init__(self, stream: TextIO, now: Now = utc_now) -> None:
        self._stream = stream
        self._now = now
        self._shown: tuple[object, ...] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing; lines need no end."""

    def show(self, progress: RunProgress) -> None:
        """Write a line if something has changed."""
        if progress.what_matters != self._shown:
            self._shown = progress.what_matters
            self._write(change_line(progress))

    def note(self, text: str) -> None:
        """Write a line."""
        self._write(one_line(text))

    def _write(self, text: str) -> None:
        self._stream.write(f"{clock_time(self._now())}  {text}\n")
        self._stream.flush()


def facts(progress: RunProgress) -> list[tuple[str, str]]:
    """List what a snapshot says, in the order in which one asks."""
    attempt = progress.attempt
    return [
        ("State", one_line(progress.state or "-")),
        ("Attempt", f"{progress.attempt_number}  {one_line(attempt.job_name or '')}".rstrip()),
        ("Capacity", one_line(attempt.capacity)),
        ("Job", one_line(attempt.ended_as)),
        ("Interruptions", str(progress.interruptions)),
        ("Trained", seconds_and_words(progress.training_seconds)),
        ("Billed", seconds_and_words(progress.billable_seconds)),
        ("Savings", percent(progress.savings_percent)),
        ("Elapsed", format_seconds(progress.elapsed_seconds)),
    ]


def change_line(progress: RunProgress) -> str:
    """Say a snapshot in one line."""
    parts = [progress.state or progress.status.lower()]
    if progress.status != "RUNNING":
        parts = [progress.status.lower().replace("_", " ")]
    if progress.attempt_number:
        parts.append(f"attempt {progress.attempt_number}")
    if progress.attempt.status:
        parts += [progress.attempt.capacity, progress.attempt.ended_as]
    if progress.interruptions:
        parts.append(f"{progress.interruptions} interruption{'s' if progress.interruptions > 1 else ''}")
    if progress.training_seconds:
        parts.append(f"trained {format_seconds(progress.training_seconds)}")
    if progress.billable_seconds is not None:
        parts.append(f"billed {format_seconds(progress.billable_seconds)}")
    return one_line(", ".join(parts))


def _terminal() -> Any:
    # rich is imported only where something is drawn
    return import_module("constructs_lib.runs.terminal")
