"""What becomes of a job: every way through its statuses, with real programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.faults import JobFault, ScriptedFaults
from constructs_lib.local.training_jobs.lifecycle import Lifecycle
from tests.local.training_jobs.bench import ENDS_WITHIN, Bench, history

ONCE_THROUGH = ["Starting", "Downloading", "Training", "Uploading", "Completed"]


def test_a_job_with_capacity_goes_once_through(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        job = bench.run(bench.counting(arguments="--steps 3"))
        assert history(job) == ONCE_THROUGH
        assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed")
        assert bench.archive("job-1") == {"model.json": {"steps": 3}}
        assert bench.archive("job-1", "output.tar.gz") == {"begin.json": {"begin": 0}}
        assert bench.keys("checkpoints") == ["step-1.json", "step-2.json", "step-3.json"]
        assert [status for status in bench.seen if status != "Starting"] == ONCE_THROUGH[1:]


def test_an_interrupted_job_resumes_from_its_checkpoint(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:step=4+50") as bench:
        job = bench.run(bench.counting(arguments="--steps 8 --hold 4"))
        again = ["Starting", "Downloading", "Training"]
        assert history(job) == [*again, "Interrupted", *again, "Uploading", "Completed"]
        assert bench.archive("job-1", "output.tar.gz") == {"begin.json": {"begin": 4}}
        assert bench.archive("job-1") == {"model.json": {"steps": 8}}
        assert "begin at 0" in bench.jobs.log("job-1")
        assert "begin at 4" in bench.jobs.log("job-1")
        away = job["SecondaryStatusTransitions"][3]
        assert (away["EndTime"] - away["StartTime"]).total_seconds() >= 49.9


def test_a_program_too_fast_for_the_script_is_interrupted_before_its_upload(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:checkpoints=2+5") as bench:
        job = bench.run(bench.counting(arguments="--steps 5"))
        assert history(job).count("Interrupted") == 1
        assert job["TrainingJobStatus"] == "Completed"
        assert bench.archive("job-1") == {"model.json": {"steps": 5}}


def test_without_capacity_the_job_stops_when_its_wait_is_over(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="never") as bench:
        job = bench.run(bench.request(max_runtime=20, max_wait=30))
        assert history(job) == ["Starting", "Stopping", "MaxWaitTimeExceeded"]
        assert job["TrainingJobStatus"] == "Stopped"
        assert "FailureReason" not in job
        assert not {"TrainingTimeInSeconds", "BillableTimeInSeconds", "TrainingStartTime", "TrainingEndTime"} & set(job)


def test_capacity_that_does_not_come_back_ends_the_wait(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:checkpoints=1+never") as bench:
        job = bench.run(bench.counting(arguments="--steps 2 --hold 1", max_runtime=200, max_wait=200))
        assert history(job)[-3:] == ["Interrupted", "Stopping", "MaxWaitTimeExceeded"]
        assert job["BillableTimeInSeconds"] <= job["TrainingTimeInSeconds"] < 200


def test_wait_ends_a_job_that_trains(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:+50") as bench:
        job = bench.run(bench.counting(arguments="--steps 1 --hold 1", max_runtime=200, max_wait=250))
        assert history(job)[-3:] == ["Stopping", "Uploading", "MaxWaitTimeExceeded"]


def test_runtime_counts_training_over_all_restarts_and_not_the_waits(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:40+40,40+40,40+40", speed=25) as bench:
        request = bench.counting(arguments="--steps 1 --hold 1", max_runtime=100, max_wait=10000)
        del request["CheckpointConfig"]
        job = bench.run(request)
        assert job["SecondaryStatus"] == "MaxRuntimeExceeded"
        assert history(job).count("Interrupted") == 2
        assert 100 <= job["TrainingTimeInSeconds"] < 200
        lasted = (job["TrainingEndTime"] - job["TrainingStartTime"]).total_seconds()
        assert lasted > 80 + 80


def test_what_a_stopped_program_saves_in_its_grace_is_kept(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.jobs.create(bench.counting(arguments="--steps 2 --hold 2 --on-term save"))
        _until(bench, "job-1", "step-2.json")
        bench.jobs.stop("job-1")
        assert bench.jobs.describe("job-1")["TrainingJobStatus"] == "Stopping"
        bench.jobs.stop("job-1")
        job = bench.jobs.wait("job-1", ENDS_WITHIN)
        assert history(job)[-3:] == ["Stopping", "Uploading", "Stopped"]
        assert job["TrainingJobStatus"] == "Stopped"
        assert "step-1002.json" in bench.keys("checkpoints")


def test_what_an_interrupted_program_saves_in_its_grace_is_kept(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:step=2+5") as bench:
        job = bench.run(bench.counting(arguments="--steps 3 --hold 2 --on-term save"))
        assert job["TrainingJobStatus"] == "Completed"
        assert bench.archive("job-1", "output.tar.gz") == {"begin.json": {"begin": 1002}}


def test_a_program_that_ignores_sigterm_is_killed(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.jobs.create(bench.counting(arguments="--steps 1 --hold 1 --on-term ignore"))
        _until(bench, "job-1", "step-1.json")
        bench.jobs.stop("job-1")
        assert bench.jobs.wait("job-1", ENDS_WITHIN)["SecondaryStatus"] == "Stopped"
        assert "SIGTERM ignored" in bench.jobs.log("job-1")


def test_stop_while_waiting_for_capacity(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="never") as bench:
        bench.jobs.create(bench.request())
        bench.jobs.stop("job-1")
        job = bench.jobs.wait("job-1", ENDS_WITHIN)
        assert history(job) == ["Starting", "Stopping", "Stopped"]


def test_spot_bills_less_and_on_demand_all(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, spot_discount=0.5) as bench:
        spot = bench.run(bench.counting("spot-1", arguments="--steps 4 --pause 0.1"))
        on_demand = bench.run(bench.counting("on-demand-1", arguments="--steps 1", spot=False))
        assert abs(spot["BillableTimeInSeconds"] - spot["TrainingTimeInSeconds"] / 2) <= 1
        assert on_demand["BillableTimeInSeconds"] == on_demand["TrainingTimeInSeconds"] > 0


def test_on_demand_does_not_ask_the_market(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="never") as bench:
        assert history(bench.run(bench.counting(arguments="--steps 1", spot=False))) == ONCE_THROUGH


@pytest.mark.parametrize(
    ("fail", "reason"),
    [
        ("the data has no column 'x'", "AlgorithmError: the data has no column 'x', exit code: 3"),
        (
            "silent",
            "AlgorithmError: See job logs for more information; its last line: step=1 loss=1.000;, exit code: 3",
        ),
        ("long", "AlgorithmError: " + "x" * (1024 - len("AlgorithmError: , exit code: 3")) + ", exit code: 3"),
    ],
)
def test_fails_with_what_the_program_says(s3: Any, tmp_path: Path, fail: str, reason: str) -> None:
    with Bench(s3, tmp_path) as bench:
        request = bench.counting(arguments="--steps 1")
        request["AlgorithmSpecification"]["ContainerArguments"] += ["--fail", fail]
        job = bench.run(request)
        assert (job["TrainingJobStatus"], history(job)[-2:]) == ("Failed", ["Training", "Failed"])
        assert job["FailureReason"] == reason
        assert bench.keys("checkpoints") == ["step-1.json"]
        assert bench.keys("models") == []


def test_a_capacity_error_fails_a_job_before_it_trains(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, faults=ScriptedFaults(jobs={1: JobFault(kind="CapacityError")})) as bench:
        job = bench.run(bench.request(spot=False))
        assert history(job) == ["Starting", "Failed"]
        assert job["FailureReason"].startswith("CapacityError: Unable to provision")
        assert "TrainingTimeInSeconds" not in job


def test_an_internal_error_fails_a_job_that_trains(s3: Any, tmp_path: Path) -> None:
    fault = JobFault(kind="InternalServerError", after_training_seconds=20)
    with Bench(s3, tmp_path, faults=ScriptedFaults(jobs={2: fault})) as bench:
        assert bench.run(bench.counting("first-1"))["TrainingJobStatus"] == "Completed"
        job = bench.run(bench.counting("second-1", arguments="--steps 9 --hold 9"))
        assert history(job)[-2:] == ["Training", "Failed"]
        assert job["FailureReason"] == "InternalServerError: We encountered an internal error. Please try again."


def test_a_retry_strategy_brings_a_job_back_from_an_internal_error(s3: Any, tmp_path: Path) -> None:
    fault = JobFault(kind="InternalServerError", after_training_seconds=20)
    with Bench(s3, tmp_path, faults=ScriptedFaults(jobs={1: fault})) as bench:
        request = bench.counting(arguments="--steps 3 --pause 0.2", RetryStrategy={"MaximumRetryAttempts": 1})
        job = bench.run(request)
        assert history(job)[2:5] == ["Training", "Starting", "Downloading"]
        assert job["TrainingJobStatus"] == "Completed"
        assert job["RetryStrategy"] == {"MaximumRetryAttempts": 1}


def test_close_kills_the_programs_and_leaves_nothing(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.jobs.create(bench.counting(arguments="--steps 1 --hold 1 --on-term ignore"))
        _until(bench, "job-1", "step-1.json")
    assert list((tmp_path / "work").iterdir()) == []
    with pytest.raises(TimeoutError, match="job-1 has not ended"):
        bench.jobs.wait("job-1")
    bench.jobs.close()


def _until(bench: Bench, name: str, checkpoint: str) -> None:
    """Wait until a job's program has put a checkpoint into S3; the job's own end bounds it."""
    for _ in range(int(ENDS_WITHIN / 0.02)):
        if checkpoint in bench.keys("checkpoints"):
            return
        assert bench.jobs.describe(name)["TrainingJobStatus"] == "InProgress"
        bench.clock.sleep(0.02 * bench.clock.speed)
    pytest.fail(f"{checkpoint} did not arrive; the log says {bench.jobs.log(name)!r}")


AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_time_on_instances_counts_from_downloading_and_over_restarts() -> None:
    life = Lifecycle(AT)
    moves = [("Downloading", 10), ("Training", 12), ("Interrupted", 20), ("Starting", 50), ("Downloading", 60)]
    for secondary, second in [*moves, ("Training", 61), ("Stopping", 65), ("Uploading", 66), ("Stopped", 67.5)]:
        life.move(secondary, "", AT + timedelta(seconds=second))
    assert life.training_seconds(AT + timedelta(days=1)) == 18
    assert (life.status, life.secondary) == ("Stopped", "Stopped")
    assert life.training_start == AT + timedelta(seconds=10)
    assert life.training_end == AT + timedelta(seconds=67.5)


def test_a_job_that_only_downloaded_has_no_training_time() -> None:
    life = Lifecycle(AT)
    life.move("Downloading", "", AT)
    life.move("Failed", "", AT + timedelta(seconds=9))
    assert life.training_seconds(AT) is None


@pytest.mark.parametrize(("ended", "secondary"), [(True, "Starting"), (False, "Restful")])
def test_fails_to_move_from_an_end_or_to_nowhere(ended: bool, secondary: str) -> None:
    life = Lifecycle(AT)
    if ended:
        life.move("Completed", "", AT)
    with pytest.raises(ValueError, match=f"to {secondary}"):
        life.move(secondary, "", AT)
