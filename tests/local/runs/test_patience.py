"""The watch beside a job: it counts every stretch without an instance, and the plan's next entry goes on."""

from __future__ import annotations

from tests.support.run_bench import ON_DEMAND, SPOT, run_bench

SLOW = {"steps": "30", "pause": "0.05"}


def test_a_job_without_an_instance_is_stopped_and_the_next_entry_trains() -> None:
    with run_bench(
        SPOT, ON_DEMAND, market="never", capacity_patience_seconds=90, max_runtime_seconds=3000, speed=100
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["no capacity", "completed"]
        assert run.report["Attempts"][0]["SecondaryStatus"] == "Stopped"
        assert "patience" in run.report["Attempts"][0]["Reason"]
        waited, trained = bench.jobs()
        assert 90 <= (waited["LastModifiedTime"] - waited["CreationTime"]).total_seconds() < 900
        assert trained["CreationTime"] >= waited["LastModifiedTime"]


def test_a_drought_in_the_middle_of_a_run_falls_back_and_resumes_from_the_checkpoint() -> None:
    with run_bench(
        SPOT,
        ON_DEMAND,
        market="scripted:checkpoints=1+never",
        capacity_patience_seconds=120,
        hyperparameters=SLOW,
        speed=60,
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["no capacity", "completed"]
        assert [attempt["Market"] for attempt in run.report["Attempts"]] == ["spot", "on-demand"]
        assert run.report["Attempts"][0]["Interruptions"] == 1
        assert bench.begins()[1] > bench.begins()[0] == 0
        first = bench.jobs()[0]
        lost = next(step for step in first["SecondaryStatusTransitions"] if step["Status"] == "Interrupted")
        waited = (first["TrainingEndTime"] - lost["StartTime"]).total_seconds()
        # it would have waited two hours
        assert 120 <= waited < 900


def test_capacity_that_comes_back_in_time_keeps_its_job() -> None:
    with run_bench(
        SPOT,
        ON_DEMAND,
        market="scripted:checkpoints=1+60",
        capacity_patience_seconds=600,
        hyperparameters=SLOW,
        speed=60,
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["completed"]
        assert run.report["Interruptions"] == 1


def test_the_last_entry_waits_as_long_as_its_wait() -> None:
    with run_bench(
        SPOT, market="never", capacity_patience_seconds=30, max_runtime_seconds=300, max_wait_seconds=300, speed=100
    ) as bench:
        run = bench.run()
        assert run.error == "SpotTraining.CapacityExhausted"
        (job,) = bench.jobs()
        assert job["SecondaryStatus"] == "MaxWaitTimeExceeded"
        assert "Stop waiting" not in run.states


def test_a_run_that_gets_its_capacity_at_once_is_short() -> None:
    with run_bench(SPOT, ON_DEMAND, capacity_patience_seconds=1800, speed=20) as bench:
        run = bench.run()
        assert run.verdicts == ["completed"]
        assert "Look for capacity" not in run.states
        # the transitions that AWS counts: each state that is entered
        assert len(run.states) == 11, run.states
