"""The figures of a sweep, read back from CloudWatch after it has ended."""

from __future__ import annotations

from typing import Any

import pytest
from moto.cloudwatch.exceptions import InvalidParameterValue
from moto.cloudwatch.models import CloudWatchBackend

from tests.local.runs.test_figures import value
from tests.local.sweep.bench import SweepBench, sweep_bench

RUNS = [{"HyperParameters": {"lr": 0.1}}, {"HyperParameters": {"lr": 0.4}}, {"HyperParameters": {"fail": "no"}}]


def figure(bench: SweepBench, name: str) -> float | None:
    return value(bench.runs, name, "Maximum", Sweep="sweep")


@pytest.mark.parametrize(("tolerated", "status"), [(1, "SUCCEEDED"), (0, "FAILED")])
def test_a_sweep_puts_what_its_report_says(tolerated: int, status: str) -> None:
    with sweep_bench(sweep={"tolerated_failures": tolerated, "max_concurrency": 1}) as bench:
        assert bench.run({"Runs": RUNS}).status == status
        report = bench.read("report.json")
        assert figure(bench, "SweepRunsSucceeded") == report["Counts"]["Succeeded"] == 2
        assert figure(bench, "SweepRunsFailed") == report["Counts"]["Failed"] == 1
        assert figure(bench, "SweepBillableTime") == report["BillableTimeInSeconds"] > 0
        assert figure(bench, "SweepBestObjective") == report["Best"][0]["Objective"]


def test_a_put_that_is_refused_changes_no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def refuse(self: CloudWatchBackend, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        refused.extend(datum["MetricName"] for datum in metric_data)
        raise InvalidParameterValue("not authorized to perform: cloudwatch:PutMetricData")

    monkeypatch.setattr(CloudWatchBackend, "put_metric_data", refuse)
    with sweep_bench() as bench:
        sweep = bench.run({"Runs": RUNS[:1]})
        assert sweep.status == "SUCCEEDED", sweep.cause
        assert sweep.report == bench.read("report.json")
        assert "SweepRunsSucceeded" in refused
