"""Dollars of a run: what an attempt may take of them, what is spent, and how a run ends without any."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from constructs_lib.workflow.settings import RunPrices
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import CONTEXT, ON_DEMAND, SPOT, described, settings_document

M5, G5 = "ml.m5.xlarge", "ml.g5.xlarge"
PAIR = Capacity.on_demand(G5, instance_count=2)
DOLLARS = {M5: 3.6, G5: 36.0}
OUT_OF_TIME = ("Stopped", "MaxRuntimeExceeded")
NO_CAPACITY = ("Stopped", "MaxWaitTimeExceeded")

NO_DOLLARS: tuple[Any, ...] = (0, -1, "5", True, [])


def deployed(*plan: Capacity, max_cost: float | None = None, prices: Any = None, **changes: Any) -> dict[str, Any]:
    known = RunPrices(
        dollars_per_hour=DOLLARS if prices is None else prices,
        as_of="2026-11-27",
        region="eu-west-1",
        max_cost=max_cost,
    )
    return settings_document(*plan, prices=known, **changes)


def begun(engine: Engine, settings: dict[str, Any], run_input: object, run: Any = None) -> dict[str, Any]:
    call = "$checkWithinCost($s, $i, 'run-1', $c, $r)"
    state: dict[str, Any] = engine.call(call, s=settings, i=run_input, c=CONTEXT, r=run or {})
    return state


def limits(engine: Engine, settings: dict[str, Any], run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = engine.call("$planWithinCost($s, $r)", s=settings, r=run)["StoppingCondition"]
    return found


def after(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], ended: tuple[str, str], trained: int, billed: int
) -> dict[str, Any]:
    request = engine.call("$planWithinCost($s, $r)", s=settings, r=run)
    job = described(request, *ended, TrainingTimeInSeconds=trained, BillableTimeInSeconds=billed)
    state: dict[str, Any] = engine.call("$stepWithinCost($s, $r, {}, {'Job': $j}, '')", s=settings, r=run, j=job)
    return state


def test_an_attempt_trains_no_longer_than_its_dollars_buy_on_demand(engine: Engine) -> None:
    settings = deployed(SPOT, PAIR)
    run = begun(engine, settings, {"MaxCost": 1})
    assert limits(engine, settings, run) == {"MaxRuntimeInSeconds": 1000, "MaxWaitTimeInSeconds": 7200}
    assert limits(engine, settings, {**run, "Entry": 1}) == {"MaxRuntimeInSeconds": 50}
    # the training budget stays where it is the smaller one, and of a run without dollars nothing else is known
    assert limits(engine, settings, begun(engine, settings, {"MaxCost": 100}))["MaxRuntimeInSeconds"] == 3600
    assert limits(engine, settings, begun(engine, settings, {}))["MaxRuntimeInSeconds"] == 3600


def test_groups_cost_their_sum_and_of_preferences_the_dearest_counts(engine: Engine) -> None:
    groups = [
        InstanceGroup(name="a", instance_type=M5, instance_count=1),
        InstanceGroup(name="b", instance_type=G5, instance_count=2),
    ]
    preferences = [InstancePreference(instance_type=M5), InstancePreference(instance_type=G5)]
    settings = deployed(Capacity.spot_groups(groups), Capacity.on_demand_preferences(preferences, instance_count=3))
    hours = engine.call("[$map($s.Capacities, function($e) { $hourly($s, $e) })]", s=settings)
    assert hours == pytest.approx([3.6 + 2 * 36, 3 * 36])
    run = begun(engine, settings, {"MaxCost": 75.6})
    gone = after(engine, settings, run, NO_CAPACITY, 100, 100)
    assert gone["Dollars"] == pytest.approx(2.1)
    # of preferences the one that was taken is paid for
    job = {"TrainingTimeInSeconds": 1000, "ResourceConfig": {"SelectedInstanceType": M5, "SelectedInstanceCount": 3}}
    taken = engine.call(
        "$stepWithinCost($s, $r, {}, {'Job': $j}, '')", s=settings, r={**gone, "Faults": 0},
        j={**described(engine.call("$planWithinCost($s, $r)", s=settings, r=gone), "Failed", "Failed"), **job,
           "FailureReason": "InternalServerError: x"},
    )  # fmt: skip
    assert taken["Dollars"] == pytest.approx(2.1 + 3)


def test_dollars_that_are_spent_count_over_types_of_different_prices(engine: Engine) -> None:
    settings = deployed(SPOT, PAIR)
    run = begun(engine, settings, {"MaxCost": 1})
    # half of a dollar, for what spot was billed; the rest buys 25 seconds of 72 dollars an hour
    second = after(engine, settings, run, NO_CAPACITY, 900, 500)
    assert (second["Next"], second["Entry"]) == ("train", 1)
    assert second["Dollars"] == pytest.approx(0.5)
    assert limits(engine, settings, second) == {"MaxRuntimeInSeconds": 25}
    # a fallback that is not affordable for a second ends the run
    dear = after(engine, settings, run, NO_CAPACITY, 990, 990)
    assert (dear["Next"], dear["Then"]) == ("record", "out of time")
    assert dear["Cause"].startswith(
        "the run has used up its $1: it was billed for $0.99 at the on-demand prices of 2026-11-27, and the rest is "
        "not enough for another attempt on ml.g5.xlarge on-demand x2. The last attempt"
    )
    assert ". Next: raise MaxCost; a new run" in dear["Cause"]
    assert dear["Figures"]


def test_what_spot_saves_is_there_for_further_attempts(engine: Engine) -> None:
    settings = deployed(SPOT)
    run = begun(engine, settings, {"MaxCost": 1})
    second = after(engine, settings, run, OUT_OF_TIME, 1000, 300)
    assert (second["Next"], second["Number"], second["Entry"]) == ("train", 2, 0)
    assert second["TrainingTimeInSeconds"] == 1000
    assert second["Attempts"][0]["Verdict"] == "out of time"
    assert second["Attempts"][0]["Reason"] == "what was left of the dollars buys no more at the on-demand price"
    assert limits(engine, settings, second)["MaxRuntimeInSeconds"] == 700
    third = after(engine, settings, second, OUT_OF_TIME, 700, 210)
    assert limits(engine, settings, third)["MaxRuntimeInSeconds"] == 490
    # less than five minutes are no attempt
    ended = after(engine, settings, third, OUT_OF_TIME, 490, 300)
    assert (ended["Next"], ended["Then"]) == ("record", "out of time")
    assert "used up its $1: it was billed for $0.81 at" in ended["Cause"]


def test_without_checkpoints_a_run_does_not_begin_anew(engine: Engine) -> None:
    settings = deployed(SPOT, checkpointing=False, max_wait_seconds=3600)
    ended = after(engine, settings, begun(engine, settings, {"MaxCost": 1}), OUT_OF_TIME, 1000, 300)
    assert ended["Then"] == "out of time"
    assert "billed for $0.3 at the on-demand prices of 2026-11-27, and without checkpoints another" in ended["Cause"]


def test_a_run_makes_no_more_attempts_than_one_may(engine: Engine) -> None:
    settings = deployed(SPOT)
    line = {"TrainingTimeInSeconds": 0, "BillableTimeInSeconds": 0, "Interruptions": 0, "Market": "spot",
            "InstanceType": M5, "InstanceCount": 1, "Reason": "", "Settings": ""}  # fmt: skip
    run = {**begun(engine, settings, {"MaxCost": 1}), "Attempts": [line] * (settings["MostAttempts"] - 1)}
    ended = after(engine, settings, run, OUT_OF_TIME, 1000, 100)
    assert f"it has made {settings['MostAttempts']} attempts, the most that one may" in ended["Cause"]


def test_time_that_is_used_up_is_told_as_time(engine: Engine) -> None:
    settings = deployed(SPOT, max_cost=100)
    run = begun(engine, settings, {"MaxRuntimeInSeconds": 60})
    ended = after(engine, settings, run, OUT_OF_TIME, 60, 60)
    assert "the run has used its training budget of 60 seconds" in ended["Cause"]
    # of both the time ends the run, when it is over too
    both = begun(engine, settings, {"MaxRuntimeInSeconds": 1001, "MaxCost": 1})
    assert "1001 seconds" in after(engine, settings, both, OUT_OF_TIME, 1001, 1001)["Cause"]


def test_other_ends_are_as_ever(engine: Engine) -> None:
    settings = deployed(SPOT)
    for run_input in ({}, {"MaxCost": 1}):
        run = begun(engine, settings, run_input)
        assert after(engine, settings, run, ("Completed", "Completed"), 10, 10)["Next"] == "report"
        assert after(engine, settings, run, ("Failed", "Failed"), 2000, 2000)["Then"] == "training failed"


def test_the_deployed_dollars_are_the_default_and_the_most(engine: Engine) -> None:
    settings = deployed(SPOT, max_cost=1.5)
    assert begun(engine, settings, {})["MaxCost"] == 1.5
    assert begun(engine, settings, {"MaxCost": 1})["MaxCost"] == 1
    assert (
        "'MaxCost' must be at most 1.5 dollars, as deployed, got 2" in begun(engine, settings, {"MaxCost": 2})["Cause"]
    )


def test_a_run_that_resumes_has_its_own_dollars(engine: Engine) -> None:
    settings = deployed(SPOT)
    looking = begun(engine, settings, {"ResumeFrom": "run-0", "MaxCost": 2})
    assert (looking["Next"], looking["MaxCost"]) == ("find", 2)
    earlier = {"Input": {"MaxRuntimeInSeconds": 60}, "HyperParameters": {}, "Told": {}}
    goes_on = begun(engine, settings, {"ResumeFrom": "run-0", "MaxCost": 2}, {**looking, "Earlier": earlier})
    assert (goes_on["Next"], goes_on["MaxCost"], goes_on["Dollars"]) == ("train", 2, 0)


@pytest.mark.parametrize(
    ("run_input", "said"),
    [
        *(({"MaxCost": bad}, "'MaxCost' must be a number of dollars above nought, got ") for bad in NO_DOLLARS),
        (
            {"MaxCost": 0.0001},
            "'MaxCost' must be enough for a second on ml.m5.xlarge spot x1, which costs $3.6 an hour",
        ),
        (
            {"MaxCost": 1, "Capacity": [{"InstanceType": "ml.p5.48xlarge", "Market": "spot"}]},
            "'MaxCost' needs the price of every capacity of the run, and this deployment has none of ml.p5.48xlarge; ",
        ),
    ],
)
def test_dollars_that_cannot_be_kept_are_refused(engine: Engine, run_input: dict[str, Any], said: str) -> None:
    settings = deployed(SPOT, ON_DEMAND, allowed_instance_types=["ml.p5.48xlarge"])
    run = begun(engine, settings, run_input)
    assert run["Next"] == "invalid input"
    assert said in run["Cause"]
    assert "no job was started: '" in run["Cause"]
    # and with all other problems
    both = begun(engine, settings, {**run_input, "HyperParameters": []})["Cause"]
    assert said in both
    assert "; 'HyperParameters' must be an object" in both


def test_what_is_no_object_has_no_dollars(engine: Engine) -> None:
    assert "must be a JSON object" in begun(engine, deployed(SPOT, max_cost=5), [1])["Cause"]


def test_a_deployment_without_prices_knows_no_dollars(engine: Engine) -> None:
    settings = settings_document(SPOT)
    assert not {"Prices", "MaxCost"} & settings.keys()
    problems = engine.call("$problems($s, $i, 'run-1')", s=settings, i={"MaxCost": 5})
    assert "'MaxCost' is not a field of the input" in problems[0]
