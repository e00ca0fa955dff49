"""Whole CreateTrainingJob requests for the tests of what may stand in one."""

from __future__ import annotations

from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.request.attempt import attempt_request
from constructs_lib.training_job.request.overrides import merge_overrides
from tests.support.run_documents import SPOT, run_settings


def whole_request(changes: dict[str, Any] | None = None, *, capacity: Capacity = SPOT) -> dict[str, Any]:
    """Render an attempt of one hour that nothing is wrong with, then merge changes; `None` takes a member away."""
    attempt = attempt_request(
        run_settings().request,
        job_name="churn-0123456789ab-1",
        capacity=capacity,
        checkpoint_s3_uri="s3://checkpoint-bucket/churn/run-1/",
        checkpoint_local_path="/opt/ml/checkpoints",
        max_runtime_seconds=3600,
        max_wait_seconds=7200,
    )
    return _without_none(merge_overrides(attempt, changes or {}))


def _without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_none(member) if isinstance(member, dict) else member
        for name, member in value.items()
        if member is not None
    }
