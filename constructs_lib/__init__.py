"""AWS CDK constructs for SageMaker Managed Spot Training, orchestrated by Step Functions.

The public face: names are imported when they are first used, so that the `spot-training` command, which lives in
`constructs_lib.runs`, never waits for aws-cdk-lib.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.checkpoint_bucket import CheckpointBucket
    from constructs_lib.output_bucket import OutputBucket
    from constructs_lib.spot_training import SpotTraining
    from constructs_lib.spot_training_task import SpotTrainingTask
    from constructs_lib.training_channel import TrainingChannel
    from constructs_lib.training_image import TrainingImage
    from constructs_lib.training_job.capacity import Capacity
    from constructs_lib.training_role import TrainingRole
    from constructs_lib.training_source import TrainingSource

_HOMES = {
    "Capacity": "training_job.capacity",
    "CheckpointBucket": "checkpoint_bucket",
    "OutputBucket": "output_bucket",
    "SpotTraining": "spot_training",
    "SpotTrainingTask": "spot_training_task",
    "TrainingChannel": "training_channel",
    "TrainingImage": "training_image",
    "TrainingRole": "training_role",
    "TrainingSource": "training_source",
}

__all__ = [
    "Capacity",
    "CheckpointBucket",
    "OutputBucket",
    "SpotTraining",
    "SpotTrainingTask",
    "TrainingChannel",
    "TrainingImage",
    "TrainingRole",
    "TrainingSource",
]


def __getattr__(name: str) -> Any:
    """Import a public name on its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
