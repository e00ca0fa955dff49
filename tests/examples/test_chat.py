"""The chat example: a rule that matches runs that fail, and a message that Slack takes, without a Lambda or a token."""

from __future__ import annotations

import json
import runpy
from typing import Any

import pytest
from aws_cdk.assertions import Template

from tests.cdk.monitoring.event_rules import EVENTS, matched, rules
from tests.support.places import EXAMPLES


@pytest.fixture(scope="module")
def template() -> Template:
    return Template.from_stack(runpy.run_path(str(EXAMPLES / "chat" / "app.py"))["stack"])


def message(transformer: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """Make what is sent of an event, as EventBridge makes it: each path's value is put into its place."""
    text = transformer["InputTemplate"]
    parts = text["Fn::Join"][1] if isinstance(text, dict) else [text]
    written = "".join(part if isinstance(part, str) else "eu-west-1" for part in parts)
    for name, path in transformer["InputPathsMap"].items():
        value: Any = event
        for key in path.removeprefix("$.").split("."):
            value = value[key]
        written = written.replace(f"<{name}>", str(value))
    made: dict[str, Any] = json.loads(written)
    return made


def test_slack_is_told_of_runs_that_fail_and_time_out(template: Template) -> None:
    (rule,) = rules(template).values()
    assert matched(rule) == {"FAILED", "TIMED_OUT"}
    (target,) = rule["Targets"]
    sent = message(target["InputTransformer"], EVENTS["FAILED"])
    assert sent["channel"] == "#training"
    page = "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details"
    arn = EVENTS["FAILED"]["detail"]["executionArn"]
    assert sent["text"] == f"Run run-17 ended as FAILED: <{page}/{arn}|what happened, and what to do next>"
    assert target["DeadLetterConfig"]["Arn"]
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}


def test_there_is_no_lambda_and_no_token_in_the_template(template: Template) -> None:
    template.resource_count_is("AWS::Lambda::Function", 0)
    (connection,) = template.find_resources("AWS::Events::Connection").values()
    key = connection["Properties"]["AuthParameters"]["ApiKeyAuthParameters"]
    assert key == {"ApiKeyName": "Authorization", "ApiKeyValue": "{{resolve:secretsmanager:slack:SecretString:::}}"}


def test_the_rule_may_call_this_destination_only(template: Template) -> None:
    statements = [
        statement
        for policy in template.find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "events:InvokeApiDestination"
    ]
    (destination,) = template.find_resources("AWS::Events::ApiDestination")
    assert [statement["Resource"] for statement in statements] == [{"Fn::GetAtt": [destination, "Arn"]}]
