"""What an operator gets from a sweep: metrics of AWS and of its own, events of its machine, a row of a dashboard."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template
from moto.events.models import EventPattern

from constructs_lib import Objective, SpotTrainingDashboard, SpotTrainingSweep
from constructs_lib.cdk.sweep.monitoring import SweepMonitoring
from constructs_lib.workflow.figures import SWEEP_FIGURES
from tests.cdk.monitoring.dashboard.bodies import body_problems, dashboard_body
from tests.cdk.monitoring.sample_events import run_event
from tests.cdk.sweep.test_spot_training_sweep import sweep, training
from tests.support.places import ROOT
from tests.support.templates import stack, statements

OF_AWS = {
    "metric_sweeps_succeeded": ("ExecutionsSucceeded", "Sum"),
    "metric_sweeps_failed": ("ExecutionsFailed", "Sum"),
}
OWN = {
    "metric_sweep_runs_succeeded": ("SweepRunsSucceeded", "Sum"),
    "metric_sweep_runs_failed": ("SweepRunsFailed", "Sum"),
    "metric_sweep_billable_time": ("SweepBillableTime", "Sum"),
    "metric_sweep_best_objective": ("SweepBestObjective", "Minimum"),
}
RULES = {"on_sweep_succeeded": {"SUCCEEDED"}, "on_sweep_failed": {"FAILED"}}
SWEEPS = "arn:aws:states:eu-west-1:123456789012:stateMachine:sweeps"
METHODS = [name for name in dir(SweepMonitoring) if name.startswith(("metric_", "on_", "alarm_", "widgets"))]


def quiet(of: cdk.Stack) -> SpotTrainingSweep:
    return sweep(of, training=training(of, publish_metrics=False))


@pytest.fixture(scope="module")
def made() -> SpotTrainingSweep:
    return sweep(stack())


def metric(of: SpotTrainingSweep, method: str, **changes: Any) -> cloudwatch.Metric:
    found: cloudwatch.Metric = getattr(of, method)(**changes)
    return found


@pytest.mark.parametrize("method", OF_AWS)
def test_sweeps_are_step_functions_own_metrics(made: SpotTrainingSweep, method: str) -> None:
    found = metric(made, method)
    assert (found.namespace, found.metric_name, found.statistic) == ("AWS/States", *OF_AWS[method])
    assert found.dimensions == {"StateMachineArn": made.state_machine.state_machine_arn}


@pytest.mark.parametrize("method", OWN)
def test_figures_are_those_that_the_sweep_puts(made: SpotTrainingSweep, method: str) -> None:
    found = metric(made, method)
    assert (found.namespace, found.metric_name, found.statistic) == ("SpotTraining", *OWN[method])
    name = made.state_machine.state_machine_name
    assert found.dimensions == {"BaseJobName": made.training.base_job_name, "Sweep": name}


def test_every_figure_has_its_method() -> None:
    assert {name for name, _ in OWN.values()} == {figure.name for figure in SWEEP_FIGURES}


def test_the_best_of_many_sweeps_is_the_most_where_the_most_is_best() -> None:
    assert sweep(stack(), objective=Objective.maximize("loss")).metric_sweep_best_objective().statistic == "Maximum"


@pytest.mark.parametrize("method", [*OF_AWS, *OWN])
def test_anything_may_be_said_otherwise(made: SpotTrainingSweep, method: str) -> None:
    found = metric(made, method, statistic="p90", period=cdk.Duration.hours(1), label="Mine")
    assert (found.statistic, found.period.to_seconds(), found.label) == ("p90", 3600, "Mine")


def test_fails_on_figures_that_no_sweep_puts() -> None:
    of = quiet(stack())
    for method in OWN:
        with pytest.raises(ValueError, match="'publish_metrics' must be on for the figures of "):
            metric(of, method)
    assert metric(of, "metric_sweeps_failed").metric_name == "ExecutionsFailed"


@pytest.mark.parametrize(("make", "allowed"), [(sweep, 1), (quiet, 0)])
def test_its_role_may_put_figures_where_it_does(make: Any, allowed: int) -> None:
    of = stack()
    make(of)
    found = statements(Template.from_stack(of), of="SweepStateMachineRole")
    assert len([each for each in found if each["Action"] == "cloudwatch:PutMetricData"]) == allowed


@pytest.mark.parametrize("method", RULES)
def test_each_rule_is_for_its_own_events(method: str) -> None:
    of = stack()
    one = sweep(of)
    getattr(one, method)("Rule", target=targets.SqsQueue(sqs.Queue(of, "Queue")), rule_name="sweeps")
    (found,) = Template.from_stack(of).find_resources("AWS::Events::Rule").values()
    rule = found["Properties"]
    assert (rule["Name"], len(rule["Targets"])) == ("sweeps", 1)
    assert one.training.base_job_name in rule["Description"]
    assert rule["EventPattern"]["detail"]["stateMachineArn"] == [of.resolve(one.state_machine.state_machine_arn)]
    rule["EventPattern"]["detail"]["stateMachineArn"] = [SWEEPS]
    pattern = EventPattern(None, rule["EventPattern"])
    # a child of a Map has the machine's ARN with the Map's label
    happened = {
        **{status: run_event(status, state_machine=SWEEPS) for status in ("RUNNING", "SUCCEEDED", "FAILED", "ABORTED")},
        "a child failed": run_event("FAILED", state_machine=f"{SWEEPS}/Train"),
        "a child succeeded": run_event("SUCCEEDED", state_machine=f"{SWEEPS}/Train"),
        "a run failed": run_event("FAILED"),
    }
    matched = {name for name, event in happened.items() if pattern.matches_event(event)}  # type: ignore[arg-type]
    assert matched == RULES[method]


@pytest.mark.parametrize(
    ("make", "titles"),
    [(sweep, ["How sweeps ended", "Runs of sweeps", "Best objective"]), (quiet, ["How sweeps ended"])],
)
def test_a_dashboard_takes_its_row(make: Any, titles: list[str]) -> None:
    of = stack()
    one = make(of)
    before = len(one.node.find_all())
    row = one.widgets()
    assert len(one.node.find_all()) == before
    dashboard = SpotTrainingDashboard(of, "Dashboard", trainings=[one.training])
    dashboard.add_widgets(*row)
    body = dashboard_body(Template.from_stack(of))
    assert body_problems(body) == []
    added = body["widgets"][-len(titles) - 1 :]
    assert [widget["properties"].get("title") for widget in added[1:]] == titles
    assert f"## Sweep of {one.training.base_job_name}" in str(added[0])
    assert len({widget["y"] for widget in added}) == 1


def test_an_alarm_goes_off_while_a_sweep_has_failed_lately() -> None:
    of = stack()
    one = sweep(of)
    topic = sns.Topic(of, "Topic")
    one.alarm_on_sweep_failed("Failed", action=actions.SnsAction(topic))
    one.alarm_on_sweep_failed("Daily", action=actions.SnsAction(topic), period=cdk.Duration.days(1), alarm_name="daily")
    daily, failed = (
        each["Properties"]
        for _, each in sorted(Template.from_stack(of).find_resources("AWS::CloudWatch::Alarm").items())
    )
    assert {name: failed[name] for name in ("MetricName", "Namespace", "Statistic", "Period", "Threshold")} == {
        "MetricName": "ExecutionsFailed", "Namespace": "AWS/States", "Statistic": "Sum", "Period": 300, "Threshold": 1,
    }  # fmt: skip
    machine = of.resolve(one.state_machine.state_machine_arn)
    assert failed["Dimensions"] == [{"Name": "StateMachineArn", "Value": machine}]
    assert failed["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert (failed["TreatMissingData"], failed["AlarmActions"]) == ("notBreaching", [of.resolve(topic.topic_arn)])
    assert (daily["Period"], daily["AlarmName"]) == (86400, "daily")


def test_every_figure_has_its_row() -> None:
    page = (ROOT / "docs" / "guides" / "sweeps.md").read_text(encoding="utf-8")
    for figure in SWEEP_FIGURES:
        assert f"\n| `{figure.name}` | {figure.unit} | {figure.meaning} |\n" in page


@pytest.mark.parametrize("page", ["sweeps", "monitoring"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_told_of(method: str, page: str) -> None:
    assert f"`{method}(" in (ROOT / "docs" / "guides" / f"{page}.md").read_text(encoding="utf-8")
