#!/usr/bin/env python3
"""Tells a Slack channel when a run fails or times out, by an EventBridge API destination: no Lambda, no server.

A secret called `slack` holds `Bearer xoxb-…`: the word Bearer and the bot token of a Slack app that may `chat:write`.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs

from constructs_lib import Capacity, SpotTraining, TrainingImage

app = cdk.App()
stack = cdk.Stack(app, "Chat")
training = SpotTraining(
    stack,
    "Training",
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
    max_runtime=cdk.Duration.hours(4),
)
slack = events.ApiDestination(
    stack,
    "Slack",
    endpoint="https://slack.com/api/chat.postMessage",
    rate_limit_per_second=1,
    connection=events.Connection(
        stack,
        "SlackBot",
        authorization=events.Authorization.api_key("Authorization", cdk.SecretValue.secrets_manager("slack")),
    ),
)
# what Slack does not take is kept for two weeks
undelivered = sqs.Queue(stack, "Undelivered", enforce_ssl=True, retention_period=cdk.Duration.days(14))
run = events.EventField.from_path("$.detail.name")
status = events.EventField.from_path("$.detail.status")
page = f"https://{stack.region}.console.aws.amazon.com/states/home?region={stack.region}#/v2/executions/details"
link = f"{page}/{events.EventField.from_path('$.detail.executionArn')}"
training.on_run_failed(
    "TellSlack",
    target=targets.ApiDestination(
        slack,
        event=events.RuleTargetInput.from_object(
            {
                "channel": "#training",
                "text": f"Run {run} ended as {status}: <{link}|what happened, and what to do next>",
            }
        ),
        retry_attempts=10,
        max_event_age=cdk.Duration.hours(1),
        dead_letter_queue=undelivered,
    ),
)
cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
app.synth()
