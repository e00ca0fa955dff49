"""The figures that a sweep puts into CloudWatch: what of its report they are, and that they can be left out."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.workflow.figures import SWEEP_FIGURES
from constructs_lib.workflow.sweep import names
from constructs_lib.workflow.sweep.definition import sweep_definition
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import run_settings
from tests.workflow.sweep.documents import sweep_settings

TOTALS = {"Failed": 1, "Training": 30, "Billable": 12, "Interruptions": 2, "Missing": 1}


def figures(engine: Engine, *objectives: float, **sweep: Any) -> list[dict[str, Any]]:
    """Return the data of a sweep of five runs whose best have these objectives."""
    settings = sweep_settings().document()
    state = {"Name": "nightly", "Folder": "sweeps/nightly/", "Items": 5, "Totals": TOTALS, **sweep}
    lines = [{"Name": "a", "Status": "SUCCEEDED", "Objective": value} for value in objectives]
    reported = engine.call("$sweepReport($s, $w, $l)", s=settings, w=state, l=lines)
    found: list[dict[str, Any]] = engine.call("$sweepFigures($s, $w, $m)", s=settings, w=reported, m="sweeper")
    return found


def values(data: list[dict[str, Any]]) -> dict[str, float]:
    return {datum["MetricName"]: datum["Value"] for datum in data}


def test_they_are_those_of_the_report(engine: Engine) -> None:
    data = figures(engine, 0.25, 0.5)
    assert values(data) == {
        "SweepRunsSucceeded": 3, "SweepRunsFailed": 1, "SweepBillableTime": 12, "SweepBestObjective": 0.25,
    }  # fmt: skip
    assert [datum["MetricName"] for datum in data] == [figure.name for figure in SWEEP_FIGURES]
    dimensions = [{"Name": "BaseJobName", "Value": run_settings().base_job_name}, {"Name": "Sweep", "Value": "sweeper"}]
    for datum, figure in zip(data, SWEEP_FIGURES, strict=True):
        assert datum["Dimensions"] == dimensions
        assert datum["Unit"] == figure.unit
        assert set(datum) == {"MetricName", "Unit", "Value", "Dimensions"}


@pytest.mark.parametrize("objective", [0, -3.5])
def test_an_objective_may_be_nothing_or_less(engine: Engine, objective: float) -> None:
    assert values(figures(engine, objective))["SweepBestObjective"] == objective


def test_a_sweep_that_failed_has_them_too(engine: Engine) -> None:
    found = values(figures(engine, 0.5, Failure="more runs have failed than are tolerated"))
    assert found["SweepRunsFailed"] == 1
    assert found["SweepBestObjective"] == 0.5


@pytest.mark.parametrize("objectives", [(), (1e200,), (-1e200,)])
def test_no_objective_and_one_that_cloudwatch_refuses_are_left_out(engine: Engine, objectives: Any) -> None:
    assert set(values(figures(engine, *objectives))) == {figure.name for figure in SWEEP_FIGURES[:3]}


def test_they_are_put_however_the_sweep_ended_and_lost_where_they_cannot_be() -> None:
    states = sweep_definition(sweep_settings())["States"]
    assert states[names.WRITE_REPORT]["Next"] == names.PUT_FIGURES
    put = states[names.PUT_FIGURES]
    assert put["Resource"] == "arn:aws:states:::aws-sdk:cloudwatch:putMetricData"
    assert put["Arguments"]["Namespace"] == "SpotTraining"
    (caught,) = put["Catch"]
    assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], put["Next"])
    assert (put["Next"], caught["Output"]) == (names.IS_GOOD, put["Output"])


def test_they_can_be_left_out() -> None:
    quiet = sweep_definition(sweep_settings(run=run_settings(publish_metrics=False)))["States"]
    assert names.PUT_FIGURES not in quiet
    assert quiet[names.WRITE_REPORT]["Next"] == names.IS_GOOD
    assert "Figures" not in quiet[names.PREPARE]["Assign"][names.SETTINGS]
