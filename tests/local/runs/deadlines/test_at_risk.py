"""A run that can no longer keep its deadline says so once, by an event and a figure, and goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend

from constructs_lib.cdk.monitoring.event_patterns import deadline_pattern
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.definition import run_branch
from constructs_lib.workflow.settings import RunSettings
from tests.local.runs.test_figures import value
from tests.support.run_bench import ON_DEMAND, SPOT, run_bench

TOO_SHORT = Deadline(
    after_seconds=40,
    expected_runtime_seconds=1,
    on_demand_start_seconds=30,
    changeover_seconds=20,
    checkpoint_interval_seconds=0,
    poll_seconds=20,
)
"""A deadline that a program of three wall seconds does not keep, at a speed of 60; looked at several times after it."""

LONGER = {"steps": "60", "pause": "0.05"}


def test_whoever_listens_is_told_by_a_task_of_somebody_elses_machine_too() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        return {"StartAt": "Train", "States": {"Train": {**run_branch(settings, name="Train"), "End": True}}}

    with run_bench(
        SPOT, ON_DEMAND, deadline=TOO_SHORT, hyperparameters=LONGER, definition=definition, speed=60
    ) as bench:
        sqs, events = bench.aws.client("sqs"), bench.aws.client("events")
        queue = sqs.create_queue(QueueName="told")["QueueUrl"]
        events.put_rule(Name="at-risk", EventPattern=json.dumps(deadline_pattern("churn")))
        events.put_rule(Name="of-others", EventPattern=json.dumps(deadline_pattern("churning")))
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for rule in ("at-risk", "of-others"):
            events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        # several looks see it, and one tells
        assert run.states.count("Train: Look for capacity") > 2
        assert run.states.count("Train: Tell deadline at risk") == 1
        (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        event = json.loads(message["Body"])
        assert event["resources"] == [run.arn]
        short = event["detail"].pop("ShortInSeconds")
        assert event["detail"] == {
            "RunName": run.report["RunName"],
            "ExecutionArn": run.arn,
            "BaseJobName": "churn",
            "Deadline": run.report["Deadline"]["Deadline"],
        }
        # it is told by the first look after, and at the end the run is later than that
        assert 0 < short <= -run.report["Deadline"]["SlackInSeconds"]
        assert isinstance(short, int)
        # once as it is seen, and once at the end
        assert value(bench, "DeadlinesAtRisk") == 2


def test_a_put_that_is_refused_changes_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []

    def refuse(self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        refused.append(events[0]["DetailType"])
        raise ValidationException("not authorized to perform: events:PutEvents")

    monkeypatch.setattr(EventsBackend, "put_events", refuse)
    with run_bench(SPOT, ON_DEMAND, deadline=TOO_SHORT, hyperparameters=LONGER, speed=60) as bench:
        run = bench.run()
        assert refused == ["Spot Training Deadline At Risk"]
        assert run.status == "SUCCEEDED", run.cause
        assert run.report["Deadline"]["SlackInSeconds"] < 0
        assert value(bench, "DeadlinesAtRisk") == 2
