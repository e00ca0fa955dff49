"""Runs with a member that `.sync` is not known to take: the API itself is asked for jobs, and about them.

What differs from `.sync` is run here: what is asked twice, what is looked at instead of waited for, what lives on. What
is judged is the same expression in both ways, shown by the pure tests; seeded trouble has a plan of this way too.
"""

from __future__ import annotations

import pytest

from tests.local.runs import test_one_writer, test_operators, test_patience, test_resumes, test_verdicts
from tests.support import run_bench as support
from tests.support.run_bench import SPOT, run_bench

test_of_two_runs_in_the_same_second_one_is_refused = (
    test_one_writer.test_of_two_runs_that_resume_in_the_same_second_one_is_refused
)
test_a_live_job_refuses_a_fresh_run = test_one_writer.test_a_fresh_run_whose_name_a_live_run_has_is_refused
test_an_ambiguous_create_makes_no_second_job = test_verdicts.test_an_ambiguous_create_never_makes_a_second_job
test_a_run_is_resumed = test_resumes.test_a_run_that_itself_resumed_is_continued_by_the_name_of_the_first
test_patience_falls_back = test_patience.test_a_job_without_an_instance_is_stopped_and_the_next_entry_trains
test_capacity_that_comes_back_keeps_its_job = test_patience.test_capacity_that_comes_back_in_time_keeps_its_job
test_a_capacity_error_falls_back = test_verdicts.test_capacity_errors_move_on_and_the_next_attempt_resumes
test_a_stop_finds_the_job = test_operators.test_a_stop_finds_the_job_of_an_aborted_run
test_a_person_is_obeyed = test_verdicts.test_a_person_who_stops_the_job_is_obeyed
test_a_bug_fails_the_run = test_verdicts.test_a_bug_is_not_retried_on_every_capacity
test_figures_are_those_of_the_job = test_verdicts.test_interruptions_are_counted_and_billed_for_what_trained


@pytest.fixture(autouse=True)
def beyond_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(support.FURTHER_MEMBERS, "InfraCheckConfig", {"EnableInfraCheck": False})


def test_a_run_looks_until_its_job_has_ended() -> None:
    with run_bench(SPOT, hyperparameters={"steps": "40", "pause": "0.1"}, speed=60) as bench:
        run = bench.run()
        assert run.verdicts == ["completed"]
        assert run.states[:9] == [
            "Prepare", "Check input", "Decide", "Train", "Inspect", "Judge", "Decide", "Wait for job", "Inspect"
        ]  # fmt: skip
        (job,) = bench.jobs()
        assert 1 < run.states.count("Wait for job") < 20
        assert run.report["TrainingTimeInSeconds"] == job["TrainingTimeInSeconds"]


def test_an_abort_leaves_the_job_and_a_redrive_goes_on_with_it() -> None:
    with run_bench(SPOT, hyperparameters={"steps": "60", "pause": "0.1"}, speed=20) as bench:
        arn = bench.start(name="first")
        bench.until(arn, bench.trained)
        bench.sfn.stop_execution(executionArn=arn)
        assert bench.end(arn).status == "ABORTED"
        assert len(bench.live_jobs()) == 1
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert bench.numbers() == [1]
