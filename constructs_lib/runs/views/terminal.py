"""What rich draws in a terminal: the live panel of a run, and its report. The one module that imports rich."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Self, TextIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import Now, clock_time, utc_now
from constructs_lib.runs.views.lines import change_line, facts
from constructs_lib.runs.views.plain_text import one_line, paragraphs
from constructs_lib.runs.views.report_text import HEADINGS, RIGHT, attempt_row, headline, report_facts

_CHANGES_SHOWN = 6


def can_draw(stream: TextIO) -> bool:
    """Say whether a stream is a terminal that can be drawn on."""
    console = Console(file=stream)
    return console.is_terminal and not console.is_dumb_terminal


class LiveView:
    """A panel that is drawn anew in place, with the last changes below it."""

    def __init__(self, stream: TextIO, *, now: Now = utc_now) -> None:
        self._now = now
        self._progress: RunProgress | None = None
        self._changes: deque[str] = deque(maxlen=_CHANGES_SHOWN)
        self._live = Live(console=Console(file=stream), auto_refresh=False)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last picture and give the terminal back."""
        self._live.__exit__(kind, error, trace)

    def show(self, progress: RunProgress) -> None:
        """Draw a snapshot."""
        if self._progress is None or progress.what_matters != self._progress.what_matters:
            self._changes.append(f"{clock_time(self._now())}  {change_line(progress)}")
        self._progress = progress
        self._draw()

    def note(self, text: str) -> None:
        """Put a sentence among the last changes."""
        self._changes.append(f"{clock_time(self._now())}  {one_line(text)}")
        self._draw()

    def _draw(self) -> None:
        self._live.update(panel(self._progress, list(self._changes)), refresh=True)


def panel(progress: RunProgress | None, changes: list[str]) -> RenderableType:
    """Draw a snapshot and the last changes."""
    history = Text("\n".join(changes), style="dim", overflow="ellipsis", no_wrap=True)
    if progress is None:
        return history
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts(progress):
        table.add_row(name, Text(value))
    title = Text(f"Run {one_line(progress.run_name)}: {progress.status.lower().replace('_', ' ')}")
    return Group(Panel(table, title=title, title_align="left", expand=False), history)


def print_report(report: Report, stream: TextIO) -> None:
    """Write a report to a terminal."""
    Console(file=stream).print(report_table(report))


def report_table(report: Report) -> RenderableType:
    """Make the report for a terminal; shows the same as `render_report`."""
    colour = "green" if report.status == "SUCCEEDED" else "red"
    parts: list[RenderableType] = [Text(headline(report), style=f"bold {colour}")]
    if report.message:
        parts += [Text(), Text(paragraphs(report.message))]
    if report.attempts:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for index, heading in enumerate(HEADINGS):
            table.add_column(heading, justify="right" if index in RIGHT else "left", overflow="fold")
        for number, attempt in enumerate(report.attempts, start=1):
            # Text, not str: a reason with square brackets is no markup
            table.add_row(*(Text(cell) for cell in attempt_row(number, attempt)))
            for remark in attempt.remarks:
                table.add_row("", Text(one_line(remark), style="dim"))
        parts += [Text(), table]
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in report_facts(report):
        facts.add_row(name, Text(value))
    return Group(*parts, *([facts] if facts.row_count else []))
