"""The live table of a sweep and its report: what they say, in a terminal and in plain text."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from constructs_lib.runs.reports.sweep.progress import Counts
from constructs_lib.runs.reports.sweep.report import SweepReport
from constructs_lib.runs.views.sweep.progress_text import SWEEP, change_line, sweep_view_on
from constructs_lib.runs.views.sweep.report_text import render_sweep
from constructs_lib.runs.views.terminal import LiveView, panel
from tests.runs.sweep.sweeps import line, progress

COUNTS = Counts(succeeded=2, failed=1, running=3, waiting=34)


def report(**changes: Any) -> SweepReport:
    best = {"RunName": "night-a", "HyperParameters": {"lr": 0.1}, "Objective": 0.25, "TrainingTimeInSeconds": 100,
            "BillableTimeInSeconds": 30, "ModelArtifacts": {"S3ModelArtifacts": "s3://m/a.tar.gz"}}  # fmt: skip
    document = {
        "Objective": {"MetricName": "loss", "Type": "Minimize"}, "Best": best, "FirstFailures": [],
        "Counts": {"Succeeded": 1, "Failed": 0, "NotStarted": 2},
        "TrainingTimeInSeconds": 100, "BillableTimeInSeconds": 30, "SavingsPercent": 70, "Interruptions": 1,
    }  # fmt: skip
    found: dict[str, Any] = {
        "name": "night", "status": "SUCCEEDED", "error": None, "message": "", "elapsed_seconds": 61.0,
        "lines_uri": "s3://m/sweeps/night/", "document": document, "is_its_own": True,
    }  # fmt: skip
    return SweepReport(**{**found, **changes})


def test_a_terminal_shows_what_runs_waits_is_best_and_came_last() -> None:
    lines = [line(0), line(1, 0.25), line(2, None), *(line(place, 0.75) for place in range(3, 8))]
    console = Console(width=90, file=io.StringIO())
    console.print(panel(progress(lines, COUNTS), [], 90, SWEEP))
    told = " ".join(console.file.getvalue().replace("│", " ").split())  # type: ignore[attr-defined]
    assert "Sweep night: running" in told
    assert "Runs 2 done, 1 failed, 3 running, 34 waiting" in told
    assert "Best loss 0.25 by trial-0002 (lr=0.1)" in told
    assert "Billed 240 s (4 min)" in told
    assert "Newest trial-0008 0.75, 30 s trial-0007 0.75, 30 s" in told
    assert "trial-0003" not in told


def test_the_live_view_tells_of_sweeps() -> None:
    stream = io.StringIO()
    with LiveView(stream, now=lambda: datetime(2026, 11, 28, tzinfo=UTC), telling=SWEEP) as view:
        view.show(progress([line(0)], COUNTS))
    told = stream.getvalue()
    assert "Sweep night: running" in told
    assert "2 done, 1 failed, 3 running, 34 waiting" in told
    assert "00:00:00Z  Train, 2 done" in told


def test_plain_text_has_a_line_for_each_change_and_not_each_of_many_runs() -> None:
    stream = io.StringIO()
    shown = progress([line(place) for place in range(200)], COUNTS)
    with sweep_view_on(stream, now=lambda: datetime(2026, 11, 28, tzinfo=UTC)) as view:
        view.show(shown)
        view.show(shown)
        view.note("looking again")
    first, second = stream.getvalue().splitlines()
    assert first.startswith("00:00:00Z  Train, 2 done, 1 failed, 3 running, 34 waiting, best loss 0.5 by trial-0001")
    assert first.endswith("trial-0006 0.5, 30 s; and 194 more")
    assert second == "00:00:00Z  looking again"


def test_rungs_are_told_one_by_one() -> None:
    shown = progress([line(0, rung=1), line(1, None, rung=1), line(0, 0.2, rung=2)], None)
    told = dict(SWEEP.facts(shown))
    assert (told["Rung 1"], told["Rung 2"]) == ("1 done, 1 failed", "1 done")
    assert "1 done, 1 failed, best loss 0.2 by trial-0001" in change_line(shown)


def test_nothing_that_a_person_wrote_steers_the_terminal() -> None:
    evil = "a\x1b[31m\nb"
    shown = progress(
        [line(0, name=evil)], COUNTS, name=evil, metric=evil, best_content={"HyperParameters": {evil: evil}}
    )
    text = f"{change_line(shown)}{SWEEP.title(shown)}{SWEEP.facts(shown)}"
    written = render_sweep(report(name=evil, message="x\x1b[31m", error=evil, lines_uri=evil))
    assert "\x1b" not in text + written


def test_a_report_has_the_best_the_sums_and_where_the_list_is() -> None:
    # JSONata may write a list of one as the one
    told = render_sweep(report())
    assert told.splitlines()[0] == "Sweep night succeeded after 1 min 1 s"
    rows = [" ".join(row.split()) for row in told.splitlines()]
    assert rows[2:4] == ["# Run loss Trained Billed Hyperparameters", "1 night-a 0.25 1 min 40 s 30 s lr=0.1"]
    assert "Runs 1 succeeded, 0 failed, 2 not started, or stopped" in rows
    assert "Best model s3://m/a.tar.gz" in rows
    assert "List s3://m/sweeps/night/" in rows


def test_a_sweep_that_was_stopped_says_that_its_lines_are_all_there_is() -> None:
    assert "the sweep left no report" in render_sweep(report(status="ABORTED", is_its_own=False))
    assert "the sweep left no report" not in render_sweep(report(status="RUNNING", is_its_own=False))
