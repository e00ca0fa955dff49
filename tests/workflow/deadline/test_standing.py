"""Where a run with a deadline stands, read from what SageMaker says of its jobs."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import CONTEXT, ON_DEMAND, SPOT
from tests.workflow.deadline.in_time import begin, deployed, job, look, request, step


def test_a_run_begins_with_its_promise_and_its_spot_entries_first(engine: Engine) -> None:
    run = begin(engine, deployed(ON_DEMAND, SPOT))
    assert [entry["Market"] for entry in run["Plan"]] == ["spot", "on-demand"]
    assert (run["Next"], run["Entry"]) == ("train", 0)
    promise = run["Promise"]
    assert (promise["Work"], promise["Slack"]) == (36000, 36000)
    assert promise["Rule"]["Poll"] == 300


def test_the_input_says_another_deadline(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings, {"Deadline": "2026-01-10T00:00:00Z", "ExpectedRuntimeInSeconds": 3600})
    # nine days are looked at a thousand times
    assert run["Promise"]["Rule"]["Poll"] == 778
    assert run["Promise"]["Slack"] == 9 * 86400 - 1.5 - 3600
    spot = request(engine, settings, run, "12:00:00")["StoppingCondition"]
    assert spot == {"MaxRuntimeInSeconds": 40 * 3600, "MaxWaitTimeInSeconds": 9 * 86400 - 43200}


def test_without_room_for_spot_a_run_begins_on_demand(engine: Engine) -> None:
    run = begin(engine, deployed(), {"DeadlineInSeconds": 36000 + 5819})
    assert run["Plan"][run["Entry"]]["Market"] == "on-demand"
    assert begin(engine, deployed(), {"DeadlineInSeconds": 36000 + 5820})["Entry"] == 0


@pytest.mark.parametrize(
    ("run_input", "told"),
    [
        ({"DeadlineInSeconds": 36719}, "it is in 36719 seconds, the training takes 36000 and a job starts in 720"),
        ({"Deadline": "2025-12-31T00:00:00Z"}, "the deadline cannot be kept"),
        ({"Deadline": "tomorrow"}, "'Deadline' must be a time in UTC"),
        ({"Deadline": "2026-03-01T00:00:00Z"}, "'Deadline' must be within 30 days"),
        ({"Deadline": "2026-01-10T00:00:00Z", "DeadlineInSeconds": 9}, "says the same as 'Deadline', got both"),
        ({"MaxWaitTimeInSeconds": 144000}, "'MaxWaitTimeInSeconds' is decided by the deadline"),
        ({"ExpectedRuntimeInSeconds": 3600, "MaxRuntimeInSeconds": 60}, "at most 'MaxRuntimeInSeconds' (60), got 3600"),
        ({"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot"}]}, "must have an on-demand entry"),
        ({"Capacity": [{"InstanceType": "ml.m5.large", "Market": "on-demand"}]}, "the speed of no other is known"),
    ],
)
def test_what_cannot_be_promised_is_refused(engine: Engine, run_input: dict[str, Any], told: str) -> None:
    run = begin(engine, deployed(), run_input)
    assert run["Next"] == "invalid input"
    assert told in run["Cause"]


def test_all_problems_of_an_input_are_told_together(engine: Engine) -> None:
    run = begin(engine, deployed(), {"DeadlineInSeconds": 1, "Epochs": 3})
    assert run["Cause"].count("no job was started") == 1
    assert "the deadline cannot be kept" in run["Cause"]
    assert "'Epochs' is not a field of the input" in run["Cause"]


def test_checkpoints_are_kept_until_the_run_is_over(engine: Engine) -> None:
    settings = {**deployed(), "CheckpointsKeptInSeconds": 60 * 3600}
    # a day and its waits, as it is deployed, and the input asks for more
    assert "its checkpoints are kept for 216000" in begin(engine, settings, {"DeadlineInSeconds": 90000})["Cause"]


def test_a_resumed_run_keeps_the_time_that_it_was_promised_first(engine: Engine) -> None:
    settings = deployed()
    first = begin(engine, settings, {"ResumeFrom": "run-0"})
    assert first["Next"] == "find"
    found = {**first, "Earlier": {"Input": {}, "HyperParameters": {}, "Told": {"TrainingTimeInSeconds": 100}}}
    for now, entry in (("00:10", 0), ("09:00", 1)):
        later = {**CONTEXT, "State": {"EnteredTime": f"2026-01-01T{now}:00Z"}}
        again = engine.call(
            "$checkWithDeadline($s, $i, 'run-1', $c, $r)", s=settings, i={"ResumeFrom": "run-0"}, c=later, r=found
        )
        # and asks for spot only if finding the other run has left the slack for it
        assert (again["Next"], again["Entry"]) == ("train", entry)
        assert again["Promise"] == first["Promise"]


def test_work_is_what_was_trained_less_what_an_interruption_may_lose(engine: Engine) -> None:
    settings = deployed(Capacity.spot("ml.m5.large", relative_speed=0.5), ON_DEMAND)
    run = begin(engine, settings)
    steps = [
        ("Starting", "01:00:00", "01:10:00"),
        ("Training", "01:10:00", "03:10:00"),
        ("Interrupted", "03:10:00", "03:20:00"),
        ("Starting", "03:20:00", "03:30:00"),
        ("Training", "03:30:00"),
    ]
    stands = look(engine, settings, run, job(engine, settings, run, *steps), "03:50:00")["Stands"]
    # an hour's work at half the speed, less a quarter of an hour; the ten minutes since are within what may be lost
    assert stands["WorkLeft"] == 36000 - 2700
    assert stands["Trained"] == 4200
    assert stands["Waiting"] is False
    assert stands["TimeLeft"] == 20 * 3600 + 1.5 - (3 * 3600 + 50 * 60)


def test_a_wait_goes_on_over_spot_attempts_that_had_no_instance(engine: Engine) -> None:
    other = Capacity.spot("ml.g5.xlarge", relative_speed=1)
    settings = deployed(SPOT, other, ON_DEMAND)
    run = begin(engine, settings)
    waits = job(engine, settings, run, ("Starting", "01:00:00"))
    seen = look(engine, settings, run, waits, "01:20:00")
    assert (seen["Then"], seen["Move"]) == ("stop", "spot")
    gone = {**waits, "TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped",
            "LastModifiedTime": "2026-01-01T01:21:00Z"}  # fmt: skip
    run = step(engine, settings, run, gone, "01:21:00", moves="spot")
    assert (run["Next"], run["Entry"], run["Number"]) == ("train", 1, 2)
    second = job(engine, settings, run, ("Starting", "01:21:00"), CreationTime="2026-01-01T01:21:00Z")
    stands = look(engine, settings, run, second, "01:31:00")["Stands"]
    assert (stands["Waited"], stands["WaitedHere"]) == (31 * 60, 10 * 60)
    # and in turn begins again
    assert step(engine, settings, run, gone | {"TrainingJobName": "x"}, "01:42:00", moves="spot")["Entry"] == 0


@pytest.mark.parametrize(
    ("file", "left"),
    [
        ('{"fraction": 0.5}', 3600),
        ('{ "epoch": 3, "fraction" : 0.25 }\n', 3 * 3600),
        ('{"fraction": 0.02}', 0.98 * 36000),
        ('{"fraction": 1.0}', 0),
        ('{"fraction": 1.5}', 36000 - 2700),
        ('{"fraction": "0.5"}', 36000 - 2700),
        ('{"fraction": 0.5', 36000 - 2700),
        ("[]", 36000 - 2700),
        ("", 36000 - 2700),
    ],
)
def test_saved_progress_says_how_much_is_left(engine: Engine, file: str, left: float) -> None:
    settings = deployed()
    run = begin(engine, settings)
    trains = job(engine, settings, run, ("Starting", "01:00:00", "01:10:00"), ("Training", "01:10:00"))
    stands = look(engine, settings, run, trains, "02:10:00", file)["Stands"]
    assert stands["WorkLeft"] == pytest.approx(left)


def test_progress_before_any_training_of_its_own_says_what_is_left_of_the_expected_work(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings)
    waits = job(engine, settings, run, ("Starting", "01:00:00"))
    assert look(engine, settings, run, waits, "01:10:00", '{"fraction": 0.5}')["Stands"]["WorkLeft"] == 18000
    earlier = {**run, "Earlier": {"Told": {"TrainingTimeInSeconds": 4000}}}
    assert look(engine, settings, earlier, waits, "01:10:00", '{"fraction": 0.5}')["Stands"]["WorkLeft"] == 4000


def test_a_deadline_at_risk_is_seen_and_the_looks_become_few(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings, {"DeadlineInSeconds": 37000})
    waits = job(engine, settings, run, ("Starting", "01:00:00"))
    assert look(engine, settings, run, waits, "00:16:00")["AtRisk"] is False
    seen = look(engine, settings, run, waits, "00:17:00")
    assert (seen["AtRisk"], seen["Then"], seen["Seconds"]) == (True, "look again", 300)
    # 37000 seconds from 1.5 after midnight, less 17 minutes and ten hours of work
    assert seen["Stands"]["Spare"] == 1.5 + 37000 - 17 * 60 - 36000
    assert look(engine, settings, run, waits, "10:30:00")["Seconds"] == 480
