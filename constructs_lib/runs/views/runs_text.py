"""A list of runs as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.verbs.listing import ListedRun
from constructs_lib.runs.views.plain_text import columns, one_line, percent, utc

_HEADINGS = ("Run", "Status", "Started (UTC)", "Took", "Attempts", "Interruptions", "Trained", "Billed", "Savings")


_RIGHT = (3, 4, 5, 6, 7, 8)


def render_runs(runs: Sequence[ListedRun]) -> str:
    """Write a list of runs as plain text; under each failure, its error."""
    if not runs:
        return "there is no such run; start one with: spot-training run"
    several = len({run.training for run in runs}) > 1
    rows = [_HEADINGS, *(_row(run) for run in runs)]
    if several:
        rows = [
            (training, *row) for training, row in zip(["Training", *(run.training for run in runs)], rows, strict=True)
        ]
    heading, *lines = columns(rows, right=[place + several for place in _RIGHT])
    text = [heading]
    for run, line in zip(runs, lines, strict=True):
        text.append(line)
        if run.report is not None and run.report.error:
            text.append(f"    {one_line(run.report.error)}")
    return "\n".join(text)


def _row(run: ListedRun) -> tuple[str, ...]:
    beginning = (one_line(run.name), one_line(run.status), utc(run.started))
    if run.report is None:
        return (*beginning, *("-" for _ in _HEADINGS[3:]))
    report = run.report
    return (
        *beginning,
        format_seconds(report.elapsed_seconds),
        str(len(report.attempts)) if report.attempts else "-",
        str(report.interruptions) if report.attempts else "-",
        format_seconds(report.training_seconds),
        format_seconds(report.billable_seconds),
        percent(report.savings_percent),
    )
