"""AWS CDK constructs for SageMaker Managed Spot Training, orchestrated by Step Functions.

The public face: names are imported when they are first used, so that the `spot-training` command, which lives in
`constructs_lib.runs`, never waits for aws-cdk-lib.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from constructs_lib.needed import check_node
from constructs_lib.version import VERSION

if TYPE_CHECKING:
    from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
    from constructs_lib.cdk.buckets.output_bucket import OutputBucket
    from constructs_lib.cdk.images.image_facts import TrainingImageConfig
    from constructs_lib.cdk.images.training_image import TrainingImage
    from constructs_lib.cdk.inputs.channel_config import TrainingChannelConfig
    from constructs_lib.cdk.inputs.channel_options import S3ChannelOptions
    from constructs_lib.cdk.inputs.input_location import InputLocation
    from constructs_lib.cdk.inputs.training_channel import TrainingChannel
    from constructs_lib.cdk.inputs.training_source import TrainingSource, TrainingSourceConfig
    from constructs_lib.cdk.monitoring.metrics import MetricChanges
    from constructs_lib.cdk.monitoring.spot_training_dashboard import SpotTrainingDashboard
    from constructs_lib.cdk.monitoring.training_monitoring import TrainingMonitoring
    from constructs_lib.cdk.permissions.training_role import TrainingRole
    from constructs_lib.cdk.spot_training import SpotTraining
    from constructs_lib.cdk.spot_training_task import SpotTrainingTask
    from constructs_lib.cdk.sweep.spot_training_sweep import SpotTrainingSweep
    from constructs_lib.cdk.training.options import SharedTrainingOptions, TrainingOptions
    from constructs_lib.training_job.capacity.capacity import Capacity
    from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
    from constructs_lib.training_job.capacity.prices import Prices
    from constructs_lib.training_job.request.tracking import Experiment, TensorBoard
    from constructs_lib.workflow.deadline.deadline import Deadline
    from constructs_lib.workflow.failures import SpotTrainingErrors
    from constructs_lib.workflow.permission import Permission
    from constructs_lib.workflow.sweep.halving import Halving
    from constructs_lib.workflow.sweep.objective import Objective, Percent

__version__ = VERSION

_HOMES = {
    "Capacity": "training_job.capacity.capacity",
    "CheckpointBucket": "cdk.buckets.checkpoint_bucket",
    "Deadline": "workflow.deadline.deadline",
    "Experiment": "training_job.request.tracking",
    "Halving": "workflow.sweep.halving",
    "InputLocation": "cdk.inputs.input_location",
    "InstanceGroup": "training_job.capacity.instances",
    "InstancePreference": "training_job.capacity.instances",
    "MetricChanges": "cdk.monitoring.metrics",
    "Objective": "workflow.sweep.objective",
    "OutputBucket": "cdk.buckets.output_bucket",
    "Percent": "workflow.sweep.objective",
    "Permission": "workflow.permission",
    "Prices": "training_job.capacity.prices",
    "S3ChannelOptions": "cdk.inputs.channel_options",
    "SharedTrainingOptions": "cdk.training.options",
    "SpotTraining": "cdk.spot_training",
    "SpotTrainingDashboard": "cdk.monitoring.spot_training_dashboard",
    "SpotTrainingErrors": "workflow.failures",
    "SpotTrainingSweep": "cdk.sweep.spot_training_sweep",
    "SpotTrainingTask": "cdk.spot_training_task",
    "TensorBoard": "training_job.request.tracking",
    "TrainingChannel": "cdk.inputs.training_channel",
    "TrainingChannelConfig": "cdk.inputs.channel_config",
    "TrainingImage": "cdk.images.training_image",
    "TrainingImageConfig": "cdk.images.image_facts",
    "TrainingMonitoring": "cdk.monitoring.training_monitoring",
    "TrainingOptions": "cdk.training.options",
    "TrainingRole": "cdk.permissions.training_role",
    "TrainingSource": "cdk.inputs.training_source",
    "TrainingSourceConfig": "cdk.inputs.training_source",
}

__all__ = [
    "Capacity",
    "CheckpointBucket",
    "Deadline",
    "Experiment",
    "Halving",
    "InputLocation",
    "InstanceGroup",
    "InstancePreference",
    "MetricChanges",
    "Objective",
    "OutputBucket",
    "Percent",
    "Permission",
    "Prices",
    "S3ChannelOptions",
    "SharedTrainingOptions",
    "SpotTraining",
    "SpotTrainingDashboard",
    "SpotTrainingErrors",
    "SpotTrainingSweep",
    "SpotTrainingTask",
    "TensorBoard",
    "TrainingChannel",
    "TrainingChannelConfig",
    "TrainingImage",
    "TrainingImageConfig",
    "TrainingMonitoring",
    "TrainingOptions",
    "TrainingRole",
    "TrainingSource",
    "TrainingSourceConfig",
]


def __getattr__(name: str) -> Any:
    """Import a public name on its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name].startswith("cdk."):
        check_node()
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
