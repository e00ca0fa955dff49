"""docs/reference/output.md: every field of what a run ends with, and choices by a metric that can be evaluated."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from constructs_lib.workflow.deadline.deadline import Deadline
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, ended, plan, settings_document
from tests.workflow.deadline import in_time

PAGE = Path("docs/reference/output.md").read_text(encoding="utf-8")


def told(table: str) -> set[str]:
    """Return the first column of the table that begins behind a text."""
    rows = PAGE.partition(table)[2].partition("\n\n")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE))


def test_the_page_tells_every_field_and_no_other(engine: Engine) -> None:
    settings = settings_document()
    begun = begin(engine, settings)
    begun["Earlier"] = {"Told": {"RunName": "run-0"}}
    begun["Plan"][0]["HyperParameters"] = {"batch-size": "64"}
    assert plan(engine, settings, begun)
    done = ended(engine, settings, begun, "Completed", "Completed", ModelArtifacts={"S3ModelArtifacts": "s3://m/x"})
    assert told("for every run.") == {*done["Report"], "Deadline"}
    assert told("Each entry of `Attempts`:") == set(done["Report"]["Attempts"][0])


def test_the_page_tells_what_became_of_a_deadline(engine: Engine) -> None:
    deadline = Deadline(after_seconds=20 * 3600, expected_runtime_seconds=10 * 3600, lookout=True)
    changes = {"deadline": deadline, "max_runtime_seconds": 40 * 3600, "max_wait_seconds": 40 * 3600}
    settings = settings_document(SPOT, ON_DEMAND, **changes)
    promise = in_time.begin(engine, settings)
    report = engine.call("$deadlineReport($r, -1)", r=promise)
    assert told("`Deadline`, of a run that has") == set(report)


@pytest.mark.parametrize(("metrics", "deploys"), [({"validation:auc": 0.9}, True), ({"validation:auc": 0.8}, False)])
def test_a_choice_compares_a_metric(engine: Engine, metrics: dict[str, float], *, deploys: bool) -> None:
    condition = str(json.loads(next(line for line in PAGE.split("\n") if "$lookup" in line))["Condition"])
    assert engine.evaluate(condition, {"states": {"input": {"FinalMetrics": metrics}}}) is deploys
    assert engine.evaluate(condition, {"states": {"input": {"FinalMetrics": {}}}}) is False
