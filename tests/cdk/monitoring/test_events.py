"""Rules on what happens to a training: each matches its own events, and no others."""

from __future__ import annotations

import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template
from moto.events.models import EventPattern

from tests.cdk.monitoring.event_rules import matched, rules
from tests.cdk.monitoring.monitored import Monitored
from tests.cdk.monitoring.sample_events import run_event
from tests.support.templates import stack

RULES = {
    "on_run_succeeded": {"SUCCEEDED"},
    "on_run_failed": {"FAILED", "TIMED_OUT"},
    "on_run_aborted": {"ABORTED"},
    "on_interruption": {"interrupted"},
    "on_deadline_at_risk": {"at risk"},
}


@pytest.mark.parametrize("method", RULES)
def test_each_rule_is_for_its_own_events(method: str) -> None:
    scope = stack()
    queue = sqs.Queue(scope, "Queue")
    made = getattr(Monitored(scope, "Training"), method)("Rule", target=targets.SqsQueue(queue), rule_name="churn-rule")
    assert isinstance(made, events.Rule)
    (rule,) = rules(Template.from_stack(scope)).values()
    assert matched(rule) == RULES[method]
    assert (rule["Name"], len(rule["Targets"]), rule["State"]) == ("churn-rule", 1, "ENABLED")
    assert "churn" in rule["Description"]


def test_there_is_no_rule_that_is_not_tested_here() -> None:
    assert {name for name in dir(Monitored) if name.startswith("on_")} == set(RULES)


def test_fails_on_a_deadline_that_no_run_has() -> None:
    training = Monitored(stack(), "Training", has_deadline=False)
    with pytest.raises(
        ValueError, match="'on_deadline_at_risk' is for a training with 'deadline', and 'churn' has none"
    ):
        training.on_deadline_at_risk("AtRisk")
    assert training.node.try_find_child("AtRisk") is None


def test_a_target_may_come_later() -> None:
    scope = stack()
    rule = Monitored(scope, "Training").on_run_failed("Failed")
    rule.add_target(targets.SqsQueue(sqs.Queue(scope, "Queue")))
    (found,) = rules(Template.from_stack(scope)).values()
    assert len(found["Targets"]) == 1


def test_a_rule_matches_whatever_else_an_event_may_have() -> None:
    scope = stack()
    Monitored(scope, "Training").on_run_failed("Failed")
    (rule,) = rules(Template.from_stack(scope)).values()
    pattern = EventPattern(None, rule["EventPattern"])
    redriven = run_event("FAILED", redriveCount=1, redriveStatus="REDRIVABLE", error="SpotTraining.Stopped", cause="…")
    assert pattern.matches_event(redriven)  # type: ignore[arg-type]
