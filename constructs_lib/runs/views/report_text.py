"""A run's report as plain text, for a width: one table where it fits, and what is long on lines of its own below it.

`terminal` prints the same lines, with colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from constructs_lib.runs.reports.attempt import Attempt, number, text
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.views.money import cost_facts
from constructs_lib.runs.views.plain_text import WIDTH, columns, one_line, paragraphs, percent, seconds_and_words

ENDS = {
    "RUNNING": "goes on",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "ABORTED": "was stopped",
    "TIMED_OUT": "timed out",
}
_HEADINGS = ("#", "Capacity", "Verdict", "Interrupted", "Waited", "Trained", "Billed")
_RIGHT = (0, 3, 4, 5, 6)
_VERDICT = 2
"""The column that is left out, and told below the table, where all are too wide together."""


def render_report(report: Report, width: int = WIDTH, cost: Cost | None = None) -> str:
    """Write a report as plain text.

    Args:
        report: The report.
        width: How long lines may be; names and addresses that are longer stay whole, to be copied. Defaults to 100.
        cost: What it cost. Defaults to saying nothing of dollars.
    """
    return "\n\n".join([paragraphs(headline(report), width=width), *report_body(report, width, cost)])


def report_body(report: Report, width: int, cost: Cost | None = None) -> Iterator[str]:
    """Yield the paragraphs of a report after its headline."""
    if report.message:
        yield paragraphs(report.message, width=width)
    if why := why_late(report):
        yield paragraphs(one_line(why), width=width)
    if report.attempts:
        table = _table(report.attempts, width)
        if table:
            yield "\n".join(table)
        told = one_line(report.message)
        yield "\n".join(
            line
            for number, attempt in enumerate(report.attempts, start=1)
            for line in _job(number, attempt, told, width, in_table=bool(table))
        )
    facts = columns(report_facts(report, cost))
    if facts:
        yield "\n".join(facts)


def headline(report: Report) -> str:
    """Say in one line how the run ended."""
    took = f" after {format_seconds(report.elapsed_seconds)}" if report.elapsed_seconds is not None else ""
    error = f": {one_line(report.error)}" if report.error else ""
    return f"Run {one_line(report.run_name)} {ENDS.get(report.status, one_line(report.status))}{took}{error}"


def _table(attempts: Sequence[Attempt], width: int) -> list[str]:
    """Line the attempts up, with as many columns as there is room for; nothing where there is not enough."""
    rows = [_HEADINGS, *(_row(number, attempt) for number, attempt in enumerate(attempts, start=1))]
    for left_out in (None, _VERDICT):
        kept = [index for index in range(len(_HEADINGS)) if index != left_out]
        right = [place for place, index in enumerate(kept) if index in _RIGHT]
        lines = columns([[row[index] for index in kept] for row in rows], right=right)
        if max(map(len, lines)) <= width:
            return lines
    return []


def _row(number: int, attempt: Attempt) -> tuple[str, ...]:
    return (
        str(number),
        one_line(attempt.capacity),
        one_line(attempt.verdict or "-"),
        str(attempt.interruptions),
        format_seconds(attempt.waiting_seconds),
        format_seconds(attempt.training_seconds),
        format_seconds(attempt.billable_seconds),
    )


def _job(number: int, attempt: Attempt, told: str, width: int, *, in_table: bool) -> Iterator[str]:
    """Yield what is long of an attempt: its job, how that ended and why, unless the reason has been told already."""
    indent = " " * 4
    yield f"{number:>2}  {one_line(attempt.job_name or 'no job')}"
    verdict = one_line(attempt.verdict or "")
    ended = one_line(attempt.ended_as)
    yield paragraphs(
        f"{ended}: {verdict}" if verdict and verdict != ended.lower() else ended, indent=indent, width=width
    )
    if not in_table:
        named = list(zip(_HEADINGS, _row(number, attempt), strict=True))[_VERDICT + 1 :]
        figures = [one_line(attempt.capacity), *(f"{name.lower()} {value}" for name, value in named)]
        yield paragraphs(", ".join(figures), indent=indent, width=width)
    if attempt.settings:
        yield paragraphs(one_line(f"with {attempt.settings}"), indent=indent, width=width)
    for cost in attempt.costs:
        yield paragraphs(one_line(cost), indent=indent, width=width)
    reason = one_line(attempt.reason)
    if reason and reason not in told:
        yield paragraphs(reason, indent=indent, width=width)


def report_facts(report: Report, cost: Cost | None = None) -> list[tuple[str, str]]:
    """List the totals, and where things are."""
    facts = []
    if report.training_seconds is not None or report.attempts:
        facts = [
            ("Interruptions", str(report.interruptions)),
            ("Trained", seconds_and_words(report.training_seconds)),
            ("Billed", seconds_and_words(report.billable_seconds)),
            ("Savings", percent(report.savings_percent)),
            *(cost_facts(cost) if cost is not None else ()),
        ]
    if report.resumed_from is not None:
        facts += _earlier(report.resumed_from)
    if report.deadline is not None:
        facts += _deadline(report.deadline)
    if report.final_metrics:
        told = (f"{one_line(name)} {value:g}" for name, value in report.final_metrics.items())
        facts.append(("Final metrics", ", ".join(told)))
    if report.model:
        facts.append(("Model", one_line(report.model)))
    if report.checkpoints:
        facts.append(("Checkpoints", one_line(report.checkpoints)))
    return facts


def why_late(report: Report) -> str:
    """Say why a run ended after its deadline; empty where it did not."""
    return text((report.deadline or {}).get("Reason")) or ""


def _deadline(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say by how much a deadline was kept or missed, and what on-demand alone would have been billed for."""
    slack = number(told.get("SlackInSeconds"))
    side = "" if slack is None else f", {format_seconds(abs(slack))} {'after the end' if slack >= 0 else 'before it'}"
    seen = number(told.get("LookOutBillableTimeInSeconds"))
    return [
        ("Deadline", one_line(f"{told.get('Deadline', '-')}{side}")),
        ("On spot", seconds_and_words(number(told.get("SpotTrainingTimeInSeconds")))),
        ("On-demand", seconds_and_words(number(told.get("OnDemandTrainingTimeInSeconds")))),
        ("On-demand alone", seconds_and_words(number(told.get("OnDemandAloneTimeInSeconds")))),
        *([] if seen is None else [("Look-outs", f"{seconds_and_words(seen)}, billed beside the attempts")]),
    ]


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
