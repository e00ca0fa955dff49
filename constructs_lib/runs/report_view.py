"""A run's report as text, and as a rich table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.runs.attempts import Attempt
from constructs_lib.runs.durations import format_seconds
from constructs_lib.runs.plain_text import columns, one_line, paragraphs, percent, seconds_and_words
from constructs_lib.runs.report import Report

if TYPE_CHECKING:
    from rich.console import RenderableType

_ENDS = {"SUCCEEDED": "succeeded", "FAILED": "failed", "ABORTED": "was stopped", "TIMED_OUT": "timed out"}
_HEADINGS = ("Attempt", "Training job", "Capacity", "Ended as", "Verdict", "Interruptions", "Trained", "Billed")
_RIGHT = (0, 5, 6, 7)


def render_report(report: Report) -> str:
    """Write a report as plain text of lines up to about 100 characters, long names excepted."""
    parts = [headline(report)]
    if report.message:
        parts.append(paragraphs(report.message))
    if report.attempts:
        rows = [_HEADINGS, *(_row(number, attempt) for number, attempt in enumerate(report.attempts, start=1))]
        heading, *lines = columns(rows, right=_RIGHT)
        block = [heading]
        for attempt, line in zip(report.attempts, lines, strict=True):
            block.append(line)
            if attempt.reason:
                block.append(paragraphs(one_line(attempt.reason), indent=" " * 9))
        parts.append("\n".join(block))
    facts = columns(_facts(report))
    return "\n\n".join([*parts, *(["\n".join(facts)] if facts else [])])


def report_table(report: Report) -> RenderableType:
    """Make the report for a terminal; shows the same as `render_report`."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    colour = "green" if report.status == "SUCCEEDED" else "red"
    parts: list[RenderableType] = [Text(headline(report), style=f"bold {colour}")]
    if report.message:
        parts += [Text(), Text(paragraphs(report.message))]
    if report.attempts:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for index, heading in enumerate(_HEADINGS):
            table.add_column(heading, justify="right" if index in _RIGHT else "left", overflow="fold")
        for number, attempt in enumerate(report.attempts, start=1):
            # Text, not str: a reason with square brackets is no markup
            table.add_row(*(Text(cell) for cell in _row(number, attempt)))
            if attempt.reason:
                table.add_row("", Text(one_line(attempt.reason), style="dim"))
        parts += [Text(), table]
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(report):
        facts.add_row(name, Text(value))
    return Group(*parts, *([facts] if facts.row_count else []))


def headline(report: Report) -> str:
    """Say in one line how the run ended."""
    took = f" after {format_seconds(report.elapsed_seconds)}" if report.elapsed_seconds is not None else ""
    error = f": {one_line(report.error)}" if report.error else ""
    return f"Run {one_line(report.run_name)} {_ENDS.get(report.status, one_line(report.status))}{took}{error}"


def _row(number: int, attempt: Attempt) -> tuple[str, ...]:
    return (
        str(number),
        one_line(attempt.job_name or "no job"),
        one_line(attempt.capacity),
        one_line(attempt.ended_as),
        one_line(attempt.verdict or "-"),
        str(attempt.interruptions),
        format_seconds(attempt.training_seconds),
        format_seconds(attempt.billable_seconds),
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    facts = []
    if report.training_seconds is not None or report.attempts:
        facts = [
            ("Interruptions", str(report.interruptions)),
            ("Trained", seconds_and_words(report.training_seconds)),
            ("Billed", seconds_and_words(report.billable_seconds)),
            ("Savings", percent(report.savings_percent)),
        ]
    if report.model:
        facts.append(("Model", one_line(report.model)))
    if report.checkpoints:
        facts.append(("Checkpoints", one_line(report.checkpoints)))
    return facts
