"""Telling people: a topic, an e-mail subscription and the rules, in one call."""

from __future__ import annotations

import json
import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks

from tests.cdk.monitoring.dashboard.bodies import resolved
from tests.cdk.monitoring.event_rules import matched, rules
from tests.cdk.monitoring.monitored import Monitored
from tests.cdk.monitoring.sample_events import job_event, risk_event, run_event
from tests.support.templates import app_context, stack

EMAIL = "ops@example.com"


def notified(*, has_deadline: bool = False, **arguments: Any) -> Template:
    scope = stack()
    Monitored(scope, "Training", has_deadline=has_deadline).notify("Operators", **arguments)
    return Template.from_stack(scope)


def message(rule: dict[str, Any], event: dict[str, Any]) -> str:
    """Write the sentence that a rule makes of an event, as EventBridge fills its template."""
    transformer = rule["Targets"][0]["InputTransformer"]
    text = json.loads(resolved(transformer["InputTemplate"]))
    for name, path in transformer["InputPathsMap"].items():
        value: Any = event
        for key in path.removeprefix("$.").split("."):
            value = value[key]
        text = text.replace(f"<{name}>", str(value))
    assert not re.search("[<>]", text)
    return str(text)


def test_an_address_is_all_it_takes() -> None:
    made = notified(email=EMAIL)
    made.has_resource_properties("AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": EMAIL})
    made.has_resource_properties("AWS::SNS::Topic", {"DisplayName": "Spot training churn"})
    ((name, rule),) = rules(made).items()
    assert name.startswith("TrainingOperatorsFailed")
    assert matched(rule) == {"FAILED", "TIMED_OUT"}


def test_more_is_told_on_request() -> None:
    found = rules(notified(email=EMAIL, succeeded=True, interruptions=True)).values()
    assert sorted(sorted(matched(rule)) for rule in found) == [["FAILED", "TIMED_OUT"], ["SUCCEEDED"], ["interrupted"]]


def test_the_messages_are_sentences_with_a_way_to_the_run() -> None:
    found = {next(iter(matched(rule))): rule for rule in rules(notified(email=EMAIL, succeeded=True)).values()}
    failed = next(rule for key, rule in found.items() if key != "SUCCEEDED")
    page = (
        "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/"
        "arn:aws:states:eu-west-1:123456789012:execution:churn:run-17"
    )
    assert message(failed, run_event("FAILED")) == (
        f"Run run-17 of churn ended as FAILED. What happened, and what to do next: {page}"
    )
    assert message(found["SUCCEEDED"], run_event("SUCCEEDED")) == (
        f"Run run-17 of churn ended as SUCCEEDED. Its model, and what it took: {page}"
    )


def test_the_message_of_an_interruption_says_that_nothing_is_lost() -> None:
    found = rules(notified(email=EMAIL, interruptions=True)).values()
    (rule,) = (rule for rule in found if matched(rule) == {"interrupted"})
    text = message(rule, job_event("InProgress", "Interrupted"))
    assert text.startswith("Training job churn-0123456789ab-1 of churn was interrupted")
    assert text.endswith(
        "https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/jobs/churn-0123456789ab-1"
    )


@pytest.mark.parametrize("asked", [{}, {"deadlines": True}])
def test_a_deadline_at_risk_is_told_of_where_there_is_one(asked: dict[str, Any]) -> None:
    found = rules(notified(email=EMAIL, has_deadline=True, **asked)).values()
    (rule,) = (rule for rule in found if matched(rule) == {"at risk"})
    assert message(rule, risk_event()) == (
        "Run run-17 of churn can no longer keep its deadline 2026-01-03T08:00:00.000Z: it is short of 1234 seconds, "
        "and goes on on-demand. How it goes: https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1"
        "#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:churn:run-17"
    )


def test_a_deadline_at_risk_is_not_told_of_on_request() -> None:
    found = rules(notified(email=EMAIL, has_deadline=True, deadlines=False)).values()
    assert [matched(rule) for rule in found] == [{"FAILED", "TIMED_OUT"}]


def test_fails_on_deadlines_that_no_run_has() -> None:
    with pytest.raises(ValueError, match=r"^'deadlines' is for a training with 'deadline', and 'churn' has none$"):
        notified(email=EMAIL, deadlines=True)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_the_console_is_that_of_the_partition(region: str, host: str) -> None:
    there = cdk.Stack(cdk.App(context=app_context()), "There", env=cdk.Environment(region=region))
    Monitored(there, "Training", has_deadline=False).notify("Operators", email=EMAIL)
    (rule,) = rules(Template.from_stack(there)).values()
    assert f"https://{host}/states/home?region={region}#" in message(rule, run_event("FAILED"))


def test_the_topic_takes_messages_over_tls_from_events_and_alarms_of_this_account() -> None:
    (policy,) = notified(email=EMAIL).find_resources("AWS::SNS::TopicPolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    denied = next(s for s in statements if s["Effect"] == "Deny")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    allowed = {s["Principal"]["Service"]: s for s in statements if s["Effect"] == "Allow"}
    assert set(allowed) == {"events.amazonaws.com", "cloudwatch.amazonaws.com"}
    assert {s["Action"] for s in allowed.values()} == {"sns:Publish"}
    condition = allowed["cloudwatch.amazonaws.com"]["Condition"]
    assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert resolved(condition["ArnLike"]["aws:SourceArn"]) == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"


def test_a_key_encrypts_the_topic_and_lets_in_who_publishes() -> None:
    scope = stack()
    key = kms.Key(scope, "Key")
    Monitored(scope, "Training").notify("Operators", email=EMAIL, encryption_key=key)
    made = Template.from_stack(scope)
    made.has_resource_properties("AWS::SNS::Topic", {"KmsMasterKeyId": scope.resolve(key.key_arn)})
    for service in ("events.amazonaws.com", "cloudwatch.amazonaws.com"):
        made.has_resource_properties(
            "AWS::KMS::Key",
            {
                "KeyPolicy": {
                    "Statement": Match.array_with(
                        [
                            Match.object_like(
                                {
                                    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                                    "Principal": {"Service": service},
                                    "Effect": "Allow",
                                }
                            )
                        ]
                    ),
                }
            },
        )


def test_a_topic_that_is_passed_is_used() -> None:
    scope = stack()
    topic = sns.Topic(scope, "Mine")
    assert Monitored(scope, "Training", has_deadline=False).notify("Operators", topic=topic) is topic
    made = Template.from_stack(scope)
    made.resource_count_is("AWS::SNS::Topic", 1)
    made.resource_count_is("AWS::SNS::Subscription", 0)
    (rule,) = rules(made).values()
    assert rule["Targets"][0]["Arn"] == scope.resolve(topic.topic_arn)


def test_alarms_may_use_the_same_topic() -> None:
    scope = stack()
    training = Monitored(scope, "Training")
    topic = training.notify("Operators", email=EMAIL)
    training.alarm_on_run_failed("Failed", action=actions.SnsAction(topic))
    Template.from_stack(scope).has_resource_properties(
        "AWS::CloudWatch::Alarm", {"AlarmActions": [scope.resolve(topic.topic_arn)]}
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, ["'email' or 'topic' must be given"]),
        ({"email": "ops"}, ["'email' must be an e-mail address such as ops@example.com, got 'ops'"]),
        ({"email": "@example.com"}, ["'email' must be an e-mail address such as ops@example.com, got '@example.com'"]),
    ],
)
def test_fails_on_arguments_by_which_nobody_would_be_told(arguments: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ValueError, match="must be") as caught:
        notified(**arguments)
    assert [line.startswith(start) for line, start in zip(str(caught.value).splitlines(), said, strict=True)] == [True]


def test_fails_with_all_problems_at_once_and_before_anything_is_created() -> None:
    scope = stack()
    training = Monitored(scope, "Training")
    before = len(training.node.children)
    with pytest.raises(ValueError, match="'email' must be an e-mail address") as caught:
        training.notify("Operators", email="ops", topic=sns.Topic(scope, "Mine"), encryption_key=kms.Key(scope, "Key"))
    assert "'encryption_key' is for the topic that is created" in str(caught.value)
    assert len(training.node.children) == before


def test_cdk_nag_finds_nothing() -> None:
    app = cdk.App(context=app_context())
    scope = cdk.Stack(app, "Test")
    training = Monitored(scope, "Training")
    training.notify("Operators", email=EMAIL, succeeded=True, interruptions=True, deadlines=True)
    training.failures_query("Failures")
    found = AwsSolutionsChecks(app).validate_scope(app).violations
    # the delivery of logs and traces by the state machine of these tests
    assert [v.rule_name for v in found or [] if "IAM5[Resource::*]" not in v.rule_name] == []
