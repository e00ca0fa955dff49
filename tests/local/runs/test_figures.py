"""The figures of a run, read back from CloudWatch after it has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.cloudwatch.exceptions import InvalidParameterValue
from moto.cloudwatch.models import CloudWatchBackend

from constructs_lib.workflow.definition import run_branch, run_definition
from constructs_lib.workflow.figures import FIGURES
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench

DAY = 24 * 3600


def value(bench: RunBench, name: str, statistic: str = "Sum", **dimensions: str) -> float | None:
    """Return one metric over the last day, or None when it has no value."""
    now = datetime.now(UTC)
    wanted = {"BaseJobName": "churn", **dimensions}
    metric = {
        "Namespace": "SpotTraining",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": text} for key, text in wanted.items()],
    }
    # not GetMetricStatistics, which in moto takes metrics with more dimensions for the same
    answer = bench.aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "one", "MetricStat": {"Metric": metric, "Period": 2 * DAY, "Stat": statistic}}],
        StartTime=now - timedelta(days=1),
        EndTime=now + timedelta(minutes=1),
    )
    values: list[float] = answer["MetricDataResults"][0]["Values"]
    return values[0] if values else None


def names_of(bench: RunBench) -> set[str]:
    metrics = bench.aws.client("cloudwatch").list_metrics(Namespace="SpotTraining")["Metrics"]
    return {metric["MetricName"] for metric in metrics}


def test_a_run_that_fell_back_leaves_its_figures() -> None:
    with run_bench(SPOT, ON_DEMAND, market="never", max_runtime_seconds=300, max_wait_seconds=300, speed=100) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.states[-2:] == ["Decide", "Report"]
        assert value(bench, "TrainingTime") == run.report["TrainingTimeInSeconds"]
        assert value(bench, "BillableTime") == run.report["BillableTimeInSeconds"]
        assert value(bench, "SavingsPercent", "Average") == run.report["SavingsPercent"]
        assert (value(bench, "Attempts"), value(bench, "Fallbacks"), value(bench, "RunsOnLastCapacity")) == (2, 1, 1)
        assert value(bench, "TrainingTime", Capacity="spot ml.m5.xlarge x1") == 0
        on_demand = value(bench, "TrainingTime", Capacity="on-demand ml.m5.xlarge x1")
        assert on_demand == run.report["TrainingTimeInSeconds"]


def test_interruptions_and_savings_are_those_of_the_report() -> None:
    with run_bench(
        market="scripted:checkpoints=2+30,checkpoints=2+30", hyperparameters={"steps": "40", "pause": "0.05"}, speed=60
    ) as bench:
        run = bench.run()
        assert value(bench, "Interruptions", Capacity="spot ml.m5.xlarge x1") == run.report["Interruptions"] == 2
        assert value(bench, "SavingsPercent", "Maximum") == run.report["SavingsPercent"] > 0
        assert value(bench, "RunsOnLastCapacity") == 0


def test_a_run_that_fails_leaves_its_figures_too() -> None:
    with run_bench(SPOT, ON_DEMAND, hyperparameters={"fail": "ValueError: no such column"}) as bench:
        run = bench.run()
        assert run.error == "SpotTraining.TrainingFailed"
        assert run.states[-5:] == ["Judge", "Decide", "Record failed run", "Decide", "Training failed"]
        assert value(bench, "Attempts") == 1
        assert value(bench, "Attempts", "SampleCount") == 1


def test_a_run_that_never_asked_for_a_job_leaves_none() -> None:
    with run_bench() as bench:
        assert bench.run({"Unknown": 1}).error == "SpotTraining.InvalidInput"
        assert bench.run({"ResumeFrom": "nobody"}).error == "SpotTraining.InvalidInput"
        assert names_of(bench) == set()


def test_runs_add_up() -> None:
    with run_bench() as bench:
        reports = [bench.run().report for _ in range(2)]
        assert value(bench, "Attempts", "SampleCount") == 2
        assert value(bench, "TrainingTime") == sum(report["TrainingTimeInSeconds"] for report in reports)
        assert names_of(bench) == {figure.name for figure in FIGURES}


@pytest.mark.parametrize("fails", [False, True])
def test_a_put_that_is_refused_changes_no_run(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def refuse(self: CloudWatchBackend, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        refused.append(namespace)
        raise InvalidParameterValue("not authorized to perform: cloudwatch:PutMetricData")

    monkeypatch.setattr(CloudWatchBackend, "put_metric_data", refuse)
    with run_bench(hyperparameters={"fail": "ValueError: no"} if fails else {}) as bench:
        run = bench.run()
        assert refused == ["SpotTraining"]
        assert run.error == ("SpotTraining.TrainingFailed" if fails else "")
        assert run.report["Attempts"][0]["TrainingJobStatus"] == ("Failed" if fails else "Completed")


def test_a_run_that_puts_no_figures_is_as_short_as_can_be() -> None:
    def quiet(settings: RunSettings) -> dict[str, Any]:
        return run_definition(RunSettings(**{**vars(settings), "publish_metrics": False}))

    with run_bench(definition=quiet) as bench:
        run = bench.run()
        assert run.states[-2:] == ["Decide", "Report"]
        assert names_of(bench) == set()


def test_a_task_of_another_machine_leaves_its_figures() -> None:
    def around(settings: RunSettings) -> dict[str, Any]:
        task = {**run_branch(settings, name="Train churn"), "End": True}
        return {"StartAt": "Train churn", "States": {"Train churn": task}}

    with run_bench(definition=around) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.states[-1] == "Train churn: Report"
        assert value(bench, "TrainingTime") == run.report["TrainingTimeInSeconds"]
