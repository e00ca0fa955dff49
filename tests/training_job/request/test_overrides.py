"""`training_job_overrides`: merged deeply, and kept off what the run owns."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.request.members import READ_ONLY, leaves
from constructs_lib.training_job.request.overrides import merge_overrides, override_problems
from tests.training_job.rules.cases.case import PLAN


def nested(path: str, value: object) -> dict[str, Any]:
    """Make an object that sets one leaf: `A.B[].C` gives `{"A": {"B": [{"C": value}]}}`."""
    name, _, rest = path.partition(".")
    below: object = nested(rest, value) if rest else value
    if name.endswith("[]"):
        return {name.removesuffix("[]"): [below]}
    if name.endswith("{}"):
        return {name.removesuffix("{}"): {"key": below}}
    return {name: below}


def test_objects_are_merged_and_everything_else_is_replaced() -> None:
    request = {"A": {"B": 1, "C": {"D": 2}}, "E": [1, {"F": 2}], "G": "g"}
    overrides = {"A": {"C": {"H": 3}}, "E": [4], "G": {"I": 5}, "J": {"K": 6}}
    assert merge_overrides(request, overrides) == {
        "A": {"B": 1, "C": {"D": 2, "H": 3}}, "E": [4], "G": {"I": 5}, "J": {"K": 6},
    }  # fmt: skip


def test_neither_the_request_nor_the_overrides_are_changed() -> None:
    request: dict[str, Any] = {"A": {"B": {"C": [1]}}}
    overrides: dict[str, Any] = {"D": {"E": [2]}}
    merged = merge_overrides(request, overrides)
    merged["A"]["B"]["C"].append(9)
    merged["D"]["E"].append(9)
    assert (request, overrides) == ({"A": {"B": {"C": [1]}}}, {"D": {"E": [2]}})


@pytest.mark.parametrize("member", leaves(), ids=lambda member: member.path)
def test_every_leaf_is_overridable_or_says_what_to_use(member: Any) -> None:
    found = override_problems(nested(member.path, 1))
    if member.setting.overridable:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith("'training_job_overrides' must not set '")
        assert all(f"'{name}'" in found[0].split("; use ")[1] for name in member.setting.argument.split(", "))


def test_what_the_run_owns_is_this() -> None:
    kept = {member.path.split(".")[0].rstrip("[]{}") for member in leaves() if not member.setting.overridable}
    assert kept == {
        "TrainingJobName", "RoleArn", "InputDataConfig", "VpcConfig", "StoppingCondition", "CheckpointConfig",
        "EnableManagedSpotTraining", "AlgorithmSpecification", "OutputDataConfig", "ResourceConfig",
        "EnableNetworkIsolation", "EnableInterContainerTrafficEncryption",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (
            {"ResourceConfig": {"InstanceType": "ml.g5.xlarge"}},
            "'training_job_overrides' must not set 'ResourceConfig.InstanceType', which the run decides, "
            "got 'ml.g5.xlarge'; use 'capacity'",
        ),
        (
            {"OutputDataConfig": {"S3OutputPath": "s3://b/"}},
            "which has an argument of its own, got 's3://b/'; use 'output_bucket' and 'output_prefix'",
        ),
        ({"VpcConfig": {}}, "use 'vpc' and 'vpc_subnets' and 'security_groups'"),
        ({"CheckpointConfig": {"S3Uri": "s3://b/"}}, "use 'checkpoint_bucket'"),
        ({"StoppingCondition": {"MaxPendingTimeInSeconds": 7200}}, "use 'max_pending'"),
        (
            {"ResourceConfig": {"SelectedInstanceCount": 1}},
            "'ResourceConfig.SelectedInstanceCount', which is read-only",
        ),
        ({"ResourceConfig": None}, "must have an object for 'ResourceConfig', got None"),
        ({"a\x1eb": {}}, "'a\\x1eb', which is not a member of CreateTrainingJob"),
        ({"MlflowConfg": {}}, "'MlflowConfg', which is not a member of CreateTrainingJob; did you mean 'MlflowConfig'"),
        (
            {"ResourceConfig": {"VolumeSizeInGb": 5}},
            "has 'ResourceConfig.VolumeSizeInGb', which is not a member of 'ResourceConfig'; "
            "did you mean 'VolumeSizeInGB'",
        ),
        ([], "'training_job_overrides' must be an object with members of CreateTrainingJob, got []"),
    ],
)
def test_fails_with_the_argument_to_use_instead(overrides: Any, said: str) -> None:
    found = override_problems(overrides)
    assert len(found) == 1, found
    assert said in found[0]


def test_fails_with_all_problems_at_once() -> None:
    overrides = {"RoleArn": "r", "Tag": [], "ResourceConfig": {"TrainingPlanArn": PLAN, "InstanceCount": 2}}
    assert len(override_problems(overrides)) == 3


def test_what_is_read_only_is_no_leaf() -> None:
    assert not {member.path for member in leaves()} & set(READ_ONLY)
