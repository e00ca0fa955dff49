"""One attempt of a run: what all attempts share, on one capacity and within what is left of the budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.input_fields import RUN_MARK

_NOT_FOR_SPOT = ("KeepAlivePeriodInSeconds", "TrainingPlanArn")

PROGRESS_FILE = "progress.json"
"""What a training program may keep beside its checkpoints: `{"fraction": 0.42}`, how much of the work they hold."""


def attempt_request(
    base: Mapping[str, Any],
    *,
    job_name: str,
    capacity: Capacity,
    checkpoint_s3_uri: str | None,
    checkpoint_local_path: str,
    max_runtime_seconds: int,
    max_wait_seconds: int,
    max_pending_seconds: int | None = None,
    mark: str = "the run that asked for it",
) -> dict[str, Any]:
    """Render one attempt whole, as `plan_attempt.jsonata` does; a test holds the two together.

    Args:
        base: What all attempts share, overrides merged.
        job_name: The training job's name.
        capacity: What the attempt runs on; its own hyperparameters, texts by now, and its own environment go over all
            others. A spot attempt has `MaxWaitTimeInSeconds`, and neither a warm pool nor a
            training plan; where all instances have local storage, there is no volume to encrypt with a key.
        checkpoint_s3_uri: The run's checkpoint prefix; `None` for an algorithm that does not checkpoint.
        checkpoint_local_path: Where the container sees the checkpoints.
        max_runtime_seconds: What is left of the run's training budget.
        max_wait_seconds: The longest the job may last, waiting included.
        max_pending_seconds: The longest the job may wait for accelerated instances. Defaults to SageMaker's own limit.
        mark: What the job bears of the run that asked for it, in its environment. Defaults to a text in its place.
    """
    stopping = {"MaxRuntimeInSeconds": max_runtime_seconds}
    if capacity.is_spot:
        stopping["MaxWaitTimeInSeconds"] = max_wait_seconds
    if max_pending_seconds is not None:
        stopping["MaxPendingTimeInSeconds"] = max_pending_seconds
    dropped = {
        *(_NOT_FOR_SPOT if capacity.is_spot else ()),
        *(("VolumeKmsKeyId",) if capacity.has_local_storage else ()),
    }
    resources = {name: value for name, value in base["ResourceConfig"].items() if name not in dropped}
    request: dict[str, Any] = {
        **base,
        "TrainingJobName": job_name,
        "HyperParameters": {**base.get("HyperParameters", {}), **capacity.hyperparameters},
        "Environment": {**base.get("Environment", {}), **capacity.environment, RUN_MARK: mark},
        "ResourceConfig": {**resources, **capacity.resource_config()},
        "StoppingCondition": stopping,
    }
    if checkpoint_s3_uri is not None:
        request["CheckpointConfig"] = {"S3Uri": checkpoint_s3_uri, "LocalPath": checkpoint_local_path}
    if capacity.is_spot:
        request["EnableManagedSpotTraining"] = True
    return request
