"""One training written with this library, for `synth`."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_s3 as s3

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage


def write(stack: Stack, number: int, _: dict[str, Any]) -> None:
    """Write one training into a stack.

    Args:
        stack: The stack.
        number: Tells the trainings of an app apart.
    """
    data = s3.Bucket.from_bucket_name(stack, f"Data{number}", "data")
    SpotTraining(
        stack,
        f"Training{number}",
        image=TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
        capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        max_runtime=Duration.hours(4),
        max_wait=Duration.hours(8),
        channels={"train": TrainingChannel.from_bucket(data, "churn/train/")},
        hyperparameters={"epochs": 20},
        base_job_name=f"churn-{number}",
    )
