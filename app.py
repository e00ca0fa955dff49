#!/usr/bin/env python3
"""The app: one stack that trains the digits example on managed spot capacity.

Its settings are context values, in `cdk.json` or by `-c`; docs/start/account.md lists them.
"""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage, TrainingSource

DIGITS = Path(__file__).parent / "examples" / "digits"

CONSOLES = {
    "aws": {"Domain": "console.aws.amazon.com"},
    "aws-cn": {"Domain": "console.amazonaws.cn"},
    "aws-us-gov": {"Domain": "console.amazonaws-us-gov.com"},
}
"""The console's address in each partition; https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html"""


class SpotTrainingStack(cdk.Stack):
    """A state machine that trains the digits example, with its buckets and its role."""

    def __init__(self, scope: Construct, construct_id: str, *, description: str | None = None) -> None:
        """Define the stack from the app's context values."""
        super().__init__(scope, construct_id, description=description)
        self.training = SpotTraining(
            self,
            "Training",
            image=TrainingImage.from_deep_learning_container(
                self._setting("image-repository"), self._setting("image-tag")
            ),
            capacity=[Capacity.parse(text) for text in self._setting("capacity").split(",")],
            max_runtime=cdk.Duration.minutes(int(self._setting("max-runtime-minutes"))),
            max_wait=cdk.Duration.minutes(int(self._setting("max-wait-minutes"))),
            source=TrainingSource.from_directory(DIGITS / "train", entry_point="train.py"),
            channels={"train": TrainingChannel.from_asset(DIGITS / "data" / "digits.csv.gz")},
            hyperparameters={"epochs": int(self._setting("epochs"))},
            base_job_name=self._setting("base-job-name"),
        )
        machine = self.training.state_machine
        domain = cdk.CfnMapping(self, "Consoles", mapping=CONSOLES).find_in_map(self.partition, "Domain")
        console = f"https://{self.region}.{domain}/states/home?region={self.region}"
        for name, value, description_text in (
            ("StateMachineArn", machine.state_machine_arn, "Start an execution of it to train"),
            (
                "StateMachineConsoleUrl",
                f"{console}#/statemachines/view/{machine.state_machine_arn}",
                "Its console page",
            ),
            ("CheckpointBucketName", self.training.checkpoint_bucket.bucket_name, "Where the checkpoints are"),
            ("OutputBucketName", self.training.output_bucket.bucket_name, "Where the models are"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description_text)

    def _setting(self, name: str) -> str:
        key = f"spot-training:{name}"
        value = self.node.try_get_context(key)
        if value is None:
            raise ValueError(f"context value '{key}' is missing; set it in cdk.json, or pass -c {key}=...")
        return str(value)


def main() -> None:
    """Synthesise the app."""
    app = cdk.App()
    SpotTrainingStack(app, "SpotTraining", description="Model training on SageMaker managed spot capacity")
    app.synth()


if __name__ == "__main__":
    main()
