"""Where a run with a deadline stands, and the steps that it takes: read from what SageMaker says of its jobs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.deadline.deadline import Deadline
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import CONTEXT, ON_DEMAND, SPOT, described, settings_document

IN_TIME = Deadline(after_seconds=20 * 3600, expected_runtime_seconds=10 * 3600)
CHANGES: dict[str, Any] = {"deadline": IN_TIME, "max_runtime_seconds": 40 * 3600, "max_wait_seconds": 40 * 3600}
"""The deadline is 20 hours and a second and a half after midnight: M is 5,820 seconds."""


def deployed(*plan: Capacity) -> dict[str, Any]:
    return settings_document(*(plan or (SPOT, ON_DEMAND)), **CHANGES)


def begin(engine: Engine, settings: dict[str, Any], run_input: Any = None, run: Any = None) -> dict[str, Any]:
    begun: dict[str, Any] = engine.call(
        "$checkWithDeadline($s, $i, 'run-1', $c, $r)", s=settings, i=run_input or {}, c=CONTEXT, r=run or {}
    )
    return begun


def request(engine: Engine, settings: dict[str, Any], run: dict[str, Any], now: str) -> dict[str, Any]:
    planned: dict[str, Any] = engine.call("$planByDeadline($s, $r, $n)", s=settings, r=run, n=f"2026-01-01T{now}Z")
    return planned


def job(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], *steps: tuple[str, ...], **more: Any
) -> dict[str, Any]:
    """Describe the run's present job, created at one o'clock, with steps of a name, a start and perhaps an end."""
    transitions = [
        {"Status": name, **{key: f"2026-01-01T{at}Z" for key, at in zip(("StartTime", "EndTime"), times, strict=False)}}
        for name, *times in steps
    ]  # fmt: skip
    asked = request(engine, settings, run, "01:00:00")
    made = {"CreationTime": "2026-01-01T01:00:00Z", "SecondaryStatusTransitions": transitions}
    return described(asked, "InProgress", steps[-1][0], **{**made, **more})


def look(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], of: dict[str, Any], now: str, file: str = ""
) -> dict[str, Any]:
    found: dict[str, Any] = engine.call(
        "$lookAhead($s, $r, $j, $n, $f)", s=settings, r=run, j=of, n=f"2026-01-01T{now}Z", f=file
    )
    return found


def step(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], of: dict[str, Any], now: str, moves: str = ""
) -> dict[str, Any]:
    outcome = {"Error": "SpotTraining.Moves", "Cause": moves} if moves else {}
    stepped: dict[str, Any] = engine.call(
        "$stepByDeadline($s, $r, $o, $a, '', $lookAhead($s, $r, $a.Job, $n), $n)",
        s=settings, r=run, o=outcome, a={"Job": of}, n=f"2026-01-01T{now}Z",
    )  # fmt: skip
    return stepped


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
    later = {**CONTEXT, "State": {"EnteredTime": "2026-01-01T00:10:00Z"}}
    again = engine.call(
        "$checkWithDeadline($s, $i, 'run-1', $c, $r)", s=settings, i={"ResumeFrom": "run-0"}, c=later, r=found
    )
    assert again["Next"] == "train"
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
    assert look(engine, settings, run, waits, "10:30:00")["Seconds"] == 480


def test_a_completed_run_reports_its_slack_and_its_hours(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings)
    spot = job(
        engine, settings, run, ("Training", "01:10:00", "03:10:00"),
        TrainingJobStatus="Stopped", SecondaryStatus="Stopped", TrainingEndTime="2026-01-01T03:10:00Z",
    )  # fmt: skip
    run = step(engine, settings, run, spot, "03:11:00", moves="on-demand")
    assert (run["Next"], run["Entry"], run["Move"]) == ("train", 1, "")
    assert run["Attempts"][0]["Verdict"] == "moved"
    done = job(
        engine, settings, run, ("Training", "04:00:00", "10:00:00"),
        TrainingJobStatus="Completed", SecondaryStatus="Completed", TrainingEndTime="2026-01-01T10:00:00Z",
    )  # fmt: skip
    ended = step(engine, settings, run, done, "10:01:00")
    assert ended["Report"]["Deadline"] == {
        "Deadline": "2026-01-01T20:00:01.500Z",
        "ExpectedRuntimeInSeconds": 36000,
        "SlackInSeconds": 36001,
        "SpotTrainingTimeInSeconds": 7200,
        "OnDemandTrainingTimeInSeconds": 21600,
        "OnDemandAloneTimeInSeconds": 28800,
    }
    figures = {datum["MetricName"]: datum["Value"] for datum in ended["Figures"] if len(datum["Dimensions"]) == 1}
    assert (figures["DeadlineSlack"], figures["DeadlinesAtRisk"]) == (36001, 0)
    late = step(engine, settings, run, {**done, "TrainingEndTime": "2026-01-01T21:00:00Z"}, "21:01:00")
    assert late["Report"]["Deadline"]["SlackInSeconds"] == -3599
    assert "the run ended after its deadline" in late["Report"]["Deadline"]["Reason"]


def test_spot_that_is_refused_is_not_tried_again_without_the_slack(engine: Engine) -> None:
    settings = deployed(SPOT, Capacity.spot("ml.g5.xlarge", relative_speed=1), ON_DEMAND)
    run = begin(engine, settings)
    refused = job(engine, settings, run, ("Starting", "01:00:00"), TrainingJobStatus="Stopped",
                  SecondaryStatus="MaxWaitTimeExceeded")  # fmt: skip
    assert step(engine, settings, run, refused, "01:10:00")["Entry"] == 1
    # at nine o'clock there are eleven hours left for ten of work
    assert step(engine, settings, run, refused, "09:00:00")["Entry"] == 2


def test_on_demand_that_is_refused_is_asked_for_again_because_late_is_better_than_nothing(engine: Engine) -> None:
    settings = deployed()
    run = {**begin(engine, settings), "Entry": 1}
    refused = job(engine, settings, run, ("Starting", "01:00:00"), TrainingJobStatus="Failed",
                  FailureReason="CapacityError: none")  # fmt: skip
    again = step(engine, settings, run, refused, "09:00:00")
    assert (again["Next"], again["WaitSeconds"], again["Entry"], again["Number"]) == ("back off", 300, 1, 2)
    assert [each["Verdict"] for each in again["Attempts"]] == ["no capacity"]
    # where there is slack, spot is tried in its place
    early = step(engine, settings, run, refused, "01:10:00")
    assert (early["Next"], early["Entry"]) == ("train", 0)
    last = {**run, "Attempts": again["Attempts"] * 49}
    assert step(engine, settings, last, refused, "09:00:00")["Then"] == "capacity exhausted"


def test_a_job_that_lives_on_after_a_move_is_stopped_until_it_has_ended(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings)
    waits = job(engine, settings, run, ("Starting", "01:00:00"))
    told = step(engine, settings, run, waits, "01:10:00", moves="on-demand")
    assert (told["Next"], told["WaitSeconds"]) == ("stop", 15)
    assert (
        step(engine, settings, told, {**waits, "TrainingJobStatus": "Stopping"}, "01:11:00", moves="on-demand")["Next"]
        == "watch"
    )
    done = {**waits, "TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"}
    assert step(engine, settings, told, done, "01:12:00", moves="on-demand")["Next"] == "report"


def test_without_a_move_a_stop_is_a_persons(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings)
    stopped = job(engine, settings, run, ("Training", "01:10:00", "03:10:00"),
                  TrainingJobStatus="Stopped", SecondaryStatus="Stopped")  # fmt: skip
    assert step(engine, settings, run, stopped, "03:11:00")["Then"] == "stopped by a person"


def test_a_move_ends_with_the_budget(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings)
    spent = job(engine, settings, run, ("Training", "01:10:00", "03:10:00"), TrainingJobStatus="Stopped",
                SecondaryStatus="Stopped", TrainingTimeInSeconds=40 * 3600)  # fmt: skip
    ended = step(engine, settings, run, spent, "03:11:00", moves="on-demand")
    assert (ended["Next"], ended["Then"]) == ("record", "out of time")


def test_a_failed_run_tells_its_deadline_in_its_cause_and_its_figures(engine: Engine) -> None:
    settings = deployed()
    run = begin(engine, settings)
    failed = job(
        engine, settings, run, ("Training", "01:10:00", "03:10:00"), TrainingJobStatus="Failed",
        SecondaryStatus="Failed", FailureReason="AlgorithmError: no", TrainingEndTime="2026-01-01T03:10:00Z",
    )  # fmt: skip
    spent = {**failed, "TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped", "FailureReason": "",
             "TrainingTimeInSeconds": 40 * 3600}  # fmt: skip
    late = {**failed, "TrainingEndTime": "2026-01-01T21:00:00Z"}
    for ended, then, seconds, sentence in (
        (step(engine, settings, run, failed, "03:11:00"), "training failed", 60601, "60601 seconds after the run"),
        (
            step(engine, settings, run, spent, "03:11:00", moves="on-demand"),
            "out of time",
            60601,
            "60601 seconds after",
        ),
        (step(engine, settings, run, late, "21:01:00"), "training failed", -3599, "3599 seconds before the run ended"),
    ):
        assert (ended["Next"], ended["Then"]) == ("record", then)
        sentences, report = ended["Cause"].split("\n\n")
        assert f"Deadline: 2026-01-01T20:00:01.500Z, {sentence}" in sentences
        told = json.loads(report)["Deadline"]
        assert (told["SlackInSeconds"], told["SpotTrainingTimeInSeconds"]) == (seconds, 7200)
        figures = {datum["MetricName"]: datum["Value"] for datum in ended["Figures"] if len(datum["Dimensions"]) == 1}
        assert (figures["DeadlineSlack"], figures["DeadlinesAtRisk"]) == (seconds, 1 if seconds < 0 else 0)
    # a run that goes on carries nothing of its end
    waits = job(engine, settings, run, ("Starting", "01:00:00"))
    assert "Ends" not in step(engine, settings, run, {**waits, "TrainingJobStatus": "Stopping"}, "01:11:00")
