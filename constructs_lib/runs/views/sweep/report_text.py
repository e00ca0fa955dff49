"""A sweep's report as plain text: the best runs as a table, the first failures, the sums, and where the list is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.reports.attempt import number
from constructs_lib.runs.reports.report import EXIT_STATUS
from constructs_lib.runs.reports.sweep.report import SweepReport, listed
from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.views.plain_text import WIDTH, columns, one_line, paragraphs, percent, seconds_and_words
from constructs_lib.runs.views.report_text import ENDS
from constructs_lib.runs.views.sweep.progress_text import objective_text, settings_text
from constructs_lib.workflow.failures import SpotTrainingErrors


def render_sweep(report: SweepReport, width: int = WIDTH) -> str:
    """Write a sweep's report as plain text.

    Args:
        report: The report.
        width: How long lines may be; names and addresses that are longer stay whole, to be copied. Defaults to 100.
    """
    return "\n\n".join([paragraphs(headline(report), width=width), *_body(report, width)])


def headline(report: SweepReport) -> str:
    """Say in one line how the sweep ended."""
    error = f": {one_line(report.error)}" if report.error else ""
    end = ENDS.get(report.status, one_line(report.status))
    return f"Sweep {one_line(report.name)} {end} after {format_seconds(report.elapsed_seconds)}{error}"


def _body(report: SweepReport, width: int) -> Iterator[str]:
    if report.message:
        yield paragraphs(report.message, width=width)
    if report.error == SpotTrainingErrors.INVALID_INPUT:
        return  # nothing was begun, and there is nothing to add up
    if report.best:
        yield "\n".join(_table(report))
    if report.failures:
        yield "\n".join(["First failures:", *(_failure(line, width) for line in report.failures)])
    yield "\n".join(columns(list(_facts(report))))


def _table(report: SweepReport) -> list[str]:
    has_rungs = any("Rung" in line for line in report.best)
    head = [
        "#",
        "Run",
        one_line(report.metric),
        *(["Rung"] if has_rungs else []),
        "Trained",
        "Billed",
        "Hyperparameters",
    ]
    rows = [
        [
            str(place),
            one_line(str(line.get("RunName", ""))),
            objective_text(line.get("Objective")),
            *([str(line.get("Rung", "-"))] if has_rungs else []),
            format_seconds(number(line.get("TrainingTimeInSeconds"))),
            format_seconds(number(line.get("BillableTimeInSeconds"))),
            settings_text(line) or "-",
        ]
        for place, line in enumerate(report.best, start=1)
    ]
    return columns([head, *rows], right=(0, *range(2, len(head) - 1)))


def _failure(line: Mapping[str, Any], width: int) -> str:
    why = f"{line.get('RunName', '')}: {line.get('Error', '')}: {line.get('Cause', '')}"
    return paragraphs(one_line(why), indent="    ", width=width)


def _facts(report: SweepReport) -> Iterator[tuple[str, str]]:
    document = report.document
    counts = document.get("Counts", {})
    missing = counts.get("NotStarted")
    told = [f"{counts.get('Succeeded', 0)} succeeded", f"{counts.get('Failed', 0)} failed"]
    yield "Runs", ", ".join([*told, *([f"{missing} not started, or stopped"] if missing else [])])
    for rung in listed(document.get("Rungs")):
        entered = f" of {rung['Entered']}" if "Entered" in rung else ""
        yield f"Rung {rung.get('Rung')}", f"{rung.get('Succeeded')}{entered} succeeded, {rung.get('Failed')} failed"
    model = report.best[0].get("ModelArtifacts") if report.best else None
    if isinstance(model, dict):
        yield "Best model", one_line(str(model.get("S3ModelArtifacts", "-")))
    yield "Interruptions", str(document.get("Interruptions") or 0)
    yield "Trained", seconds_and_words(number(document.get("TrainingTimeInSeconds")))
    yield "Billed", seconds_and_words(number(document.get("BillableTimeInSeconds")))
    yield "Savings", percent(number(document.get("SavingsPercent")))
    if uri := document.get("ReportS3Uri"):
        yield "Report", one_line(str(uri))
    yield "List", one_line(report.lines_uri)
    if not report.is_its_own and report.status in EXIT_STATUS:
        yield "", "the sweep left no report: these are the runs that had ended by then"
