"""Two jobs never write one checkpoint prefix, and no run waits or guesses for ever: SageMaker's own names see to it."""

from __future__ import annotations

import itertools
import re

from tests.local.machines import wait_for
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench

SLOW = {"steps": "40", "pause": "0.1", "on-term": "save"}
HOLDING = {"HyperParameters": {"steps": "1200", "pause": "0.001", "hold": "1100"}}
"""Holds until it is stopped, so that it is live however slow this machine is."""

DONE = {"HyperParameters": {"steps": "1"}}


def one_after_the_other(bench: RunBench) -> bool:
    """Whether each job began after the one before it had ended."""
    jobs = bench.jobs()
    return all(later["CreationTime"] >= job["LastModifiedTime"] for job, later in itertools.pairwise(jobs))


def test_a_fresh_run_begins_at_one_and_lists_nothing() -> None:
    with run_bench(SPOT) as bench:
        run = bench.run(name="first")
        assert run.status == "SUCCEEDED", run.cause
        assert bench.numbers() == [1]
        assert re.fullmatch(r"churn-[0-9a-f]{16}-1", bench.jobs()[0]["TrainingJobName"])
        assert run.states == ["Prepare", "Check input", "Decide", "Train", "Inspect", "Judge", "Decide", "Report"]


def test_an_aborted_run_leaves_no_job_and_can_be_resumed() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        bench.abort("first")
        assert bench.live_jobs() == []
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.status == "SUCCEEDED", run.cause
        assert run.report["RunName"] == "second"
        assert run.report["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/first/"
        assert bench.numbers() == [1, 2]
        assert bench.begins()[1] > bench.begins()[0] == 0


def test_a_live_run_is_not_resumed_from() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2"}, speed=20) as bench:
        first = bench.start(name="first")
        bench.until(first, bench.trained)
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.error == "SpotTraining.CheckpointInUse"
        assert run.states[-1] == "Checkpoint in use"
        (job,) = bench.live_jobs()
        assert job in run.cause
        assert f"it was started by {first}" in run.cause
        assert f"aws sagemaker stop-training-job --training-job-name {job}" in run.cause
        assert bench.status(first) == "RUNNING"
        assert bench.numbers() == [1]
        bench.sfn.stop_execution(executionArn=first)


def test_of_two_runs_that_resume_in_the_same_second_one_is_refused() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        bench.abort("first")
        pair = [bench.start({"ResumeFrom": "first", **HOLDING}, name=name) for name in ("second", "third")]
        wait_for("the refusal", lambda: "FAILED" in map(bench.status, pair))
        won, lost = sorted(pair, key=bench.status, reverse=True)
        refused = bench.end(lost)
        assert refused.error == "SpotTraining.CheckpointInUse"
        assert f"it was started by {won}" in refused.cause
        assert bench.numbers() == [1, 2]
        assert bench.status(won) == "RUNNING"
        bench.sfn.stop_execution(executionArn=won)


def test_a_job_that_outlives_its_aborted_run_is_told_with_the_command_that_stops_it() -> None:
    with run_bench(SPOT, hyperparameters={**SLOW, "hold": "2"}, speed=20) as bench:
        bench.abort("first", job_lives_on=True)
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.error == "SpotTraining.CheckpointInUse"
        told = re.search(r"aws sagemaker stop-training-job --training-job-name (\S+?)[;.]", run.cause)
        assert told is not None, run.cause
        assert bench.live_jobs() == [told[1]]
        bench.sagemaker.stop_training_job(TrainingJobName=told[1])
        again = bench.run({"ResumeFrom": "first", **DONE}, name="third")
        assert again.status == "SUCCEEDED", again.cause
        assert bench.numbers() == [1, 2]
        assert one_after_the_other(bench)


def test_a_job_that_is_stopping_is_waited_for() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2", "on-term": "ignore"}, speed=20) as bench:
        bench.abort("first", job_lives_on=True)
        bench.sagemaker.stop_training_job(TrainingJobName=bench.live_jobs()[0])
        run = bench.run({"ResumeFrom": "first", **DONE}, name="second")
        assert run.status == "SUCCEEDED", run.cause
        assert "Wait for job" in run.states
        assert bench.numbers() == [1, 2]
        assert one_after_the_other(bench)


def test_a_run_that_failed_without_training_can_be_resumed() -> None:
    with run_bench(SPOT, market="never", max_runtime_seconds=60, max_wait_seconds=60, speed=100) as bench:
        assert bench.run(name="first").error == "SpotTraining.CapacityExhausted"
        again = bench.run({"ResumeFrom": "first"}, name="second")
        assert again.error == "SpotTraining.CapacityExhausted"
        assert bench.numbers() == [1, 2]


def test_a_run_name_that_comes_back_trains_on_a_prefix_of_its_own() -> None:
    with run_bench(SPOT, hyperparameters={"steps": "2"}) as bench:
        # after 90 days in the same machine, or at once in another with the same base job name
        names = [bench.machine, *(bench.another_machine(name) for name in ("second", "third"))]
        for machine in names:
            run = bench.run(name="night", machine=machine)
            assert run.status == "SUCCEEDED", run.cause
        assert bench.numbers() == [1, 2, 3]
        assert bench.prefixes() == ["night/", "night~2/", "night~3/"]
        assert bench.begins() == [0, 0, 0]
        assert run.report["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/night~3/"
        # it is the last of them that the name means now
        resumed = bench.run({"ResumeFrom": "night"}, name="later")
        assert resumed.report["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/night~3/"
        assert bench.begins()[-1] == 2


def test_a_run_of_a_used_name_that_falls_back_keeps_its_prefix() -> None:
    with run_bench(SPOT, ON_DEMAND, market="never", max_runtime_seconds=300, max_wait_seconds=300, speed=100) as bench:
        bench.run(name="night")
        again = bench.run(name="night", machine=bench.another_machine("second"))
        assert again.verdicts == ["no capacity", "completed"]
        assert bench.numbers() == [1, 2, 3, 4]
        assert bench.prefixes() == ["night/", "night/", "night~3/", "night~3/"]


def test_a_fresh_run_whose_name_a_live_run_has_is_refused() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2"}, speed=20) as bench:
        first = bench.start(name="night")
        bench.until(first, bench.trained)
        run = bench.run(name="night", machine=bench.another_machine("second"))
        assert run.error == "SpotTraining.CheckpointInUse"
        assert first in run.cause
        assert bench.numbers() == [1]
        bench.sfn.stop_execution(executionArn=first)


def test_a_listing_that_lags_makes_no_second_writer_and_no_refusal() -> None:
    with run_bench(SPOT, hyperparameters={"steps": "2"}) as bench:
        for number in range(4):
            bench.run({"ResumeFrom": "first"} if number else {}, name=f"run-{number}" if number else "first")
        assert bench.numbers() == [1, 2, 3, 4]
        # as if all of them had been made just now
        bench.aws.training_jobs.listing_lag_seconds = 1e6
        lagging = bench.run({"ResumeFrom": "first"}, name="lagging")
        assert lagging.status == "SUCCEEDED", lagging.cause
        fresh = bench.run(name="first", machine=bench.another_machine("second"))
        assert fresh.status == "SUCCEEDED", fresh.cause
        bench.aws.training_jobs.listing_lag_seconds = 0
        assert bench.numbers() == [1, 2, 3, 4, 5, 6]
        assert bench.prefixes()[-1] == "first~6/"


def test_a_job_of_somebody_else_under_our_name_is_left_alone() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2"}, speed=20) as bench:
        (request,) = bench.requests(bench.abort("night"))
        name = request["TrainingJobName"].removesuffix("-1") + "-2"
        # made by hand, without a mark
        theirs = {"TrainingJobName": name, "Environment": {}, **HOLDING}
        bench.sagemaker.create_training_job(**{**request, **theirs})
        run = bench.run({"ResumeFrom": "night"}, name="second")
        assert run.error == "SpotTraining.CheckpointInUse"
        assert bench.live_jobs() == [name]
