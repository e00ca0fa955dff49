"""The look-out: when it is sent, what it asks for, and what its end means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, channel, settings_document, shared_request
from tests.workflow.deadline.in_time import CHANGES, IN_TIME, begin, deployed, job, look, step

ON_THE_WATCH = replace(IN_TIME, lookout=True)


@pytest.fixture
def settings() -> dict[str, Any]:
    return settings_document(SPOT, ON_DEMAND, **{**CHANGES, "deadline": ON_THE_WATCH})


def seen(engine: Engine, settings: dict[str, Any], run: dict[str, Any], now: str, sight: str | None) -> dict[str, Any]:
    """Look at an on-demand job that has trained since ten past one."""
    of = job(engine, settings, run, ("Training", "01:10:00"))
    call = "$lookAhead($s, $r, $j, $n, ''" + (")" if sight is None else ", $g)")
    looked: dict[str, Any] = engine.call(call, s=settings, r=run, j=of, n=f"2026-01-01T{now}Z", g=sight)
    return looked


def on_demand(engine: Engine, settings: dict[str, Any]) -> dict[str, Any]:
    return {**begin(engine, settings), "Entry": 1}


def test_it_is_sent_once_the_run_might_go_back(engine: Engine, settings: dict[str, Any]) -> None:
    run = on_demand(engine, settings)
    # a stint is ten changeovers, two hours
    assert seen(engine, settings, run, "03:00:00", "none")["Then"] == "look again"
    sent = seen(engine, settings, run, "03:10:00", "none")
    assert (sent["Then"], sent["Move"]) == ("look out", "stay")
    assert seen(engine, settings, run, "06:10:00", "waits")["Then"] == "look again"
    back = seen(engine, settings, run, "06:10:00", "seen")
    assert (back["Then"], back["Move"]) == ("stop", "spot")


def test_it_is_not_sent_without_the_slack(engine: Engine, settings: dict[str, Any]) -> None:
    run = on_demand(engine, settings)
    short = {**run, "Promise": {**run["Promise"], "At": run["Promise"]["At"] - 9 * 3600 * 1000}}
    assert seen(engine, settings, short, "03:10:00", "none")["Then"] == "look again"
    # news that cannot be used is old at the next look
    old = seen(engine, settings, short, "03:10:00", "seen")
    assert (old["Then"], old["Sight"]) == ("look again", "blind")


@pytest.mark.parametrize("sight", ["blind", None])
def test_without_one_the_stint_is_that_of_a_blind_run(
    engine: Engine, settings: dict[str, Any], sight: str | None
) -> None:
    run = on_demand(engine, settings)
    assert seen(engine, settings, run, "05:00:00", sight)["Then"] == "look again"
    assert seen(engine, settings, run, "06:10:00", sight)["Move"] == "spot"
    known = {**run, "Promise": {**run["Promise"], "Blind": True}}
    assert seen(engine, settings, known, "05:00:00", "none")["Then"] == "look again"
    assert seen(engine, settings, known, "06:10:00", "none")["Move"] == "spot"


def test_a_run_that_has_none_is_told_of_none(engine: Engine) -> None:
    settings = deployed()
    run = on_demand(engine, settings)
    assert "LookOutSeconds" not in run["Promise"]
    assert seen(engine, settings, run, "03:10:00", "none")["Then"] == "look again"


def test_it_asks_for_the_first_spot_capacity_and_for_nothing_to_do(engine: Engine) -> None:
    request = {
        **shared_request(channels=(channel("train", "s3://data-bucket/train/"),), hyperparameters={"epochs": "20"}),
        "VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        "EnableNetworkIsolation": True,
        "Tags": [{"Key": "team", "Value": "churn"}],
    }
    changes = {**CHANGES, "deadline": ON_THE_WATCH, "max_pending_seconds": 7200, "request": request}
    settings = settings_document(SPOT, ON_DEMAND, **changes)
    run = on_demand(engine, settings)
    asked = engine.call("$lookOut($s, $r, $n)", s=settings, r=run, n="2026-01-01T04:00:00Z")
    attempt = engine.call("$planByDeadline($s, $r, $n)", s=settings, r=run, n="2026-01-01T04:00:00Z")
    assert asked["TrainingJobName"] == f"{run['JobPrefix']}lo1"
    # it is neither an attempt, nor found where attempts are looked for
    assert f"{run['JobPrefix']}-" not in asked["TrainingJobName"]
    assert asked["AlgorithmSpecification"]["ContainerEntrypoint"] == ["true"]
    assert asked["AlgorithmSpecification"]["TrainingImage"] == attempt["AlgorithmSpecification"]["TrainingImage"]
    assert asked["ResourceConfig"]["InstanceType"] == SPOT.instance_type
    assert asked["EnableManagedSpotTraining"] is True
    assert asked["StoppingCondition"] == {"MaxRuntimeInSeconds": 300, "MaxWaitTimeInSeconds": 16 * 3600 + 2}
    for member in ("VpcConfig", "EnableNetworkIsolation", "Tags", "RoleArn", "OutputDataConfig"):
        assert asked[member] == attempt[member]
    # whose it is can be told
    (mark,) = asked["Environment"].values()
    assert mark.split()[:3] == attempt["Environment"]["SPOT_TRAINING_RUN"].split()[:3]
    assert not asked.keys() & {"InputDataConfig", "CheckpointConfig", "HyperParameters"}


@pytest.mark.parametrize(
    ("of", "means"),
    [
        ({"TrainingJobStatus": "InProgress"}, {"Sight": "waits"}),
        # it has its instances, and they are not free for the run yet
        ({"TrainingJobStatus": "InProgress", "TrainingStartTime": "2026-01-01T01:00:00Z"}, {"Sight": "waits"}),
        (
            {
                "TrainingJobStatus": "Completed",
                "TrainingStartTime": "2026-01-01T01:00:00Z",
                "BillableTimeInSeconds": 60,
            },
            {"Sight": "seen", "Spent": 60},
        ),
        # an image without the program `true`: there were instances all the same
        (
            {
                "TrainingJobStatus": "Failed",
                "TrainingStartTime": "2026-01-01T01:00:00Z",
                "TrainingEndTime": "2026-01-01T01:01:30Z",
            },
            {"Sight": "seen", "Spent": 90},
        ),
        ({"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxWaitTimeExceeded"}, {"Sight": "blind"}),
        ({"TrainingJobStatus": "Failed", "FailureReason": "CapacityError: none"}, {"Sight": "blind"}),
    ],
)
def test_whoever_had_instances_has_seen_them(engine: Engine, of: dict[str, Any], means: dict[str, Any]) -> None:
    assert engine.call("$sighting($j)", j=of) == means


def test_a_run_remembers_what_its_look_outs_saw_and_are_billed_for(engine: Engine, settings: dict[str, Any]) -> None:
    run = {**on_demand(engine, settings), "Entry": 1}
    stopped = job(
        engine, settings, run, ("Training", "01:10:00", "04:10:00"),
        TrainingJobStatus="Stopped", SecondaryStatus="Stopped", TrainingEndTime="2026-01-01T04:10:00Z",
    )  # fmt: skip
    back = step(engine, settings, run, stopped, "04:11:00", moves="spot seen 60")
    assert (back["Next"], back["Entry"]) == ("train", 0)
    assert back["Promise"]["LookOutSeconds"] == 60
    assert "Blind" not in back["Promise"]
    blind = step(engine, settings, {**back, "Entry": 1}, stopped, "06:11:00", moves="spot blind 0")
    assert (blind["Promise"]["Blind"], blind["Promise"]["LookOutSeconds"]) == (True, 60)
    done = {**stopped, "TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"}
    report = step(engine, settings, blind, done, "07:00:00")["Report"]
    assert report["Deadline"]["LookOutBillableTimeInSeconds"] == 60


def test_it_is_looked_at_less_often_because_a_look_takes_more_events(engine: Engine, settings: dict[str, Any]) -> None:
    long = {"DeadlineInSeconds": 10 * 86400}
    assert begin(engine, settings, long)["Promise"]["Rule"]["Poll"] == 1152
    assert begin(engine, deployed(), long)["Promise"]["Rule"]["Poll"] == 864


def test_on_spot_nobody_looks_out(engine: Engine, settings: dict[str, Any]) -> None:
    run = begin(engine, settings)
    waits = job(engine, settings, run, ("Starting", "01:00:00"))
    assert look(engine, settings, run, waits, "01:10:00")["Then"] == "look again"
