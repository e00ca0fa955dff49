"""What rich draws in a terminal: the live panel of a run, and its report. The one module that imports rich."""

from __future__ import annotations

import os
from collections import deque
from types import TracebackType
from typing import IO, Any, Self, TextIO

from rich.console import Console, Group, RenderableType
from rich.control import Control
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import Now, clock_time, utc_now
from constructs_lib.runs.views.lines import RUN, Telling
from constructs_lib.runs.views.plain_text import one_line, paragraphs
from constructs_lib.runs.views.report_text import headline, report_body

_CHANGES_SHOWN = 6
_WIDTH = 80
"""Of a terminal that does not say."""

_NARROWEST_FRAME = 50
"""Columns; a frame and the names of what is told take half of it."""


def can_draw(stream: TextIO) -> bool:
    """Say whether a stream is a terminal that can be drawn on."""
    console = Console(file=stream)
    return console.is_terminal and not console.is_dumb_terminal


def width_of(stream: IO[str]) -> int:
    """Return how wide a terminal is; rich itself asks that of standard input, output and error only."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except OSError:
        return _WIDTH


def _console(stream: TextIO) -> Console:
    return Console(file=stream, width=width_of(stream))


class LiveView:
    """A panel that is drawn anew in place, with the last changes below it."""

    def __init__(self, stream: TextIO, *, now: Now = utc_now, telling: Telling = RUN) -> None:
        self._now = now
        self._telling = telling
        self._progress: Any = None
        self._changes: deque[str] = deque(maxlen=_CHANGES_SHOWN)
        self._live = Live(console=_console(stream), auto_refresh=False)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last picture and give the terminal back."""
        self._live.__exit__(kind, error, trace)

    def show(self, progress: Any) -> None:
        """Draw a snapshot."""
        if self._progress is None or progress.what_matters != self._progress.what_matters:
            self._changes.append(f"{clock_time(self._now())}  {self._telling.change_line(progress)}")
        self._progress = progress
        self._draw()

    def note(self, text: str) -> None:
        """Put a sentence among the last changes."""
        self._changes.append(f"{clock_time(self._now())}  {one_line(text)}")
        self._draw()

    def _draw(self) -> None:
        console = self._live.console
        width = width_of(console.file)
        if width != console.width:
            # a terminal breaks the lines that it has when it gets narrower: how many there are is not known any more
            console.control(Control.clear(), Control.home())
            console.width = width
        self._live.update(panel(self._progress, list(self._changes), console.width, self._telling), refresh=True)


def panel(progress: Any, changes: list[str], width: int, telling: Telling = RUN) -> RenderableType:
    """Draw a snapshot and the last changes; in a frame, where there is room for one."""
    history = _cut("\n".join(changes), style="dim")
    if progress is None:
        return history
    title = Text(telling.title(progress))
    if width < _NARROWEST_FRAME:
        return Group(title, *(_cut(f"{name}: {value}") for name, value in telling.facts(progress)), history)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in telling.facts(progress):
        table.add_row(name, Text(value))
    return Group(Panel(table, title=title, title_align="left", expand=False), history)


def _cut(text: str, style: str = "") -> Text:
    return Text(text, style=style, overflow="ellipsis", no_wrap=True)


def print_report(report: Report, stream: TextIO, cost: Cost | None = None) -> None:
    """Write a report to a terminal, as wide as it is; longer words are left to it, so that they can be copied."""
    console = _console(stream)
    console.print(report_lines(report, console.width, cost), soft_wrap=True)


def report_lines(report: Report, width: int, cost: Cost | None = None) -> RenderableType:
    """Make the report for a terminal; says the same as `render_report`."""
    colour = "green" if report.status == "SUCCEEDED" else "red"
    parts = [
        Text(paragraphs(headline(report), width=width), style=f"bold {colour}"),
        *(Text(part) for part in report_body(report, width, cost)),
    ]
    return Text("\n\n").join(parts)
