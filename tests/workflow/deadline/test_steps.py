"""The steps of a run with a deadline: after a move, a refusal, an end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import NOT_FOUND, ON_DEMAND, SPOT
from tests.workflow.deadline.in_time import begin, deployed, job, step


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


def test_a_move_to_spot_is_made_only_with_the_slack_that_stopping_the_job_has_left(engine: Engine) -> None:
    settings = deployed()
    run = {**begin(engine, settings), "Entry": 1}
    stopped = job(
        engine, settings, run, ("Training", "01:00:00", "02:00:00"),
        TrainingJobStatus="Stopped", SecondaryStatus="Stopped", TrainingEndTime="2026-01-01T02:00:00Z",
    )  # fmt: skip
    assert step(engine, settings, run, stopped, "02:00:00", moves="spot")["Entry"] == 0
    # the job took ten hours to stop, and what is left is needed
    assert step(engine, settings, run, stopped, "11:00:00", moves="spot")["Entry"] == 1


def test_a_number_that_another_run_has_used_is_passed_on_spot_only_with_the_slack(engine: Engine) -> None:
    settings = deployed()
    run = {**begin(engine, settings), "Asks": True}
    others = job(engine, settings, run, ("Training", "01:00:00", "02:00:00"), TrainingJobStatus="Completed",
                 SecondaryStatus="Completed", Environment={"SPOT_TRAINING_RUN": "another 1 x 0 0 0"})  # fmt: skip
    early, late = (step(engine, settings, run, others, now) for now in ("02:00:00", "09:00:00"))
    assert [(one["Next"], one["Number"], one["Entry"]) for one in (early, late)] == [("train", 2, 0), ("train", 2, 1)]
    assert early["Promise"] == late["Promise"] == run["Promise"]


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


@pytest.mark.parametrize("refusal", ["SageMaker.ResourceLimitExceededException", "SageMaker.ThrottlingException"])
def test_a_spot_job_that_is_refused_is_asked_for_again_only_with_the_slack_for_it(engine: Engine, refusal: str) -> None:
    settings = deployed()
    run = begin(engine, settings)

    def refused(now: str) -> dict[str, Any]:
        outcome = {"Error": refusal, "Cause": "no"}
        stepped: dict[str, Any] = engine.call(
            "$stepByDeadline($s, $r, $o, $a, '', $lookAhead($s, $r, {}, $n), $n)",
            s=settings, r=run, o=outcome, a=NOT_FOUND, n=f"2026-01-01T{now}Z",
        )  # fmt: skip
        assert stepped["Next"] == "back off"
        return stepped

    early, late = refused("01:00:00"), refused("09:00:00")
    assert (early["Entry"], early["Delays"]) == (0, 1)
    # at nine o'clock there are eleven hours left for ten of work, and a spot job needs 97 minutes
    assert (late["Entry"], late["Delays"]) == (1, 0)
    assert late["WaitSeconds"] <= 300
