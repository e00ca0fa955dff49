"""Capacity: what a training job may run on."""

from __future__ import annotations

import pytest

from constructs_lib.training_job import Capacity, instance_types


def test_spot_and_on_demand() -> None:
    assert Capacity.spot("ml.g5.xlarge").is_spot
    assert not Capacity.on_demand("ml.g5.xlarge", instance_count=2).is_spot
    assert Capacity.spot("ml.g5.xlarge") == Capacity.spot("ml.g5.xlarge")


def test_instance_types_are_the_api_models() -> None:
    assert {"ml.m5.xlarge", "ml.g5.xlarge", "ml.p5.48xlarge"} <= instance_types()
    assert "ml.inf1.xlarge" not in instance_types()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"instance_type": "ml.g5.xlrge"}, "got 'ml.g5.xlrge'; did you mean 'ml.g5.xlarge'"),
        ({"instance_type": "g5.xlarge"}, "'instance_type' must be one that CreateTrainingJob knows"),
        ({"instance_count": 0}, "'instance_count' must be a whole number from 1 up, got 0"),
        ({"instance_count": True}, "'instance_count' must be a whole number from 1 up, got True"),
        ({"instance_count": 1.5}, "'instance_count' must be a whole number from 1 up, got 1.5"),
        ({"tries": 11}, "'tries' must be a whole number from 1 to 10, got 11"),
    ],
)
def test_fails_on_what_sagemaker_would_refuse(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match="'") as caught:
        Capacity.spot(**{"instance_type": "ml.g5.xlarge", **arguments})  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_fails_with_all_problems_at_once() -> None:
    with pytest.raises(ValueError, match=r"'instance_type'.*'instance_count'.*'tries'"):
        Capacity.on_demand("x", instance_count=0, tries=0)
