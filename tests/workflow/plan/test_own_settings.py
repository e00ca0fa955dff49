"""Settings that go with a capacity: over all others, counted with them, told, and not taken for a run's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from constructs_lib.training_job.request.attempt import attempt_request
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import (
    ON_DEMAND,
    begin,
    described,
    ended,
    plan,
    run_settings,
    settings_document,
    shared_request,
    step,
)

LARGE = Capacity.spot("ml.m5.xlarge", hyperparameters={"batch-size": "64"}, environment={"NPROC": "4"})
LARGER = Capacity.spot("ml.m5.xlarge", instance_count=2, hyperparameters={"batch-size": "128"})
GROUPS = Capacity.spot_groups(
    [InstanceGroup(name="a", instance_type="ml.m5.xlarge"), InstanceGroup(name="b", instance_type="ml.c5.xlarge")],
    hyperparameters={"batch-size": "16"},
)
PREFERENCES = Capacity.on_demand_preferences(
    [InstancePreference(instance_type="ml.g5.xlarge"), InstancePreference(instance_type="ml.g4dn.xlarge")],
    environment={"NPROC": "1"},
)
MARK = "arn:aws:states:eu-west-1:1:execution:m:run-0 2025-01-01T00:00:00Z round 7200 500 200 0"


def settings(*capacities: Capacity, **changes: Any) -> dict[str, Any]:
    request = shared_request(hyperparameters={"batch-size": "32", "epochs": "20"}, environment={"NPROC": "2"})
    return settings_document(*capacities, **{"request": request, **changes})


def asked(count: int = 1, market: str = "spot") -> dict[str, Any]:
    return {"InstanceType": "ml.m5.xlarge", "InstanceCount": count, "Market": market}


def problems(engine: Engine, deployed: dict[str, Any], run_input: object) -> Any:
    return engine.call("$problems($s, $i, 'run-1')", s=deployed, i=run_input)


def test_they_go_over_the_deployed_ones_and_over_the_input(engine: Engine) -> None:
    deployed = settings(LARGE, ON_DEMAND)
    run = begin(engine, deployed, {"HyperParameters": {"batch-size": 8, "rate": 1}, "Environment": {"NPROC": "9"}})
    request = plan(engine, deployed, run)
    assert request["HyperParameters"] == {"batch-size": "64", "epochs": "20", "rate": "1"}
    assert request["Environment"]["NPROC"] == "4"
    # the next entry has none of its own
    request = plan(engine, deployed, {**run, "Entry": 1})
    assert (request["HyperParameters"]["batch-size"], request["Environment"]["NPROC"]) == ("8", "9")


@pytest.mark.parametrize("capacity", [LARGE, GROUPS, PREFERENCES])
def test_the_request_is_the_one_that_synth_has_checked(engine: Engine, capacity: Capacity) -> None:
    document, made = settings_document(capacity), run_settings(capacity)
    run = begin(engine, document)
    request = plan(engine, document, run)
    assert request == attempt_request(
        made.request,
        mark=request["Environment"]["SPOT_TRAINING_RUN"],
        job_name=f"{run['JobPrefix']}-1",
        capacity=capacity,
        checkpoint_s3_uri="s3://checkpoint-bucket/churn/run-1/",
        checkpoint_local_path="/opt/ml/checkpoints",
        max_runtime_seconds=3600,
        max_wait_seconds=7200,
    )


@pytest.mark.parametrize(("count", "batch"), [(1, "64"), (2, "128")])
def test_an_entry_that_is_asked_for_keeps_them(engine: Engine, count: int, batch: str) -> None:
    deployed = settings(LARGE, LARGER)
    run = begin(engine, deployed, {"Capacity": [asked(count)]})
    assert run["Next"] == "train"
    assert plan(engine, deployed, run)["HyperParameters"]["batch-size"] == batch
    assert run["Plan"][0]["InstanceCount"] == count


def test_an_entry_that_is_only_allowed_has_none(engine: Engine) -> None:
    deployed = settings(LARGE, allowed_instance_types=["ml.c5.xlarge"])
    run = begin(engine, deployed, {"Capacity": [{"InstanceType": "ml.c5.xlarge", "Market": "spot"}]})
    assert plan(engine, deployed, run)["HyperParameters"]["batch-size"] == "32"


def test_entries_are_counted_with_those_of_each_capacity_of_the_plan(engine: Engine) -> None:
    many = Capacity.spot(
        "ml.m5.xlarge",
        hyperparameters={f"own-{n}": "x" for n in range(10)},
        environment={f"OWN_{n}": "x" for n in range(10)},
    )
    deployed = settings(ON_DEMAND, many)
    fits = {
        "HyperParameters": {f"p{n}": "x" for n in range(88)},
        "Environment": {f"P{n}": "x" for n in range(88)},
    }
    assert problems(engine, deployed, fits) == []
    one_more = {field: {**values, "one": "more"} for field, values in fits.items()}
    assert problems(engine, deployed, one_more) == [
        "'HyperParameters' must come to at most 100 entries together with the deployed ones, got 101",
        "'Environment' must come to at most 99 entries together with the deployed ones, got 100",
    ]
    # a run that does not use that capacity has no need of them
    assert problems(engine, deployed, {**one_more, "Capacity": [asked(market="on-demand")]}) == []


def test_bytes_are_counted_with_those_of_every_capacity_of_the_plan(engine: Engine) -> None:
    heavy = Capacity.spot("ml.m5.xlarge", hyperparameters={f"own-{n}": "x" * 2000 for n in range(10)})
    deployed = settings(heavy)
    assert problems(engine, deployed, {"Capacity": [asked()] * 6}) == []
    (problem,) = problems(engine, deployed, {"Capacity": [asked()] * 7})
    assert "must come to a request of at most 131072 bytes" in problem


def test_fails_on_settings_that_no_run_could_carry() -> None:
    heavy = Capacity.spot("ml.m5.xlarge", hyperparameters={f"own-{n}": "x" * 2000 for n in range(10)})
    settings(*[heavy] * 6)
    with pytest.raises(ValueError, match="those of 'capacity' too, must come to a request of at most 131072 bytes"):
        settings(*[heavy] * 7)


def test_fails_on_the_form_of_an_expression() -> None:
    with pytest.raises(ValueError, match=r"must not have the form of a JSONata expression, got '\{% 1 %\}'"):
        settings(Capacity.spot("ml.m5.xlarge", environment={"A": "{% 1 %}"}))


def test_each_attempt_tells_its_own(engine: Engine) -> None:
    deployed = settings(LARGE, ON_DEMAND)
    run = begin(engine, deployed)
    run = ended(engine, deployed, run, "Stopped", "MaxWaitTimeExceeded")
    report = ended(engine, deployed, run, "Completed", "Completed")["Report"]
    assert report["Attempts"][0]["Settings"] == "batch-size=64, NPROC=4"
    assert "Settings" not in report["Attempts"][1]


def test_the_cause_has_the_report_however_long_they_are(engine: Engine) -> None:
    long = Capacity.spot("ml.m5.xlarge", hyperparameters={"note": "x" * 2500})
    deployed = settings(long)
    run = begin(engine, deployed)
    line = ended(engine, deployed, run, "Stopped", "MaxWaitTimeExceeded")["Cause"]
    (attempt,) = json.loads(line.rpartition("\n\n")[2])["Attempts"]
    assert (len(attempt["Settings"]), attempt["Settings"][-4:]) == (240, "x...")
    many = {**run, "Attempts": [{**attempt, "Reason": "r" * 1000}] * 49}
    cause = ended(engine, deployed, many, "Stopped", "MaxWaitTimeExceeded")["Cause"]
    assert len(cause) < 32_768
    assert len(json.loads(cause.rpartition("\n\n")[2])["Attempts"]) == 50


@pytest.mark.parametrize("capacity", [LARGE, LARGER, GROUPS, PREFERENCES])
def test_a_run_that_resumes_does_not_take_them_for_the_earlier_runs_own(engine: Engine, capacity: Capacity) -> None:
    deployed = settings(LARGE, LARGER, GROUPS, PREFERENCES, ON_DEMAND)
    entry = [LARGE, LARGER, GROUPS, PREFERENCES].index(capacity)
    first = {**begin(engine, deployed, {"HyperParameters": {"epochs": 40}}, "run-0"), "Entry": entry}
    job = plan(engine, deployed, first)
    job = {**job, "Environment": {**job["Environment"], "SPOT_TRAINING_RUN": MARK}, "TrainingJobName": "j-7"}
    given = {"ResumeFrom": "run-0"}
    run = begin(engine, deployed, given)
    run = step(engine, deployed, run, found=[{"TrainingJobName": run["JobPrefix"] + "-7"}])
    run = step(engine, deployed, run, job=described(job, "Failed", "Failed"))
    run = begin(engine, deployed, {**given, "MaxWaitTimeInSeconds": 7200}, run=run)
    assert run["Next"] == "train"
    assert run["Request"]["HyperParameters"] == {"batch-size": "32", "epochs": "40"}
    assert run["Request"]["Environment"] == {"NPROC": "2"}
    assert run["Earlier"]["Told"]["HyperParameters"] == ["epochs"]
    assert run["Earlier"]["Told"]["Environment"] == []


def test_what_that_run_was_asked_for_in_the_place_of_others_is_its_own(engine: Engine) -> None:
    deployed = settings(LARGE, ON_DEMAND)
    first = {**begin(engine, deployed, {"HyperParameters": {"batch-size": 64}}, "run-0"), "Entry": 1}
    job = {**plan(engine, deployed, first), "TrainingJobName": "j-7"}
    job["Environment"] = {**job["Environment"], "SPOT_TRAINING_RUN": MARK}
    run = begin(engine, deployed, {"ResumeFrom": "run-0"})
    run = step(engine, deployed, run, found=[{"TrainingJobName": run["JobPrefix"] + "-7"}])
    run = step(engine, deployed, run, job=described(job, "Failed", "Failed"))
    assert run["Earlier"]["HyperParameters"] == {"batch-size": "64"}
