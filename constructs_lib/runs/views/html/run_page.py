"""A run as one page: how it ended, its jobs over time, what each took and cost, what was asked for, where to look."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from constructs_lib.runs.aws.console import execution_url, job_url
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.verbs.details import Details
from constructs_lib.runs.views.html import timeline
from constructs_lib.runs.views.html.document import document
from constructs_lib.runs.views.money import dollars
from constructs_lib.runs.views.plain_text import one_line, printable, utc
from constructs_lib.runs.views.report_text import headline, report_facts, why_late

_STYLE = (
    ".wide{overflow-x:auto}.wide td,.wide th{white-space:nowrap}.number{text-align:right}"
    ".facts td{overflow-wrap:anywhere}.facts td:first-child{white-space:nowrap;color:#666}"
    "p{overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)
_HEADINGS = ("#", "Job", "Capacity", "Verdict", "Interrupted", "Waited", "Trained", "Billed", "Cost")
_NUMBERS = _HEADINGS.index("Interrupted")
_OUTCOMES = {"SUCCEEDED": "good", "RUNNING": "unclear"}


def run_page(details: Details, cost: Cost) -> str:
    """Write the page of a run.

    Args:
        details: The run.
        cost: What it cost.
    """
    report = details.report
    title = headline(report)
    facts = [("Started (UTC)", utc(details.started)), *report_facts(report, cost)]
    told = printable(f"{report.message}\n{why_late(report)}")
    message = "".join(f"<p>{escape(line)}</p>" for line in told.split("\n") if line.strip())
    notes = "".join(f'<p class="told">{escape(one_line(note))}</p>' for note in details.notes)
    body = (
        f'<h1 class="{_OUTCOMES.get(report.status, "bad")}">{escape(title)}</h1>{message}'
        f"<h2>Over time</h2>{timeline.timeline(report.attempts, details.tracks, details.checkpoints)}{notes}"
        f"<h2>Attempts</h2>{_attempts(details, cost)}{_reasons(report.attempts)}"
        f"<h2>Totals</h2>{_facts(facts)}"
        '<p class="told">Dollars are billable seconds, times instances, at on-demand prices; '
        "without storage and data.</p>"
        f'<p><a href="{escape(execution_url(details.execution_arn))}">The run in the AWS console</a></p>'
        f"{_json('The input of the run', details.run_input)}"
        f"{_json('What its last job was asked for, without the environment', details.request)}"
    )
    return document(title, body, timeline.STYLE + _STYLE)


def _attempts(details: Details, cost: Cost) -> str:
    if not details.report.attempts:
        return "<p>It has made no attempt.</p>"
    heads = _cells("th", _HEADINGS)
    rows = "".join(
        f"<tr>{_cells('td', _row(number, attempt, each, details.execution_arn))}</tr>"
        for number, (attempt, each) in enumerate(zip(details.report.attempts, cost.each, strict=True), start=1)
    )
    return f'<div class="wide"><table><tr>{heads}</tr>{rows}</table></div>'


def _row(number: int, attempt: Attempt, cost: float | None, arn: str) -> tuple[str, ...]:
    name = attempt.job_name
    job = f'<a href="{escape(job_url(arn, name))}">{escape(one_line(name))}</a>' if name else "no job"
    return (
        str(number),
        job,
        *(escape(one_line(text)) for text in (attempt.capacity, attempt.verdict or attempt.ended_as)),
        str(attempt.interruptions),
        *map(format_seconds, (attempt.waiting_seconds, attempt.training_seconds, attempt.billable_seconds)),
        escape(dollars(cost)),
    )


def _cells(tag: str, cells: Iterable[str]) -> str:
    """Write cells, which are HTML; numbers stand on the right."""
    return "".join(
        f'<{tag} class="number">{cell}</{tag}>' if place >= _NUMBERS else f"<{tag}>{cell}</{tag}>"
        for place, cell in enumerate(cells)
    )


def _reasons(attempts: Iterable[Attempt]) -> str:
    told = [(number, attempt.reason) for number, attempt in enumerate(attempts, start=1) if attempt.reason]
    return "".join(f"<p><b>{number}</b> {escape(one_line(reason))}</p>" for number, reason in told)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in facts)
    return f'<table class="facts">{rows}</table>'


def _json(title: str, value: Mapping[str, Any] | Any) -> str:
    if not value:
        return ""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return f"<details><summary>{escape(title)}</summary><pre>{escape(printable(text))}</pre></details>"
