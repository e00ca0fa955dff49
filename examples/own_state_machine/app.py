#!/usr/bin/env python3
"""A training as one state of somebody's own state machine: prepared, trained for each region, caught by name."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    OutputBucket,
    SpotTrainingErrors,
    SpotTrainingTask,
    TrainingImage,
    TrainingRole,
)

app = cdk.App()
stack = cdk.Stack(app, "OwnStateMachine")
train = SpotTrainingTask(
    stack,
    "Train",
    image=TrainingImage.from_ecr_repository(ecr.Repository.from_repository_name(stack, "Image", "churn"), tag="1.4"),
    capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
    max_runtime=cdk.Duration.hours(4),
    base_job_name="churn",
    role=TrainingRole(stack, "Role"),
    checkpoint_bucket=CheckpointBucket(stack, "Checkpoints"),
    output_bucket=OutputBucket(stack, "Models"),
    run_name="{% $states.context.Execution.Name & '-' & $states.input.country %}",
    run_input="{% {'HyperParameters': {'country': $states.input.country}} %}",
)
train.add_catch(
    sfn.Pass(stack, "Keep the old model"),
    errors=[SpotTrainingErrors.CAPACITY_EXHAUSTED, SpotTrainingErrors.SERVICE_FAULT],
)
countries = sfn.Pass(
    stack, "Choose countries", result=sfn.Result.from_object({"countries": [{"country": "ch"}, {"country": "nz"}]})
)
each = sfn.Map(stack, "Train each", items_path="$.countries", max_concurrency=2).item_processor(train)
machine = sfn.StateMachine(
    stack,
    "Machine",
    definition_body=sfn.DefinitionBody.from_chainable(countries.next(each).next(sfn.Succeed(stack, "Done"))),
)
cdk.CfnOutput(stack, "StateMachineArn", value=machine.state_machine_arn)
app.synth()
