"""The one stack of the live tests: small instances, short limits, and nothing that stays when it is deleted."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk

from constructs_lib import Capacity, CheckpointBucket, OutputBucket, SpotTraining, TrainingImage, TrainingSource


def main() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, app.node.try_get_context("stack"))
    gone = cdk.RemovalPolicy.DESTROY
    checkpoints = CheckpointBucket(stack, "Checkpoints", removal_policy=gone)
    training = SpotTraining(
        stack,
        "Training",
        image=TrainingImage.from_deep_learning_container("pytorch-training", "2.6.0-cpu-py312-ubuntu22.04-sagemaker"),
        capacity=[Capacity.spot("ml.m5.large"), Capacity.on_demand("ml.m5.large")],
        allowed_instance_types=[app.node.try_get_context("over-quota")],
        capacity_patience=cdk.Duration.minutes(10),
        max_runtime=cdk.Duration.minutes(20),
        max_wait=cdk.Duration.minutes(30),
        source=TrainingSource.from_directory(Path(__file__).parent / "program", entry_point="train.py"),
        hyperparameters={"steps": 3},
        environment={"LIVE": "yes"},
        tags={"spot-training-live": "yes"},
        checkpoint_bucket=checkpoints,
        output_bucket=OutputBucket(stack, "Models", removal_policy=gone),
        removal_policy=gone,
        base_job_name=app.node.try_get_context("jobs"),
    )
    cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
    app.synth()


main()
