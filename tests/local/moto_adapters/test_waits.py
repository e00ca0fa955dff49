"""Waits, timeouts and retries go by the embedded AWS's clock."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.machines import HOLDS, Machines, one_state, task, training_job

HOUR = 3600
"""Clock seconds; 36 seconds of the wall at the speed of these tests, so nothing here may wait for it in vain."""


def seconds_of(description: dict[str, Any]) -> float:
    return float((description["stopDate"] - description["startDate"]).total_seconds())


def test_wait_seconds(machines: Machines) -> None:
    began = time.monotonic()
    description = machines.run(one_state(Type="Wait", Seconds=60))
    assert seconds_of(description) >= 60
    assert time.monotonic() - began < 60


def test_wait_seconds_by_expression(machines: Machines) -> None:
    assert seconds_of(machines.run(one_state(Type="Wait", Seconds="{% 30 + 30 %}"))) >= 60


@pytest.mark.parametrize("seconds", ["-1", "1.5", "'1'", "true", "1e9"])
def test_fails_when_the_seconds_are_none(machines: Machines, seconds: str) -> None:
    description = machines.run(one_state(Type="Wait", Seconds=f"{{% {seconds} %}}"))
    assert description["error"] == "States.QueryEvaluationError"
    assert "'Seconds' must be a whole number from 0 to 99999999" in description["cause"]


@pytest.mark.parametrize("digits", [0, 3, 6, 9])
def test_wait_until_a_time(machines: Machines, aws: EmbeddedAws, digits: int) -> None:
    until = aws.clock.now() + timedelta(seconds=90)
    fraction = f".{f'{until.microsecond:06}000'[:digits]}" if digits else ""
    description = machines.run(one_state(Type="Wait", Timestamp=f"{{% '{until:%Y-%m-%dT%H:%M:%S}{fraction}Z' %}}"))
    assert description["status"] == "SUCCEEDED"
    assert description["stopDate"] >= until.replace(microsecond=0)


def test_a_time_in_the_past_is_not_waited_for(machines: Machines) -> None:
    assert machines.run(one_state(Type="Wait", Timestamp="2020-01-01T00:00:00Z"))["status"] == "SUCCEEDED"


def test_fails_when_the_time_is_none(machines: Machines) -> None:
    description = machines.run(one_state(Type="Wait", Timestamp="{% 'tomorrow' %}"))
    assert description["error"] == "States.QueryEvaluationError"


def test_a_state_machine_times_out(machines: Machines) -> None:
    description = machines.run({"TimeoutSeconds": 120, **one_state(Type="Wait", Seconds=HOUR)})
    assert description["status"] == "TIMED_OUT"
    assert 120 <= seconds_of(description) < HOUR


def test_a_task_times_out(machines: Machines) -> None:
    arguments = training_job("times-out", arguments=HOLDS)
    states = {
        "Task": task(
            "sagemaker:createTrainingJob.sync",
            arguments,
            TimeoutSeconds=120,
            Catch=[{"ErrorEquals": ["States.Timeout"], "Output": "{% $states.errorOutput.Error %}", "Next": "End"}],
        ),
        "End": {"Type": "Succeed"},
    }
    assert machines.output({"StartAt": "Task", "States": states}) == "States.Timeout"


def test_retries_wait(machines: Machines) -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "BackoffRate": 2, "MaxAttempts": 2}
    arguments = {"TrainingJobName": "nobody"}
    execution = machines.start(one_state(**task("aws-sdk:sagemaker:describeTrainingJob", arguments, Retry=[retry])))
    description = machines.end(execution)
    assert description["error"] == "SageMaker.SageMakerException"
    assert sum(event["type"] == "TaskFailed" for event in machines.events(execution)) == 3
    assert seconds_of(description) >= 30 + 60


def test_a_retry_is_given_up_when_the_execution_is_stopped(machines: Machines) -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 99_999, "MaxAttempts": 2}
    arguments = {"TrainingJobName": "nobody"}
    execution = machines.start(one_state(**task("aws-sdk:sagemaker:describeTrainingJob", arguments, Retry=[retry])))
    machines.sfn.stop_execution(executionArn=execution)
    assert machines.end(execution)["status"] == "ABORTED"
