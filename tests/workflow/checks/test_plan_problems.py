"""What capacity a run may ask for, and whether its times fit the plan that it will have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, plan, settings_document


class Seconds:
    """A length of time, as a Duration gives it."""

    def __init__(self, seconds: int) -> None:
        self._length = timedelta(seconds=seconds)

    def to_seconds(self, *, integral: bool | None = None) -> float:
        return self._length.total_seconds()


OWN_WAIT = Capacity.spot("ml.g5.xlarge", instance_count=2, max_wait=Seconds(5000), tries=3)
GROUPS = Capacity.spot_groups([InstanceGroup(name="a", instance_type="ml.m5.xlarge", instance_count=4)])


def problems(engine: Engine, run_input: object, settings: dict[str, Any] | None = None) -> Any:
    deployed = settings or settings_document(SPOT, ON_DEMAND)
    return engine.call("$problems($s, $i, 'run-1')", s=deployed, i=run_input)


def asks(instance_type: object = "ml.m5.xlarge", market: object = "spot", **more: object) -> dict[str, Any]:
    return {"Capacity": [{"InstanceType": instance_type, "Market": market, **more}]}


@pytest.mark.parametrize(
    "run_input",
    [
        asks(market="on-demand"),
        asks(InstanceCount=1),
        {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot"}] * 16},
    ],
)
def test_the_plans_own_capacity_may_be_asked_for(engine: Engine, run_input: object) -> None:
    assert problems(engine, run_input) == []


@pytest.mark.parametrize(
    ("run_input", "said"),
    [
        ({"Capacity": {}}, "'Capacity' must be a list of capacities, got {}"),
        ({"Capacity": None}, "'Capacity' must be a list of capacities, got null"),
        ({"Capacity": []}, "'Capacity' must name at least one capacity"),
        ({"Capacity": asks()["Capacity"] * 17}, "'Capacity' must have at most 16 entries, got 17"),
        ({"Capacity": ["ml.m5.xlarge"]}, "'Capacity[0]' must be an object with InstanceType and Market"),
        ({"Capacity": [None]}, "'Capacity[0]' must be an object with InstanceType and Market, got null"),
        ({"Capacity": [[None]]}, "'Capacity[0]' must be an object with InstanceType and Market, got [null]"),
        ({"Capacity": [[]]}, "'Capacity[0]' must be an object with InstanceType and Market"),
        ({"Capacity": [{}]}, "'Capacity[0]' is not allowed by this deployment, got {}"),
        (asks("ml.p3.2xlarge"), "'Capacity[0]' is not allowed by this"),
        ({"Capacity": [{"InstanceType": "ml.m5.xlarge"}]}, "'Capacity[0]' is not allowed by this deployment"),
        (asks(market=["spot"]), "'Capacity[0]' is not allowed by this deployment"),
        (asks(InstanceCount=2), "allowed are up to ml.m5.xlarge spot x1, ml.m5.xlarge on-demand x1"),
        (asks(InstanceCount=0), "'Capacity[0]' is not allowed"),
        (asks(InstanceCount=None), "'Capacity[0]'.InstanceCount must be a whole number, got null"),
        (asks(InstanceCount=1.5), "'Capacity[0]'.InstanceCount must be a whole number, got 1.5"),
        (asks(Instancecount=1), "'Capacity[0]' has unknown fields \"Instancecount\"; allowed are InstanceType,"),
        (asks(Tries=2), "'Capacity[0]' has unknown fields \"Tries\""),
    ],
)
def test_fails_on_capacity_that_is_not_allowed(engine: Engine, run_input: object, said: str) -> None:
    found = problems(engine, run_input)
    assert len(found) == 1
    assert said in found[0]


def test_further_instance_types_may_be_asked_for(engine: Engine) -> None:
    settings = settings_document(OWN_WAIT, ON_DEMAND, allowed_instance_types=["ml.g4dn.xlarge", "ml.g5.xlarge"])
    assert problems(engine, asks("ml.g4dn.xlarge", "on-demand", InstanceCount=2), settings) == []
    assert problems(engine, asks("ml.g5.xlarge", "on-demand", InstanceCount=2), settings) == []
    found = problems(engine, asks("ml.g4dn.xlarge", InstanceCount=3), settings)
    assert found[0].endswith(
        "allowed are up to ml.g5.xlarge spot x2, ml.m5.xlarge on-demand x1, ml.g4dn.xlarge spot x2, "
        "ml.g4dn.xlarge on-demand x2, ml.g5.xlarge on-demand x2"
    )
    run = begin(engine, settings, asks("ml.g4dn.xlarge", InstanceCount=2))
    assert run["Plan"] == [
        {"InstanceType": "ml.g4dn.xlarge", "InstanceCount": 2, "Market": "spot", "LocalStorage": True, "Tries": 1}
    ]


def test_an_entry_of_the_plan_keeps_its_tries_and_its_wait(engine: Engine) -> None:
    settings = settings_document(OWN_WAIT, ON_DEMAND)
    run = begin(engine, settings, asks("ml.g5.xlarge"))
    assert run["Plan"] == [{**settings["Capacities"][0], "InstanceCount": 1}]
    assert plan(engine, settings, run)["StoppingCondition"]["MaxWaitTimeInSeconds"] == 5000


def test_instance_groups_cannot_be_asked_for_and_harm_nothing(engine: Engine) -> None:
    settings = settings_document(GROUPS, ON_DEMAND)
    assert settings["AllowedCapacities"] == [
        {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "Market": "on-demand"}
    ]
    assert problems(engine, {}, settings) == []
    assert len(problems(engine, asks(), settings)) == 1
    run = begin(engine, settings)
    assert plan(engine, settings, run)["ResourceConfig"]["InstanceGroups"] == [
        {"InstanceType": "ml.m5.xlarge", "InstanceCount": 4, "InstanceGroupName": "a"}
    ]
    assert begin(engine, settings, asks(market="on-demand"))["Plan"][0]["InstanceType"] == "ml.m5.xlarge"


def test_fails_on_capacity_where_the_plan_has_no_single_type(engine: Engine) -> None:
    found = problems(engine, asks(), settings_document(GROUPS))
    assert len(found) == 1
    assert found[0].endswith("its plan has no single instance type to ask for, leave 'Capacity' out")


@pytest.mark.parametrize(
    ("run_input", "said"),
    [
        ({"MaxRuntimeInSeconds": 5000}, None),
        (
            {"MaxRuntimeInSeconds": 5001},
            "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (5001), got 5000, the deployed wait of "
            "ml.g5.xlarge spot x2; give both",
        ),
        ({"MaxRuntimeInSeconds": 5001, "MaxWaitTimeInSeconds": 5001}, None),
        ({"MaxRuntimeInSeconds": 5001, **asks("ml.m5.xlarge", "on-demand")}, None),
        ({"MaxRuntimeInSeconds": 5001, **asks("ml.m5.xlarge", "spot")}, None),
        (
            {"MaxRuntimeInSeconds": 7201, **asks("ml.m5.xlarge", "spot")},
            "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (7201), got 7200, the deployed default; "
            "give both",
        ),
    ],
)
def test_the_wait_of_each_entry_covers_the_runtime(engine: Engine, run_input: object, said: str | None) -> None:
    found = problems(engine, run_input, settings_document(OWN_WAIT, SPOT, ON_DEMAND))
    assert found == ([] if said is None else [said])


def test_fails_on_a_wait_where_there_is_no_spot(engine: Engine) -> None:
    said = ["'MaxWaitTimeInSeconds' is for spot capacity, and this run has none in its plan; leave it out"]
    assert problems(engine, {"MaxWaitTimeInSeconds": 9000}, settings_document(ON_DEMAND)) == said
    assert problems(engine, {"MaxWaitTimeInSeconds": 9000, **asks(market="on-demand")}) == said


def test_on_demand_alone_may_run_longer_than_the_deployed_wait(engine: Engine) -> None:
    assert problems(engine, {"MaxRuntimeInSeconds": 9000}, settings_document(ON_DEMAND)) == []


def test_the_runtime_is_at_most_what_the_deployment_allows(engine: Engine) -> None:
    settings = settings_document(ON_DEMAND, longest_runtime_seconds=4000)
    assert problems(engine, {"MaxRuntimeInSeconds": 4000}, settings) == []
    assert problems(engine, {"MaxRuntimeInSeconds": 4001}, settings) == [
        "'MaxRuntimeInSeconds' must be from 1 to 4000 seconds, got 4001"
    ]


def test_an_hour_is_the_most_where_sagemaker_says_so(engine: Engine) -> None:
    times = {
        "longest_wait_seconds": 3600,
        "max_runtime_seconds": 1800,
        "max_wait_seconds": 3600,
        "checkpointing": False,
    }
    settings = settings_document(SPOT, ON_DEMAND, **times)
    assert problems(engine, {"MaxRuntimeInSeconds": 3600}, settings) == []
    assert problems(engine, {"MaxRuntimeInSeconds": 3601, **asks(market="on-demand")}, settings) == []
    assert problems(engine, {"MaxRuntimeInSeconds": 3601}, settings) == [
        "'MaxRuntimeInSeconds' must be at most 3600 seconds on the spot capacity of this deployment, got 3601; lower "
        "it, or ask for on-demand capacity only"
    ]
    assert problems(engine, {"MaxWaitTimeInSeconds": 3601}, settings) == [
        "'MaxWaitTimeInSeconds' must be from 1 to 3600 seconds, got 3601"
    ]


def test_a_run_does_not_outlast_its_checkpoints(engine: Engine) -> None:
    # three tries of 5,000 seconds each, one on-demand attempt of 3,600
    settings = settings_document(OWN_WAIT, ON_DEMAND, checkpoints_kept_seconds=18_600)
    assert problems(engine, {}, settings) == []
    assert problems(engine, {"MaxRuntimeInSeconds": 3601}, settings) == [
        "the run could last 18601 seconds (0.2 days), and its checkpoints are kept for 18600 seconds (0.2 days); lower "
        "'MaxRuntimeInSeconds' or 'MaxWaitTimeInSeconds', or ask for less 'Capacity'"
    ]
    assert problems(engine, {"MaxRuntimeInSeconds": 3601, **asks(market="on-demand")}, settings) == []
    assert len(problems(engine, {"MaxWaitTimeInSeconds": 5001}, settings)) == 1
    assert problems(engine, {"MaxWaitTimeInSeconds": 4999}, settings) == []


@pytest.mark.parametrize("times", [1, 16])
def test_times_are_those_of_the_plan_that_is_asked_for(engine: Engine, times: int) -> None:
    settings = settings_document(SPOT, checkpoints_kept_seconds=7200 * 15)
    found = problems(engine, {"Capacity": asks()["Capacity"] * times}, settings)
    assert len(found) == (times > 15)
