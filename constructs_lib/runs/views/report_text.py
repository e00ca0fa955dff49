"""A run's report as plain text; `terminal` draws the same rows as a table."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from constructs_lib.runs.reports.attempt import Attempt, number
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.views.plain_text import columns, one_line, paragraphs, percent, seconds_and_words

_ENDS = {"SUCCEEDED": "succeeded", "FAILED": "failed", "ABORTED": "was stopped", "TIMED_OUT": "timed out"}
HEADINGS = (
    "Attempt",
    "Training job",
    "Capacity",
    "Ended as",
    "Verdict",
    "Interruptions",
    "Waited",
    "Trained",
    "Billed",
)
RIGHT = (0, 5, 6, 7, 8)


def render_report(report: Report) -> str:
    """Write a report as plain text of lines up to about 100 characters, long names excepted."""
    parts = [headline(report)]
    if report.message:
        parts.append(paragraphs(report.message))
    if report.attempts:
        rows = [HEADINGS, *(attempt_row(number, attempt) for number, attempt in enumerate(report.attempts, start=1))]
        heading, *lines = columns(rows, right=RIGHT)
        block = [heading]
        for attempt, line in zip(report.attempts, lines, strict=True):
            block.append(line)
            block += [paragraphs(one_line(remark), indent=" " * 9) for remark in attempt.remarks]
        parts.append("\n".join(block))
    facts = columns(report_facts(report))
    return "\n\n".join([*parts, *(["\n".join(facts)] if facts else [])])


def report_table(report: Report) -> Any:
    """Make the report for a terminal, as something that rich prints; shows the same as `render_report`."""
    # rich is imported only where something is drawn
    return import_module("constructs_lib.runs.views.terminal").report_table(report)


def headline(report: Report) -> str:
    """Say in one line how the run ended."""
    took = f" after {format_seconds(report.elapsed_seconds)}" if report.elapsed_seconds is not None else ""
    error = f": {one_line(report.error)}" if report.error else ""
    return f"Run {one_line(report.run_name)} {_ENDS.get(report.status, one_line(report.status))}{took}{error}"


def attempt_row(number: int, attempt: Attempt) -> tuple[str, ...]:
    """Write an attempt as the cells of a row, under `HEADINGS`."""
    return (
        str(number),
        one_line(attempt.job_name or "no job"),
        one_line(attempt.capacity),
        one_line(attempt.ended_as),
        one_line(attempt.verdict or "-"),
        str(attempt.interruptions),
        format_seconds(attempt.waiting_seconds),
        format_seconds(attempt.training_seconds),
        format_seconds(attempt.billable_seconds),
    )


def report_facts(report: Report) -> list[tuple[str, str]]:
    """List the totals, and where things are."""
    facts = []
    if report.training_seconds is not None or report.attempts:
        facts = [
            ("Interruptions", str(report.interruptions)),
            ("Trained", seconds_and_words(report.training_seconds)),
            ("Billed", seconds_and_words(report.billable_seconds)),
            ("Savings", percent(report.savings_percent)),
        ]
    if report.resumed_from is not None:
        facts += _earlier(report.resumed_from)
    if report.model:
        facts.append(("Model", one_line(report.model)))
    if report.checkpoints:
        facts.append(("Checkpoints", one_line(report.checkpoints)))
    return facts


def _earlier(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say which run this one goes on with, what it has from there, and what was trained before."""
    taken = [
        f"{field} {', '.join(map(str, told[field]))}"
        for field in ("HyperParameters", "Environment", "Channels")
        if isinstance(told.get(field), list) and told[field]
    ]
    run = str(told.get("RunName", "")) + (f", with its {'; '.join(taken)}" if taken else "")
    return [
        ("Resumed from", one_line(run)),
        ("Trained before", seconds_and_words(number(told.get("TrainingTimeInSeconds")))),
    ]
