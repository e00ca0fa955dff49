"""The public list, pinned: a name that appears or goes is a decision."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

import pytest
from aws_cdk import aws_efs, aws_fsx, aws_lambda

import constructs_lib


def test_the_public_list() -> None:
    assert constructs_lib.__all__ == [
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


def test_every_name_is_there_and_documented() -> None:
    for name in constructs_lib.__all__:
        value = getattr(constructs_lib, name)
        assert value.__name__ == name
        assert value.__doc__
    assert set(constructs_lib.__all__) <= set(dir(constructs_lib))


PASSED_OVER = {"AlgorithmLimits", "ChannelSource", "Condition", "HasSeconds"}
"""What the channels' own methods make, what the images of SageMaker's algorithms know, what a permission
rarely has, and what `aws_cdk.Duration` is."""


def types_of_ours(hint: Any) -> Iterator[str]:
    for inner in typing.get_args(hint):
        yield from types_of_ours(inner)
    if inspect.isclass(hint) and hint.__module__.startswith("constructs_lib."):
        yield hint.__name__


def signatures(value: type) -> Iterator[Any]:
    for name, member in inspect.getmembers(value):
        function = member.fget if isinstance(member, property) else member
        ours = inspect.isroutine(function) and str(getattr(function, "__module__", "")).startswith("constructs_lib.")
        if ours and (name == "__init__" or not name.startswith("_")):
            yield function
    if typing.is_typeddict(value) or is_dataclass(value):
        yield value


def test_types_in_public_signatures_are_public() -> None:
    # modules that are imported for types only, because they are slow and rarely needed
    lazy = {"efs": aws_efs, "fsx": aws_fsx, "lambda_": aws_lambda}
    named = {
        kind
        for name in constructs_lib.__all__
        for function in signatures(getattr(constructs_lib, name))
        for hint in typing.get_type_hints(function, localns=lazy).values()
        for kind in types_of_ours(hint)
    }
    assert {"Capacity", "MetricChanges", "TrainingImageConfig"} <= named
    assert named - PASSED_OVER <= set(constructs_lib.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'SpotTrainer'"):
        _ = constructs_lib.SpotTrainer


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, constructs_lib; print('aws_cdk' in sys.modules, 'botocore' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
