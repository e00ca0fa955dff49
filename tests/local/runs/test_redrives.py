"""A redrive goes on with the same run, and never has two jobs."""

from __future__ import annotations

import pytest

from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench

SLOW = {"steps": "40", "pause": "0.1", "on-term": "save"}


def trained(bench: RunBench) -> bool:
    listed = bench.s3.list_objects_v2(Bucket="checkpoint-bucket", Prefix="churn/")
    return any("step-" in found["Key"] for found in listed.get("Contents", []))


def abort_while_it_trains(bench: RunBench, *, stop_the_job: bool) -> str:
    arn = bench.start(name="first")
    bench.until(arn, lambda: trained(bench))
    if stop_the_job:
        bench.sfn.stop_execution(executionArn=arn)
    else:
        with bench.unstoppable_jobs():
            bench.sfn.stop_execution(executionArn=arn)
    assert bench.end(arn).status == "ABORTED"
    return arn


@pytest.mark.parametrize("patience", [None, 600])
def test_a_run_whose_job_the_abort_stopped_goes_on_with_a_new_attempt(patience: int | None) -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20, capacity_patience_seconds=patience) as bench:
        arn = abort_while_it_trains(bench, stop_the_job=True)
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["aborted", "completed"]
        # the claim is looked at again: another run may have taken it over meanwhile
        assert "Read claim" in run.states
        assert len(bench.jobs()) == 2
        first, second = bench.jobs()
        assert second["CreationTime"] >= first["LastModifiedTime"]


def test_a_run_whose_job_lived_on_waits_for_it() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        arn = abort_while_it_trains(bench, stop_the_job=False)
        assert len(bench.live_jobs()) == 1
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["completed"]
        assert "Wait for job" in run.states
        assert len(bench.jobs()) == 1


def test_a_run_whose_checkpoints_another_has_taken_over_does_not_write_them() -> None:
    with run_bench(SPOT, ON_DEMAND, hyperparameters=SLOW, speed=20) as bench:
        arn = abort_while_it_trains(bench, stop_the_job=True)
        # it holds until it is stopped, so that it is live however slow this machine is
        holding = {"pause": "0.001", "steps": "1200", "hold": "1100"}
        second = bench.start({"ResumeFrom": "first", "HyperParameters": holding}, name="second")
        # not live ones: the first run's job may still be stopping
        bench.until(second, lambda: len(bench.jobs()) == 2)
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.error == "SpotTraining.CheckpointInUse"
        assert "in use by the run second" in run.cause
        assert bench.status(second) == "RUNNING"
        assert len(bench.jobs()) == 2
        bench.sfn.stop_execution(executionArn=second)


def test_a_failed_run_only_fails_again() -> None:
    with run_bench(SPOT, hyperparameters={"fail": "boo"}) as bench:
        run = bench.run(name="first")
        assert run.error == "SpotTraining.TrainingFailed"
        assert '{"ResumeFrom": "first"}' in run.cause
        bench.sfn.redrive_execution(executionArn=run.arn)
        again = bench.end(run.arn)
        assert again.error == "SpotTraining.TrainingFailed"
        assert len(bench.jobs()) == 1
