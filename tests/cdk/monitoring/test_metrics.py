"""The metrics of a training, in CDK's manner: nothing is created, everything may be said otherwise."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.assertions import Template

from constructs_lib import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from constructs_lib.workflow.figures import DEADLINE_FIGURES, FIGURES
from tests.cdk.monitoring.monitored import Monitored
from tests.support.templates import stack

RUNS = {
    "metric_runs_started": ("ExecutionsStarted", "Sum"),
    "metric_runs_succeeded": ("ExecutionsSucceeded", "Sum"),
    "metric_runs_failed": ("ExecutionsFailed", "Sum"),
    "metric_runs_aborted": ("ExecutionsAborted", "Sum"),
    "metric_runs_timed_out": ("ExecutionsTimedOut", "Sum"),
    "metric_run_duration": ("ExecutionTime", "Average"),
}
FIGURE_METHODS = {
    "metric_savings": ("SavingsPercent", "Average"),
    "metric_training_time": ("TrainingTime", "Sum"),
    "metric_billable_time": ("BillableTime", "Sum"),
    "metric_interruptions": ("Interruptions", "Sum"),
    "metric_attempts": ("Attempts", "Sum"),
    "metric_fallbacks": ("Fallbacks", "Sum"),
    "metric_runs_on_last_capacity": ("RunsOnLastCapacity", "Sum"),
    "metric_deadline_slack": ("DeadlineSlack", "Minimum"),
    "metric_deadlines_at_risk": ("DeadlinesAtRisk", "Maximum"),
}
GROUPS = [
    InstanceGroup(name="workers", instance_type="ml.g5.xlarge", instance_count=2),
    InstanceGroup(name="data", instance_type="ml.c5.xlarge", instance_count=3),
]
BY_CAPACITY = ["metric_training_time", "metric_billable_time", "metric_interruptions", "metric_attempts"]


@pytest.fixture(scope="module")
def training() -> Monitored:
    return Monitored(stack(), "Training")


def metric(training: Monitored, method: str, **arguments: Any) -> cloudwatch.Metric:
    made: cloudwatch.Metric = getattr(training, method)(**arguments)
    return made


@pytest.mark.parametrize("method", RUNS)
def test_runs_are_step_functions_own_metrics(training: Monitored, method: str) -> None:
    made = metric(training, method)
    assert (made.namespace, made.metric_name, made.statistic) == ("AWS/States", *RUNS[method])
    assert made.dimensions == {"StateMachineArn": training.state_machine.state_machine_arn}


@pytest.mark.parametrize("method", FIGURE_METHODS)
def test_figures_are_those_that_the_runs_put(training: Monitored, method: str) -> None:
    made = metric(training, method)
    assert (made.namespace, made.metric_name, made.statistic) == ("SpotTraining", *FIGURE_METHODS[method])
    assert made.dimensions == {"BaseJobName": "churn"}


def test_every_figure_has_its_method() -> None:
    assert {name for name, _ in FIGURE_METHODS.values()} == {figure.name for figure in (*FIGURES, *DEADLINE_FIGURES)}
    assert {FIGURE_METHODS[method][0] for method in BY_CAPACITY} == {f.name for f in FIGURES if f.by_capacity}


@pytest.mark.parametrize("method", [*RUNS, *FIGURE_METHODS])
def test_anything_may_be_said_otherwise(training: Monitored, method: str) -> None:
    made = metric(
        training, method, statistic="p90", period=cdk.Duration.hours(1), label="Mine", color="#1f77b4",
        region="us-east-1", account="123456789012", unit=cloudwatch.Unit.SECONDS,
    )  # fmt: skip
    assert (made.statistic, made.period.to_seconds(), made.label, made.color) == ("p90", 3600, "Mine", "#1f77b4")
    assert (made.region, made.account, made.unit) == ("us-east-1", "123456789012", cloudwatch.Unit.SECONDS)


@pytest.mark.parametrize("method", BY_CAPACITY)
@pytest.mark.parametrize(
    ("capacity", "name"),
    [
        (Capacity.spot("ml.g5.xlarge"), "spot ml.g5.xlarge x1"),
        (Capacity.on_demand("ml.p4d.24xlarge", instance_count=4), "on-demand ml.p4d.24xlarge x4"),
        (
            Capacity.spot_groups(GROUPS),
            "spot ml.g5.xlarge + ml.c5.xlarge x5",
        ),
    ],
    ids=["spot", "on-demand", "groups"],
)
def test_one_capacity_can_be_picked(training: Monitored, method: str, capacity: Capacity, name: str) -> None:
    assert metric(training, method, capacity=capacity).dimensions == {"BaseJobName": "churn", "Capacity": name}


def test_fails_on_a_capacity_that_sagemaker_has_yet_to_choose(training: Monitored) -> None:
    chosen = Capacity.on_demand_preferences(
        [InstancePreference(instance_type="ml.g5.xlarge"), InstancePreference(instance_type="ml.g4dn.xlarge")]
    )
    with pytest.raises(ValueError, match="'capacity' must be one that a job runs on, got a list of preferences"):
        training.metric_interruptions(capacity=chosen)


def test_metrics_create_nothing() -> None:
    scope = stack()
    training = Monitored(scope, "Training")
    before = len(training.node.find_all())
    for method in (*RUNS, *FIGURE_METHODS):
        metric(training, method)
    assert len(training.node.find_all()) == before
    for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Events::Rule", "AWS::SNS::Topic"):
        Template.from_stack(scope).resource_count_is(kind, 0)


@pytest.mark.parametrize("method", FIGURE_METHODS)
def test_fails_on_figures_that_no_run_puts(method: str) -> None:
    training = Monitored(stack(), "Training", publish_metrics=False)
    with pytest.raises(ValueError, match="'publish_metrics' must be on for the figures of 'churn', got False"):
        metric(training, method)
    assert metric(training, "metric_runs_failed").metric_name == "ExecutionsFailed"


def test_a_metric_of_another_region_is_found_from_a_dashboard_here() -> None:
    app = cdk.App()
    there = cdk.Stack(app, "There", env=cdk.Environment(region="us-east-1", account="123456789012"))
    here = cdk.Stack(app, "Here", env=cdk.Environment(region="eu-west-1", account="123456789012"))
    training = Monitored(there, "Training")
    graph = cloudwatch.GraphWidget(left=[training.metric_savings()])
    cloudwatch.Dashboard(here, "Dashboard", widgets=[[graph]])
    (dashboard,) = Template.from_stack(here).find_resources("AWS::CloudWatch::Dashboard").values()
    assert '"region":"us-east-1"' in str(dashboard["Properties"]["DashboardBody"])
