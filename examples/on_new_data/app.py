#!/usr/bin/env python3
"""A training on new data, when a file arrives in a bucket."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage

app = cdk.App()
stack = cdk.Stack(app, "OnNewData")
data = s3.Bucket(
    stack,
    "Data",
    event_bridge_enabled=True,
    enforce_ssl=True,
    block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
)
training = SpotTraining(
    stack,
    "Training",
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
    max_runtime=cdk.Duration.hours(4),
    channels={"train": TrainingChannel.from_bucket(data, "incoming/")},
)
arrived = events.EventField.from_path("$.detail.object.key")
events.Rule(
    stack,
    "FileArrived",
    # _SUCCESS is what many writers put beside a data set when it is complete
    event_pattern=events.EventPattern(
        source=["aws.s3"],
        detail_type=["Object Created"],
        detail={
            "bucket": {"name": [data.bucket_name]},
            "object": {"key": [{"wildcard": "incoming/*/_SUCCESS"}]},
        },
    ),
    targets=[
        targets.SfnStateMachine(
            training.state_machine,
            input=events.RuleTargetInput.from_object({"Comment": arrived}),
        )
    ],
)
cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
cdk.CfnOutput(stack, "DataBucketName", value=data.bucket_name)
app.synth()
