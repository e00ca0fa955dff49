#!/usr/bin/env python3
"""A training every night, started by EventBridge Scheduler."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets

from constructs_lib import Capacity, SpotTraining, TrainingImage

app = cdk.App()
stack = cdk.Stack(app, "Nightly")
training = SpotTraining(
    stack,
    "Training",
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
    max_runtime=cdk.Duration.hours(4),
    # a night that finds no spot capacity in an hour trains on demand
    capacity_patience=cdk.Duration.hours(1),
)
scheduler.Schedule(
    stack,
    "EveryNight",
    schedule=scheduler.ScheduleExpression.cron(hour="2", minute="0", time_zone=cdk.TimeZone.EUROPE_ZURICH),
    target=targets.StepFunctionsStartExecution(
        training.state_machine,
        input=scheduler.ScheduleTargetInput.from_object({"Comment": "every night"}),
    ),
)
cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
app.synth()
