#!/usr/bin/env python3
"""The smallest app: an image of one's own, spot capacity first, and on-demand where there is none."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr

from constructs_lib import Capacity, SpotTraining, TrainingImage

app = cdk.App()
stack = cdk.Stack(app, "Smallest")
training = SpotTraining(
    stack,
    "Training",
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
)
cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
app.synth()
