#!/usr/bin/env python3
"""Many trainings by one execution: a sweep of learning rates, halved rung by rung, that reports the best.

Start one with {"Grid": {"lr": [0.05, 0.1, 0.2, 0.3, 0.4, 0.45]}}.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr

from constructs_lib import Capacity, Halving, Objective, Percent, SpotTraining, SpotTrainingSweep, TrainingImage

app = cdk.App()
stack = cdk.Stack(app, "Sweeping")
training = SpotTraining(
    stack,
    "Training",
    # an image that runs train.py beside this file
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "slope"), tag="1.0"),
    capacity=[Capacity.spot("ml.m5.large"), Capacity.on_demand("ml.m5.large")],
    metric_definitions={"loss": "loss=([0-9.]+);"},
)
sweep = SpotTrainingSweep(
    stack,
    "Sweep",
    training=training,
    objective=Objective.minimize("loss"),
    max_concurrency=6,
    tolerated_failures=Percent(10),
    halving=Halving(resource="epochs", rungs=[1, 3, 9]),
)
cdk.CfnOutput(stack, "StateMachineArn", value=sweep.state_machine.state_machine_arn)
app.synth()
