"""AWS CDK constructs for SageMaker Managed Spot Training, orchestrated by Step Functions.

The public face: names are imported when they are first used, so that the `spot-training` command, which lives in
`constructs_lib.runs`, never waits for aws-cdk-lib.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from constructs_lib.checkpoint_bucket import CheckpointBucket
    from constructs_lib.input_location import InputLocation
    from constructs_lib.output_bucket import OutputBucket
    from constructs_lib.spot_training import SpotTraining
    from constructs_lib.spot_training_dashboard import SpotTrainingDashboard
    from constructs_lib.spot_training_task import SpotTrainingTask
    from constructs_lib.training_channel import TrainingChannel
    from constructs_lib.training_image import TrainingImage
    from constructs_lib.training_job.capacity import Capacity
    from constructs_lib.training_job.debugging import Debugger, DebugRule
    from constructs_lib.training_job.instances import InstanceGroup, InstancePreference
    from constructs_lib.training_job.profiling import Profiler, ProfilerRule
    from constructs_lib.training_job.tracking import Experiment, TensorBoard
    from constructs_lib.training_options import TrainingOptions
    from constructs_lib.training_role import TrainingRole
    from constructs_lib.training_source import TrainingSource

_HOMES = {
    "Capacity": "training_job.capacity",
    "CheckpointBucket": "checkpoint_bucket",
    "DebugRule": "training_job.debugging",
    "Debugger": "training_job.debugging",
    "Experiment": "training_job.tracking",
    "InputLocation": "input_location",
    "InstanceGroup": "training_job.instances",
    "InstancePreference": "training_job.instances",
    "OutputBucket": "output_bucket",
    "Profiler": "training_job.profiling",
    "ProfilerRule": "training_job.profiling",
    "SpotTraining": "spot_training",
    "SpotTrainingDashboard": "spot_training_dashboard",
    "SpotTrainingTask": "spot_training_task",
    "TensorBoard": "training_job.tracking",
    "TrainingChannel": "training_channel",
    "TrainingImage": "training_image",
    "TrainingOptions": "training_options",
    "TrainingRole": "training_role",
    "TrainingSource": "training_source",
}

__all__ = [
    "Capacity",
    "CheckpointBucket",
    "DebugRule",
    "Debugger",
    "Experiment",
    "InputLocation",
    "InstanceGroup",
    "InstancePreference",
    "OutputBucket",
    "Profiler",
    "ProfilerRule",
    "SpotTraining",
    "SpotTrainingDashboard",
    "SpotTrainingTask",
    "TensorBoard",
    "TrainingChannel",
    "TrainingImage",
    "TrainingOptions",
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
