"""A small app for the tests: it trains the counting program on spot capacity."""

from __future__ import annotations

import os
from pathlib import Path

import aws_cdk as cdk

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage, TrainingSource

PROGRAMS = Path(__file__).parents[2] / "programs"


def main() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Counting")
    training = SpotTraining(
        stack,
        "Training",
        image=TrainingImage.from_registry("123456789012.dkr.ecr.us-east-1.amazonaws.com/framework:1"),
        capacity=[Capacity.spot("ml.m5.xlarge")],
        source=TrainingSource.from_directory(str(PROGRAMS), entry_point="count.py"),
        hyperparameters={
            "steps": int(app.node.try_get_context("steps") or 12),
            "pause": 0.1,
            "resumes": os.environ.get("COUNTING_RESUMES", "yes"),
        },
        channels={"train": TrainingChannel.from_asset(PROGRAMS.parent / "apps" / "counting" / "data")},
        base_job_name="counting",
        definition_as_asset=app.node.try_get_context("as-asset") == "yes",
    )
    cdk.CfnOutput(stack, "StateMachineArn", value=training.state_machine.state_machine_arn)
    cdk.CfnOutput(stack, "CheckpointBucketName", value=training.checkpoint_bucket.bucket_name)
    app.synth()


main()
