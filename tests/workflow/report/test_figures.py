"""The figures that a run puts into CloudWatch: which there are, and what one PutMetricData call takes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.figures import BY_CAPACITY, BY_DEPLOYMENT, FIGURES, capacity_name
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, ended, settings_document, step

NO_CAPACITY = ("Stopped", "MaxWaitTimeExceeded")
QUOTA = {"Error": "SageMaker.ResourceLimitExceededException", "Cause": "limit is 0 Instances"}
G5 = Capacity.spot("ml.g5.xlarge", instance_count=2)

MOST_DATA = 1000
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html"""


def figures(engine: Engine, settings: dict[str, Any], run: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.get("Figures") or engine.call("$figures($s, $r)", s=settings, r=run)
    return found


def by_name(data: list[dict[str, Any]], capacity: str | None = None) -> dict[str, float]:
    """Return the values of the run, or of one capacity, by metric name."""
    wanted = {BY_DEPLOYMENT: "churn", **({} if capacity is None else {BY_CAPACITY: capacity})}
    chosen = [datum for datum in data if {d["Name"]: d["Value"] for d in datum["Dimensions"]} == wanted]
    assert len({datum["MetricName"] for datum in chosen}) == len(chosen)
    return {datum["MetricName"]: datum["Value"] for datum in chosen}


def test_a_run_and_each_capacity_that_it_used_have_their_figures(engine: Engine) -> None:
    settings = settings_document(SPOT, ON_DEMAND)
    run = ended(engine, settings, begin(engine, settings), *NO_CAPACITY)
    run = ended(engine, settings, run, "Completed", "Completed", TrainingTimeInSeconds=1000, BillableTimeInSeconds=1000)
    data = figures(engine, settings, run)
    assert by_name(data) == {
        "SavingsPercent": 0, "TrainingTime": 1000, "BillableTime": 1000, "Interruptions": 0, "Attempts": 2,
        "Fallbacks": 1, "RunsOnLastCapacity": 1,
    }  # fmt: skip
    unused = {"TrainingTime": 0, "BillableTime": 0, "Interruptions": 0, "Attempts": 1}
    assert by_name(data, "spot ml.m5.xlarge x1") == unused
    assert by_name(data, "on-demand ml.m5.xlarge x1") == {**unused, "TrainingTime": 1000, "BillableTime": 1000}
    assert len(data) == 7 + 2 * 4


def test_a_figure_of_no_known_name_has_no_value(engine: Engine) -> None:
    settings = settings_document(SPOT)
    settings["Figures"]["Run"] = [{"MetricName": "Unknown", "Unit": "Count"}]
    run = ended(engine, settings, begin(engine, settings), "Completed", "Completed", TrainingTimeInSeconds=1000)
    assert by_name(figures(engine, settings, run)) == {}


def test_attempts_on_one_capacity_are_summed(engine: Engine) -> None:
    settings = settings_document(SPOT, G5)
    run = begin(engine, settings)
    for _ in range(2):
        run = ended(
            engine, settings, run, "Failed", "Failed", FailureReason="InternalServerError: try again",
            TrainingTimeInSeconds=100, BillableTimeInSeconds=40,
            SecondaryStatusTransitions=[{"Status": s} for s in ("Training", "Interrupted", "Training")],
        )  # fmt: skip
    run = ended(engine, settings, run, "Completed", "Completed", TrainingTimeInSeconds=50, BillableTimeInSeconds=20)
    data = figures(engine, settings, run)
    assert by_name(data, "spot ml.m5.xlarge x1") == {
        "TrainingTime": 250, "BillableTime": 100, "Interruptions": 2, "Attempts": 3,
    }  # fmt: skip
    assert by_name(data)["SavingsPercent"] == 60
    assert by_name(data)["Fallbacks"] == 0
    assert len(data) == 7 + 4


def test_a_run_that_has_not_trained_says_nothing_of_savings(engine: Engine) -> None:
    settings = settings_document(SPOT)
    run = ended(engine, settings, begin(engine, settings), *NO_CAPACITY)
    assert run["Then"] == "capacity exhausted"
    found = by_name(figures(engine, settings, run))
    assert "SavingsPercent" not in found
    assert found["Attempts"] == 1


def test_a_job_that_was_never_made_is_an_attempt_of_its_capacity(engine: Engine) -> None:
    settings = settings_document(SPOT, ON_DEMAND)
    run = {**begin(engine, settings), "Delays": 99}
    run = step(engine, settings, run, outcome=QUOTA)
    assert by_name(figures(engine, settings, run), "spot ml.m5.xlarge x1")["Attempts"] == 1


def test_a_run_without_attempts_has_figures_all_the_same(engine: Engine) -> None:
    settings = settings_document(SPOT)
    data = figures(engine, settings, begin(engine, settings))
    assert by_name(data) == {
        "TrainingTime": 0, "BillableTime": 0, "Interruptions": 0, "Attempts": 0,
        "Fallbacks": 0, "RunsOnLastCapacity": 0,
    }  # fmt: skip
    assert len(data) == 6


@pytest.mark.parametrize(
    ("plan", "entry", "last"), [([SPOT], 0, 0), ([SPOT, G5], 0, 0), ([SPOT, G5], 1, 1), ([SPOT, G5, ON_DEMAND], 1, 0)]
)
def test_only_a_plan_with_more_than_one_has_a_last_capacity(
    engine: Engine, plan: list[Capacity], entry: int, last: int
) -> None:
    settings = settings_document(*plan)
    run = {**begin(engine, settings), "Entry": entry}
    found = by_name(figures(engine, settings, run))
    assert (found["RunsOnLastCapacity"], found["Fallbacks"]) == (last, entry)


def test_the_table_of_figures_is_what_a_run_puts(engine: Engine) -> None:
    settings = settings_document(SPOT)
    run = ended(
        engine, settings, begin(engine, settings), "Completed", "Completed",
        TrainingTimeInSeconds=100, BillableTimeInSeconds=30,
    )  # fmt: skip
    data = figures(engine, settings, run)
    assert {(d["MetricName"], d["Unit"], len(d["Dimensions"])) for d in data} == {
        *((figure.name, figure.unit, 1) for figure in FIGURES),
        *((figure.name, figure.unit, 2) for figure in FIGURES if figure.by_capacity),
    }


def test_the_longest_run_stays_within_one_call(engine: Engine) -> None:
    settings = settings_document(SPOT)
    line = {
        "Market": "spot", "InstanceCount": 1, "TrainingTimeInSeconds": 9, "BillableTimeInSeconds": 3,
        "Interruptions": 1,
    }  # fmt: skip
    attempts = [{**line, "InstanceType": f"ml.g{number % 16}.xlarge"} for number in range(160)]
    data = figures(engine, settings, {**begin(engine, settings), "Attempts": attempts})
    assert len(data) == 7 + 16 * 4 <= MOST_DATA
    assert len(json.dumps(data)) < 256 * 1024
    assert sum(d["Value"] for d in data if d["MetricName"] == "Attempts" and len(d["Dimensions"]) == 2) == 160
    for datum in data:
        for dimension in datum["Dimensions"]:
            assert re.fullmatch(r"[ -~]{1,1024}", dimension["Value"])


@pytest.mark.parametrize("capacity", [SPOT, ON_DEMAND, G5])
def test_a_capacity_has_the_same_name_in_python(engine: Engine, capacity: Capacity) -> None:
    settings = settings_document(capacity)
    run = ended(engine, settings, begin(engine, settings), "Completed", "Completed", TrainingTimeInSeconds=1)
    assert by_name(figures(engine, settings, run), capacity_name(capacity))["TrainingTime"] == 1
