"""The public list, pinned: a name that appears or goes is a decision."""

from __future__ import annotations

import subprocess
import sys

import pytest

import constructs_lib


def test_the_public_list() -> None:
    assert constructs_lib.__all__ == [
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


def test_every_name_is_there_and_documented() -> None:
    for name in constructs_lib.__all__:
        value = getattr(constructs_lib, name)
        assert value.__name__ == name
        assert value.__doc__
    assert set(constructs_lib.__all__) <= set(dir(constructs_lib))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'SpotTrainer'"):
        _ = constructs_lib.SpotTrainer


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, constructs_lib; print('aws_cdk' in sys.modules, 'botocore' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
