"""Alarms: only those that are asked for, each with what it does, and quiet while nothing runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from constructs_lib import Capacity
from tests.cdk.monitoring.monitored import Monitored
from tests.support.templates import stack

Make = Callable[[Monitored, cloudwatch.IAlarmAction], cloudwatch.Alarm]

ALARMS: dict[str, Make] = {
    "failed": lambda of, action: of.alarm_on_run_failed("Alarm", action=action),
    "last capacity": lambda of, action: of.alarm_on_last_capacity("Alarm", action=action),
    "interruptions": lambda of, action: of.alarm_on_interruptions("Alarm", threshold=5, action=action),
    "deadline": lambda of, action: of.alarm_on_deadline_at_risk("Alarm", action=action),
    "long": lambda of, action: of.alarm_on_long_run("Alarm", longer_than=cdk.Duration.hours(9), action=action),
}


def alarm(make: Make) -> dict[str, Any]:
    scope = stack()
    make(Monitored(scope, "Training"), actions.SnsAction(sns.Topic(scope, "Topic")))
    (found,) = Template.from_stack(scope).find_resources("AWS::CloudWatch::Alarm").values()
    properties: dict[str, Any] = found["Properties"]
    return properties


@pytest.mark.parametrize("name", ALARMS)
def test_each_does_something_and_is_well_while_no_run_ends(name: str) -> None:
    found = alarm(ALARMS[name])
    assert found["AlarmActions"] == [{"Ref": "TopicBFC7AF6E"}]
    assert found["TreatMissingData"] == "notBreaching"
    assert found["EvaluationPeriods"] == 1
    assert "churn" in found["AlarmDescription"]


def test_a_run_that_failed_or_timed_out() -> None:
    found = alarm(ALARMS["failed"])
    assert (found["ComparisonOperator"], found["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    (shown,) = (metric for metric in found["Metrics"] if metric["ReturnData"])
    assert shown["Expression"] == "FILL(failed, 0) + FILL(timed_out, 0)"
    counted = {metric["Id"]: metric["MetricStat"] for metric in found["Metrics"] if "MetricStat" in metric}
    assert {name: stat["Metric"]["MetricName"] for name, stat in counted.items()} == {
        "failed": "ExecutionsFailed",
        "timed_out": "ExecutionsTimedOut",
    }
    assert {(stat["Stat"], stat["Period"]) for stat in counted.values()} == {("Sum", 300)}


def test_a_run_that_ended_on_its_last_capacity() -> None:
    found = alarm(ALARMS["last capacity"])
    assert (found["Namespace"], found["MetricName"]) == ("SpotTraining", "RunsOnLastCapacity")
    assert (found["ComparisonOperator"], found["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    assert (found["Statistic"], found["Period"]) == ("Sum", 300)


def test_a_run_that_can_no_longer_keep_its_deadline() -> None:
    found = alarm(ALARMS["deadline"])
    assert (found["Namespace"], found["MetricName"]) == ("SpotTraining", "DeadlinesAtRisk")
    assert (found["ComparisonOperator"], found["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    assert (found["Statistic"], found["Period"]) == ("Maximum", 300)


def test_fails_on_a_deadline_that_no_run_has() -> None:
    scope = stack()
    training = Monitored(scope, "Training", has_deadline=False)
    with pytest.raises(ValueError, match="is for a training with 'deadline', and 'churn' has none"):
        ALARMS["deadline"](training, actions.SnsAction(sns.Topic(scope, "Topic")))


def test_more_interruptions_in_a_day_than_a_number() -> None:
    found = alarm(ALARMS["interruptions"])
    assert (found["Namespace"], found["MetricName"]) == ("SpotTraining", "Interruptions")
    assert (found["ComparisonOperator"], found["Threshold"]) == ("GreaterThanThreshold", 5)
    assert (found["Statistic"], found["Period"]) == ("Sum", 24 * 3600)
    assert found["Dimensions"] == [{"Name": "BaseJobName", "Value": "churn"}]


def test_interruptions_of_one_capacity() -> None:
    spot = Capacity.spot("ml.g5.xlarge")
    found = alarm(
        lambda of, action: of.alarm_on_interruptions(
            "Alarm", threshold=0, action=action, capacity=spot, period=cdk.Duration.hours(1), alarm_name="churn-spot"
        )
    )
    assert found["Dimensions"] == [
        {"Name": "BaseJobName", "Value": "churn"},
        {"Name": "Capacity", "Value": "spot ml.g5.xlarge x1"},
    ]
    assert (found["Threshold"], found["Period"], found["AlarmName"]) == (0, 3600, "churn-spot")


def test_a_run_that_took_longer_than_expected() -> None:
    found = alarm(ALARMS["long"])
    assert (found["Namespace"], found["MetricName"], found["Statistic"]) == ("AWS/States", "ExecutionTime", "Maximum")
    assert (found["ComparisonOperator"], found["Threshold"]) == ("GreaterThanThreshold", 9 * 3600 * 1000)
    assert found["AlarmDescription"] == "A run of churn took longer than 9 hours"


def test_fails_on_a_threshold_below_zero() -> None:
    with pytest.raises(ValueError, match="'threshold' must be at least 0, got -1"):
        alarm(lambda of, action: of.alarm_on_interruptions("Alarm", threshold=-1, action=action))


@pytest.mark.parametrize("name", ["last capacity", "interruptions", "deadline"])
def test_fails_on_an_alarm_that_could_never_go_off(name: str) -> None:
    scope = stack()
    training = Monitored(scope, "Training", publish_metrics=False)
    with pytest.raises(ValueError, match="'publish_metrics' must be on"):
        ALARMS[name](training, actions.SnsAction(sns.Topic(scope, "Topic")))


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("alarm_on_run_failed", {}),
        ("alarm_on_last_capacity", {}),
        ("alarm_on_interruptions", {"threshold": 5}),
        ("alarm_on_deadline_at_risk", {}),
        ("alarm_on_long_run", {"longer_than": cdk.Duration.hours(9)}),
    ],
)
def test_fails_without_an_action(method: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'action'"):
        getattr(Monitored(stack(), "Training"), method)("Alarm", **arguments)


def test_there_is_no_alarm_that_is_not_tested_here() -> None:
    methods = {name for name in dir(Monitored) if name.startswith("alarm_")}
    assert len(methods) == len(ALARMS)
