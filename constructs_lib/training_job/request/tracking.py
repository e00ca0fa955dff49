"""Where a job's progress is told to: TensorBoard and SageMaker Experiments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.request.rendering import without_absent


@dataclass(frozen=True, kw_only=True)
class TensorBoard:
    """TensorBoard files that the program writes, copied to S3 while it trains.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TensorBoardOutputConfig.html

    Args:
        s3_output_path: Where they go; SageMaker adds `/<job name>/tensorboard-output/`. Defaults to where models go.
        local_path: Where the program writes them. Defaults to SageMaker's own `/opt/ml/output/tensorboard`.
    """

    s3_output_path: str | None = None
    local_path: str | None = None

    def render(self, default_s3_output_path: str | None = None) -> dict[str, Any]:
        """Return `TensorBoardOutputConfig`, with a path where the object has none of its own."""
        return without_absent(
            LocalPath=self.local_path,
            S3OutputPath=self.s3_output_path or default_s3_output_path,
        )


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """The experiment that a job belongs to; every attempt of a run becomes a trial component of it.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ExperimentConfig.html

    Args:
        experiment_name: An experiment that exists. Defaults to none.
        trial_name: A trial that exists. Defaults to a new one.
        trial_component_display_name: What the job is called there. Defaults to the job's own name.
        run_name: The experiment run that the job is part of. Defaults to none.
    """

    experiment_name: str | None = None
    trial_name: str | None = None
    trial_component_display_name: str | None = None
    run_name: str | None = None

    def render(self) -> dict[str, Any]:
        """Return `ExperimentConfig`."""
        return without_absent(
            ExperimentName=self.experiment_name,
            TrialName=self.trial_name,
            TrialComponentDisplayName=self.trial_component_display_name,
            RunName=self.run_name,
        )
