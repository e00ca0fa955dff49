"""What must hold of a seed's sweeps. Each check yields sentences about what does not."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from constructs_lib.workflow.failures import SpotTrainingErrors
from tests.chaos.app import SWEPT
from tests.chaos.invariants.every_seed import DEFECTS, broken
from tests.chaos.invariants.evidence import report_of
from tests.chaos.stage import Stage
from tests.chaos.story import Run, Story
from tests.chaos.sweeps.schedule import SweepSchedule
from tests.chaos.sweeps.story import described

TOTALS = ("TrainingTimeInSeconds", "BillableTimeInSeconds", "Interruptions")
_SUFFIX = re.compile(r"(?P<item>.+?)(\.r(?P<rung>\d+))?(\.t(?P<attempt>\d+))?")


@dataclass(frozen=True, kw_only=True)
class Left:
    """What one sweep has left behind: its runs by item and rung, the tries in order, and its lines."""

    sweep: Run
    names: list[str]
    tries: dict[tuple[str, int], list[Run]]
    lines: dict[tuple[str, int], list[dict[str, Any]]]
    report: dict[str, Any] | None

    @property
    def told(self) -> list[dict[str, Any]]:
        """All lines."""
        return [line for lines in self.lines.values() for line in lines]


def broken_sweeps(stage: Stage, schedule: SweepSchedule, story: Story) -> list[str]:
    """Return a sentence for each thing that does not hold."""
    found = list(story.problems)
    runs = [run for sweep in story.runs for run in described(stage, story, sweep)]
    found += broken(stage, Story(schedule=story.schedule, runs=runs))
    names = list(schedule.names)
    for sweep in story.runs:
        left = _left(stage, schedule, sweep, names, runs)
        for check in (_ended, _started_once, _one_line, _lines, _counts, _totals):
            found += check(left)
        found += _tolerated(left, story.schedule.plan)
        found += _defects(stage, sweep)
    return found


def _left(stage: Stage, schedule: SweepSchedule, sweep: Run, names: list[str], runs: list[Run]) -> Left:
    tries: dict[tuple[str, int], list[Run]] = {}
    for run in sorted(runs, key=lambda run: run.description["startDate"]):
        match = _SUFFIX.fullmatch(run.name.removeprefix(f"{sweep.name}-"))
        if match is not None and run.name == f"{sweep.name}-{match[0]}" and match["item"] in names:
            tries.setdefault((match["item"], int(match["rung"] or 1)), []).append(run)
    lines: dict[tuple[str, int], list[dict[str, Any]]] = {}
    report = None
    folder = f"sweeps/{sweep.name}/"
    pages = stage.s3.get_paginator("list_objects_v2").paginate(Bucket=stage.models, Prefix=folder)
    for key in [found["Key"] for page in pages for found in page.get("Contents", [])]:
        body = json.loads(stage.s3.get_object(Bucket=stage.models, Key=key)["Body"].read())
        if key == f"{folder}report.json":
            report = body
        else:
            lines.setdefault((body["Name"], body.get("Rung", 1)), []).append(body)
    return Left(sweep=sweep, names=names, tries=tries, lines=lines, report=report)


def _ended(left: Left) -> Iterator[str]:
    """A sweep ends well, or as it is documented to, or because it was aborted; nothing of it goes on afterwards."""
    sweep = left.sweep
    status, error = sweep.description["status"], sweep.description.get("error")
    if status == "ABORTED" and not any(deed in ("abort", "abort in vain") for deed in sweep.deeds):
        yield f"sweep {sweep.name} is ABORTED and nobody aborted it"
    if status not in ("SUCCEEDED", "ABORTED") and error != SpotTrainingErrors.SWEEP_FAILED:
        yield f"sweep {sweep.name} ended as {status}, {error}: {sweep.description.get('cause', '')[:600]}"
    if sweep.live_at_end:
        yield f"sweep {sweep.name} has succeeded, and there live on: {', '.join(sweep.live_at_end)}"
    if status != "ABORTED" and left.report is None:
        yield f"sweep {sweep.name} ended as {status} without a report"
    if status == "SUCCEEDED" and left.report != json.loads(sweep.description["output"]):
        yield f"sweep {sweep.name} has another report in S3 than in its output"


def _started_once(left: Left) -> Iterator[str]:
    """An item has one run in a rung, and a further one only when a quota ended the one before."""
    for (item, rung), tries in left.tries.items():
        suffix = f".r{rung}" if rung > 1 else ""
        wanted = [f"{left.sweep.name}-{item}{suffix}" + (f".t{number}" if number > 1 else "")
                  for number in range(1, len(tries) + 1)]  # fmt: skip
        if [run.name for run in tries] != wanted:
            yield f"item {item} was started as {[run.name for run in tries]}, and not as {wanted}"
        for run, later in pairwise(tries):
            report = report_of(run)
            ended = run.description.get("stopDate")
            if ended is None or ended > later.description["startDate"]:
                yield f"run {later.name} began before {run.name} had ended"
            if report is None or "quota" not in [attempt["Verdict"] for attempt in report["Attempts"]]:
                yield f"run {later.name} was started although no quota ended {run.name}"


def _one_line(left: Left) -> Iterator[str]:
    for (item, rung), lines in left.lines.items():
        if item not in left.names:
            yield f"sweep {left.sweep.name} has a line of {item}, which is none of its items"
        if len(lines) != 1:
            yield f"item {item} has {len(lines)} lines in rung {rung}: {[line['RunName'] for line in lines]}"


def _lines(left: Left) -> Iterator[str]:
    """A line says what its last run says."""
    for (item, rung), lines in left.lines.items():
        tries = left.tries.get((item, rung), [])
        for line in lines:
            if not tries or line["RunName"] != tries[-1].name:
                yield f"the line of {item} tells of {line['RunName']}, its runs are {[run.name for run in tries]}"
                continue
            if line["Status"] != tries[-1].description["status"]:
                yield f"{line['RunName']} is told as {line['Status']}, it is {tries[-1].description['status']}"
            for field in TOTALS:
                sums = sum((report_of(run) or {}).get(field, 0) for run in tries)
                if not math.isclose(line[field], sums):
                    yield f"the line of {item} has {field} {line[field]}, its runs come to {sums}"
    if left.sweep.description["status"] == "SUCCEEDED":
        for key, tries in left.tries.items():
            if key not in left.lines:
                yield f"{tries[-1].name} was started, and has no line although the sweep has succeeded"


def _counts(left: Left) -> Iterator[str]:
    """Every item is accounted for."""
    if left.report is None:
        return
    counts, failed = left.report["Counts"], sum(line["Status"] != "SUCCEEDED" for line in left.told)
    if sum(counts.values()) != len(left.names):
        yield f"sweep {left.sweep.name} counts {counts} of {len(left.names)} items"
    if counts["Failed"] != failed:
        yield f"sweep {left.sweep.name} counts {counts}, {failed} lines tell of a failure"
    entered = sum(rung["Entered"] for rung in left.report.get("Rungs", [])) or len(left.names)
    if counts["NotStarted"] != entered - len(left.told):
        yield f"sweep {left.sweep.name} counts {counts}, {entered} entered and there are {len(left.told)} lines"
    if left.sweep.description["status"] == "SUCCEEDED" and counts["NotStarted"]:
        yield f"sweep {left.sweep.name} has succeeded without {counts['NotStarted']} of its items"


def _totals(left: Left) -> Iterator[str]:
    for field in TOTALS if left.report is not None else ():
        sums = sum(math.ceil(line[field]) for line in left.told)
        if left.report is not None and left.report[field] != sums:
            yield f"sweep {left.sweep.name} reports {field} {left.report[field]}, its lines come to {sums}"


def _tolerated(left: Left, plan: str) -> Iterator[str]:
    """A sweep fails when more have failed than are tolerated, or nobody can go on, and for no other reason."""
    status = left.sweep.description["status"]
    if left.report is None or status == "ABORTED":
        return
    counts, tolerated = left.report["Counts"], SWEPT[plan].tolerated
    exceeded = isinstance(tolerated, int) and counts["Failed"] > tolerated
    none = "Rungs" in left.report and any(rung["Succeeded"] == 0 for rung in left.report["Rungs"])
    if (status == "FAILED") != (exceeded or none):
        yield f"sweep {left.sweep.name} ended as {status} with {counts}, tolerated are {tolerated}"


def _defects(stage: Stage, sweep: Run) -> Iterator[str]:
    for event in stage.history(sweep.arn):
        for key, details in event.items():
            if isinstance(details, dict) and any(defect in str(details.get("error")) for defect in DEFECTS):
                yield f"sweep {sweep.name} met {details.get('error')} ({key}): {str(details.get('cause'))[:400]}"
