"""Capacity: what a training job may run on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from constructs_lib.training_job.service_model import instance_types

TOKEN = "${Token[InstanceType.12]}"
PLAN = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/reserved"


def groups(count: int) -> list[InstanceGroup]:
    return [InstanceGroup(name=f"g{i}", instance_type="ml.m5.xlarge", instance_count=i + 1) for i in range(count)]


def preferences(*names: str, count: int | None = None) -> list[InstancePreference]:
    return [InstancePreference(instance_type=name, instance_count=count) for name in names]


def test_spot_and_on_demand() -> None:
    assert Capacity.spot("ml.g5.xlarge").is_spot
    assert not Capacity.on_demand("ml.g5.xlarge", instance_count=2).is_spot
    assert Capacity.spot("ml.g5.xlarge") == Capacity.spot("ml.g5.xlarge")


def test_instance_types_are_the_api_models() -> None:
    assert {"ml.m5.xlarge", "ml.g5.xlarge", "ml.p5.48xlarge"} <= instance_types()
    assert "ml.inf1.xlarge" not in instance_types()


@pytest.mark.parametrize(
    ("instance_type", "known", "hint"),
    [
        ("ml.g5.xlarge", True, ""),
        (TOKEN, True, ""),
        (f"ml.{TOKEN}.xlarge", True, ""),
        ("ml.g5.xlrge", False, "; did you mean 'ml.g5.xlarge'"),
        ("ml.p6-b400.48xlarge", False, "; did you mean 'ml.p6-b300.48xlarge'"),
        ("ml.zz-unheard-of.metal-96xl", False, ""),
    ],
)
def test_an_instance_type_that_the_model_does_not_know_is_told_apart(
    instance_type: str, known: bool, hint: str
) -> None:
    capacity = Capacity.spot(instance_type)
    assert capacity.is_known is known
    assert capacity.hint == hint


def test_every_instance_type_of_the_model_is_one() -> None:
    assert all(Capacity.spot(name).is_known for name in instance_types())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            {"instance_type": "g5.xlarge"},
            "'instance_type' must be an instance type such as 'ml.m5.xlarge', got 'g5.xlarge'; write 'ml.g5.xlarge'",
        ),
        ({"instance_type": "ML.g5.xlarge"}, "got 'ML.g5.xlarge'; did you mean 'ml.g5.xlarge'"),
        ({"instance_type": "ml.g5"}, "got 'ml.g5'"),
        ({"instance_type": "ml.g5.xlarge "}, "got 'ml.g5.xlarge '; did you mean 'ml.g5.xlarge'"),
        ({"instance_type": ""}, "got ''"),
        ({"instance_type": None}, "got None"),
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


@pytest.mark.parametrize(
    ("text", "capacity"),
    [
        ("spot:ml.g5.xlarge", Capacity.spot("ml.g5.xlarge")),
        (" on-demand:ml.g5.xlarge:2\n", Capacity.on_demand("ml.g5.xlarge", instance_count=2)),
        (f"spot:{TOKEN}", Capacity.spot(TOKEN)),
    ],
)
def test_a_capacity_is_read_from_a_text(text: str, capacity: Capacity) -> None:
    assert Capacity.parse(text) == capacity


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ml.g5.xlarge", "a capacity must be spot:<type>[:<count>] or on-demand:<type>[:<count>], such as"),
        ("spot:ml.g5.xlarge:0", "got 'spot:ml.g5.xlarge:0'"),
        ("Spot:ml.g5.xlarge", "got 'Spot:ml.g5.xlarge'"),
        ("spot:ml.g5.xlarge:1:2", "got 'spot:ml.g5.xlarge:1:2'"),
        ("", "got ''"),
        ("spot:g5.xlarge", "'instance_type' must be an instance type such as 'ml.m5.xlarge', got 'g5.xlarge'; write"),
    ],
)
def test_fails_on_a_text_that_is_no_capacity(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="must be") as caught:
        Capacity.parse(text)
    assert said in str(caught.value)


def test_fails_with_all_problems_at_once() -> None:
    with pytest.raises(ValueError, match=r"(?s)'instance_type'.*'instance_count'.*'tries'"):
        Capacity.on_demand("x", instance_count=0, tries=0)


def test_one_type_renders_a_type_and_a_count() -> None:
    capacity = Capacity.spot("ml.g5.xlarge", instance_count=2)
    assert capacity.resource_config() == {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2}
    assert capacity.instance_types == ("ml.g5.xlarge",)


def test_groups_render_a_heterogeneous_cluster() -> None:
    capacity = Capacity.spot_groups(
        [
            InstanceGroup(name="read", instance_type="ml.c5.18xlarge", instance_count=2),
            InstanceGroup(name="train", instance_type="ml.p4d.24xlarge"),
        ]
    )
    assert capacity.is_spot
    assert not Capacity.on_demand_groups(groups(1)).is_spot
    assert capacity.instance_types == ("ml.c5.18xlarge", "ml.p4d.24xlarge")
    assert (capacity.instance_type, capacity.instance_count) == ("ml.c5.18xlarge", 3)
    assert capacity.resource_config() == {
        "InstanceGroups": [
            {"InstanceType": "ml.c5.18xlarge", "InstanceCount": 2, "InstanceGroupName": "read"},
            {"InstanceType": "ml.p4d.24xlarge", "InstanceCount": 1, "InstanceGroupName": "train"},
        ]
    }


def test_preferences_render_an_ordered_list_with_one_count() -> None:
    one = Capacity.on_demand_preferences(preferences("ml.p5.48xlarge", "ml.p4d.24xlarge"))
    assert one.resource_config() == {
        "InstancePreferences": [{"InstanceType": "ml.p5.48xlarge"}, {"InstanceType": "ml.p4d.24xlarge"}],
        "InstanceCount": 1,
    }
    assert Capacity.on_demand_preferences(preferences("ml.p5.48xlarge"), instance_count=3).instance_count == 3
    assert not one.is_spot


def test_preferences_render_counts_and_plans_of_their_own() -> None:
    own = InstancePreference(instance_type="ml.p5.48xlarge", instance_count=2, training_plan_arn=PLAN)
    assert Capacity.on_demand_preferences([own]).resource_config() == {
        "InstancePreferences": [{"InstanceType": "ml.p5.48xlarge", "InstanceCount": 2, "TrainingPlanArns": [PLAN]}]
    }


@pytest.mark.parametrize(
    ("capacity", "local"),
    [
        (Capacity.spot("ml.g5.xlarge"), True),
        (Capacity.spot("ml.m5.xlarge"), False),
        (Capacity.spot("ml.g9.xlarge"), False),
        (Capacity.spot(TOKEN), False),
        (Capacity.on_demand_preferences(preferences("ml.g5.xlarge", "ml.p4d.24xlarge")), True),
        (Capacity.on_demand_preferences(preferences("ml.g5.xlarge", "ml.p3.2xlarge")), False),
    ],
)
def test_local_storage_is_that_of_all_instances(capacity: Capacity, local: bool) -> None:
    assert capacity.has_local_storage is local


def test_five_groups_and_five_preferences_are_the_most() -> None:
    assert len(Capacity.spot_groups(groups(5)).groups) == 5
    names = ("ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m5.large", "ml.m5.12xlarge", "ml.m5.24xlarge")
    assert len(Capacity.on_demand_preferences(preferences(*names[:5])).preferences) == 5
    with pytest.raises(ValueError, match=r"'groups' must have 1 to 5 instance groups, got 6"):
        Capacity.spot_groups(groups(6))
    with pytest.raises(ValueError, match=r"'preferences' must have 1 to 5 instance preferences, got 6"):
        Capacity.on_demand_preferences(preferences(*names))


def test_fails_on_groups_that_say_too_little_or_too_much() -> None:
    with pytest.raises(ValueError, match=r"'groups' must have 1 to 5 instance groups, got 0"):
        Capacity.on_demand_groups([])
    with pytest.raises(ValueError, match=r"'groups' must name each group once, got 'g0' more than once"):
        Capacity.spot_groups([*groups(1), *groups(1)])
    with pytest.raises(ValueError, match=r"'instance_type' .* write 'ml.c5.xlarge'\n'instance_count' .*\n'name' .* 0"):
        InstanceGroup(name="", instance_type="c5.xlarge", instance_count=0)
    with pytest.raises(ValueError, match=r"'name' must have 1 to 64 characters, got 65"):
        InstanceGroup(name="n" * 65, instance_type="ml.c5.xlarge")


def test_fails_on_preferences_that_sagemaker_would_refuse() -> None:
    with pytest.raises(ValueError, match=r"'preferences' must have 1 to 5 instance preferences, got 0"):
        Capacity.on_demand_preferences([])
    with pytest.raises(ValueError, match=r"each instance type once, got 'ml.m5.xlarge' more than once"):
        Capacity.on_demand_preferences(preferences("ml.m5.xlarge", "ml.m5.xlarge"))
    with pytest.raises(ValueError, match=r"an 'instance_count' each or none, got 1 of 2"):
        Capacity.on_demand_preferences([*preferences("ml.m5.xlarge", count=1), *preferences("ml.m5.2xlarge")])
    with pytest.raises(ValueError, match=r"must stand on the preferences or on the list, got both; leave out 2"):
        Capacity.on_demand_preferences(preferences("ml.m5.xlarge", count=1), instance_count=2)
    with pytest.raises(ValueError, match=r"'instance_count' must be a whole number from 1 up, got 0"):
        Capacity.on_demand_preferences(preferences("ml.m5.xlarge"), instance_count=0)
    with pytest.raises(ValueError, match=r"'instance_type' must be .*\n'instance_count' must be"):
        InstancePreference(instance_type="m5", instance_count=0)


@pytest.mark.parametrize(
    "made",
    [
        lambda **own: Capacity.spot("ml.g5.xlarge", **own),
        lambda **own: Capacity.on_demand("ml.g5.xlarge", **own),
        lambda **own: Capacity.spot_groups(groups(2), **own),
        lambda **own: Capacity.on_demand_groups(groups(2), **own),
        lambda **own: Capacity.on_demand_preferences(preferences("ml.g5.xlarge"), **own),
    ],
)
def test_settings_go_with_every_kind(made: Callable[..., Capacity]) -> None:
    entry = made(hyperparameters={"batch-size": 64, "fast": True}, environment={"NPROC": "4"})
    assert (entry.hyperparameters, entry.environment) == ({"batch-size": 64, "fast": True}, {"NPROC": "4"})
    assert (made().hyperparameters, made(environment=None).environment) == ({}, {})
    assert {entry, made()} == {made(), entry}


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (
            {"hyperparameters": {"a": [1]}},
            "'hyperparameters' must be a mapping of names to strings, numbers and booleans",
        ),
        ({"hyperparameters": []}, "'hyperparameters' must be a mapping of names"),
        ({"environment": {"A": 1}}, "'environment' must be a mapping of names to strings, got 1 for 'A'"),
        ({"environment": {"A B": "x"}}, "'environment.A B (name)' must match"),
        ({"environment": {"A": "x" * 513}}, "'environment.A' must have at most 512 characters, got 513"),
        ({"environment": {"SPOT_TRAINING_RUN": "x"}}, "'environment' must not have 'SPOT_TRAINING_RUN'"),
        ({"hyperparameters": {f"p{n}": n for n in range(101)}}, "'hyperparameters' must have at most 100 entries"),
    ],
)
def test_fails_on_settings_of_another_form(own: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Capacity.spot("ml.g5.xlarge", **own)
