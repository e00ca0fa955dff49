"""A redrive goes on with the same run, and never has two jobs."""

from __future__ import annotations

import pytest

from tests.support.run_bench import ON_DEMAND, SPOT, run_bench

SLOW = {"steps": "40", "pause": "0.1", "on-term": "save"}
HOLDING = {"pause": "0.001", "steps": "1200", "hold": "1100"}
"""Holds until it is stopped, so that it is live however slow this machine is."""


@pytest.mark.parametrize("patience", [None, 600])
def test_a_run_whose_job_the_abort_stopped_goes_on_with_a_new_attempt(patience: int | None) -> None:
    with run_bench(SPOT, ON_DEMAND, hyperparameters=SLOW, speed=20, capacity_patience_seconds=patience) as bench:
        arn = bench.abort("first")
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["aborted", "completed"]
        assert bench.numbers() == [1, 2]
        assert bench.begins()[1] > 0
        first, second = bench.jobs()
        assert second["CreationTime"] >= first["LastModifiedTime"]


def test_a_run_whose_job_lived_on_waits_for_it() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        arn = bench.abort("first", job_lives_on=True)
        assert len(bench.live_jobs()) == 1
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["completed"]
        assert "Wait for job" in run.states
        assert bench.numbers() == [1]


def test_a_run_that_another_one_goes_on_with_is_refused_while_that_one_trains() -> None:
    with run_bench(SPOT, ON_DEMAND, hyperparameters=SLOW, speed=20) as bench:
        arn = bench.abort("first")
        second = bench.start({"ResumeFrom": "first", "HyperParameters": HOLDING}, name="second")
        # not live ones: the first run's job may still be stopping
        bench.until(second, lambda: len(bench.jobs()) == 2)
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.error == "SpotTraining.CheckpointInUse"
        assert f"it was started by {second}" in run.cause
        assert bench.status(second) == "RUNNING"
        assert bench.numbers() == [1, 2]
        bench.sfn.stop_execution(executionArn=second)


def test_a_run_that_another_one_has_gone_on_with_goes_on_after_it() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        arn = bench.abort("first")
        assert bench.run({"ResumeFrom": "first"}, name="second").status == "SUCCEEDED"
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["aborted", "completed"]
        assert bench.numbers() == [1, 2, 3]
        assert bench.prefixes() == ["first/"] * 3


def test_a_failed_run_only_fails_again() -> None:
    with run_bench(SPOT, hyperparameters={"fail": "boo"}) as bench:
        run = bench.run(name="first")
        assert run.error == "SpotTraining.TrainingFailed"
        assert '{"ResumeFrom": "first"}' in run.cause
        bench.sfn.redrive_execution(executionArn=run.arn)
        again = bench.end(run.arn)
        assert again.error == "SpotTraining.TrainingFailed"
        assert len(bench.jobs()) == 1
