"""One attempt: what all share, on one capacity, within what is left."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup
from constructs_lib.training_job.request.attempt import attempt_request
from tests.support.run_documents import ON_DEMAND, SPOT, shared_request
from tests.training_job.rules.cases.case import GROUPS, KEY, PLAN, PREFERENCES


def attempt(capacity: Capacity, **changes: Any) -> dict[str, Any]:
    base = shared_request(resources={"KeepAlivePeriodInSeconds": 60, "VolumeKmsKeyId": KEY, "TrainingPlanArn": PLAN})
    arguments: dict[str, Any] = {
        "job_name": "a-1",
        "capacity": capacity,
        "checkpoint_s3_uri": "s3://c/",
        "checkpoint_local_path": "/opt/ml/checkpoints",
        "max_runtime_seconds": 60,
        "max_wait_seconds": 120,
    }
    return attempt_request(base, **{**arguments, **changes})


def test_a_spot_attempt_has_a_wait_and_neither_a_warm_pool_nor_a_training_plan() -> None:
    request = attempt(SPOT)
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120}
    assert request["ResourceConfig"] == {
        "VolumeSizeInGB": 30, "VolumeKmsKeyId": KEY, "InstanceType": "ml.m5.xlarge", "InstanceCount": 1,
    }  # fmt: skip


def test_an_on_demand_attempt_has_no_wait_and_keeps_them() -> None:
    request = attempt(ON_DEMAND)
    assert "EnableManagedSpotTraining" not in request
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 60}
    assert request["ResourceConfig"]["KeepAlivePeriodInSeconds"] == 60
    assert request["ResourceConfig"]["TrainingPlanArn"] == PLAN


@pytest.mark.parametrize("capacity", [SPOT, ON_DEMAND])
def test_the_pending_time_is_sent_where_it_is_given(capacity: Capacity) -> None:
    assert attempt(capacity, max_pending_seconds=7200)["StoppingCondition"]["MaxPendingTimeInSeconds"] == 7200
    assert "MaxPendingTimeInSeconds" not in attempt(capacity)["StoppingCondition"]


@pytest.mark.parametrize("capacity", [GROUPS, PREFERENCES])
def test_groups_and_preferences_stand_instead_of_a_type(capacity: Capacity) -> None:
    resources = attempt(capacity)["ResourceConfig"]
    assert capacity.resource_config().items() <= resources.items()
    assert "InstanceType" not in resources


@pytest.mark.parametrize(
    ("capacity", "keyed"),
    [
        (Capacity.on_demand("ml.m5.xlarge"), True),
        (Capacity.on_demand("ml.g5.xlarge"), False),
        (PREFERENCES, False),
        (GROUPS, True),
        (Capacity.spot_groups([InstanceGroup(name="a", instance_type="ml.g5.xlarge")]), False),
    ],
)
def test_a_volume_key_goes_with_instances_that_have_volumes(capacity: Capacity, keyed: bool) -> None:
    assert ("VolumeKmsKeyId" in attempt(capacity)["ResourceConfig"]) is keyed


def test_no_checkpoints_no_checkpoint_config() -> None:
    assert attempt(SPOT)["CheckpointConfig"] == {"S3Uri": "s3://c/", "LocalPath": "/opt/ml/checkpoints"}
    assert "CheckpointConfig" not in attempt(SPOT, checkpoint_s3_uri=None)


def test_what_attempts_share_is_not_changed() -> None:
    base = shared_request(resources={"KeepAlivePeriodInSeconds": 60})
    attempt_request(
        base,
        job_name="a-1",
        capacity=SPOT,
        checkpoint_s3_uri=None,
        checkpoint_local_path="/x",
        max_runtime_seconds=1,
        max_wait_seconds=1,
    )
    assert base["ResourceConfig"] == {"VolumeSizeInGB": 30, "KeepAlivePeriodInSeconds": 60}
