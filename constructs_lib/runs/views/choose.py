"""Which view a stream gets: a live panel in a terminal that can draw, plain lines everywhere else."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, TextIO

from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import Now, utc_now
from constructs_lib.runs.verbs.watch import View
from constructs_lib.runs.views.lines import RUN, LineView, Telling
from constructs_lib.runs.views.report_text import render_report


def view_on(stream: TextIO, *, now: Now = utc_now) -> AbstractContextManager[View]:
    """Choose the view for a stream: live where it is a terminal that can draw, lines where it is not.

    Args:
        stream: Where to write.
        now: The clock for the times of changes. Defaults to this machine's.
    """
    view: AbstractContextManager[View] = chosen_view(stream, now, RUN)
    return view


def chosen_view(stream: TextIO, now: Now, telling: Telling) -> Any:
    """Choose the view for a stream, for snapshots of any kind.

    Args:
        stream: Where to write.
        now: The clock for the times of changes.
        telling: How the snapshots are told.
    """
    if not stream.isatty():
        return LineView(stream, now, telling)
    terminal = _terminal()
    drawn = terminal.can_draw(stream)
    return terminal.LiveView(stream, now=now, telling=telling) if drawn else LineView(stream, now, telling)


def show_report(report: Report, stream: TextIO, cost: Cost | None = None) -> None:
    """Write a report to a stream: as a table where it is a terminal, as plain text where it is not.

    Args:
        report: The report.
        stream: Where to write.
        cost: What the run cost. Defaults to saying nothing of dollars.
    """
    if stream.isatty():
        _terminal().print_report(report, stream, cost)
    else:
        stream.write(render_report(report, cost=cost) + "\n")


def _terminal() -> Any:
    # rich is imported only where something is drawn
    return import_module("constructs_lib.runs.views.terminal")
