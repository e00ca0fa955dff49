"""Each row of the verdict table, provoked on the embedded AWS and followed to the final document."""

from __future__ import annotations

import pytest

from constructs_lib.local.training_jobs.faults import (
    ACCESS_DENIED,
    ERROR_AFTER_CREATE,
    ERROR_BEFORE_CREATE,
    THROTTLED,
    JobFault,
    ScriptedFaults,
)
from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.settings import RetryBudget, RunPrices
from tests.support.run_bench import ON_DEMAND, OTHER_SPOT, SPOT, run_bench

QUICK = RetryBudget(first_delay_seconds=2, longest_delay_seconds=4, throttles=3, quotas=2, service_faults=1, looks=3)


@pytest.mark.parametrize("stopped_jobs_fail", [True, False])
def test_no_capacity_falls_through_the_plan_to_on_demand(stopped_jobs_fail: bool) -> None:
    with run_bench(
        SPOT, OTHER_SPOT, ON_DEMAND, market="never", max_runtime_seconds=300, max_wait_seconds=300, speed=100,
        stopped_jobs_fail=stopped_jobs_fail,
    ) as bench:  # fmt: skip
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["no capacity", "no capacity", "completed"]
        assert [attempt["Market"] for attempt in run.report["Attempts"]] == ["spot", "spot", "on-demand"]
        last = bench.jobs()[-1]
        assert "EnableManagedSpotTraining" not in last or last["EnableManagedSpotTraining"] is False
        assert "MaxWaitTimeInSeconds" not in last["StoppingCondition"]
        assert {job["CheckpointConfig"]["S3Uri"] for job in bench.jobs()} == {run.report["CheckpointS3Uri"]}


def test_a_plan_that_is_used_up_fails_with_every_attempt_told() -> None:
    with run_bench(SPOT, OTHER_SPOT, market="never", max_runtime_seconds=60, max_wait_seconds=60, speed=100) as bench:
        run = bench.run()
        assert (run.status, run.error) == ("FAILED", "SpotTraining.CapacityExhausted")
        assert run.states[-1] == "Capacity exhausted"
        assert run.verdicts == ["no capacity", "no capacity"]
        assert bench.live_jobs() == []


def test_capacity_errors_move_on_and_the_next_attempt_resumes() -> None:
    faults = ScriptedFaults(jobs={1: JobFault(kind="CapacityError", after_training_seconds=60)})
    with run_bench(
        SPOT, ON_DEMAND, faults=faults, hyperparameters={"steps": "60", "pause": "0.1", "on-term": "save"}, speed=20
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["no capacity", "completed"]
        assert bench.begins()[1] > bench.begins()[0] == 0


@pytest.mark.parametrize("count", [1, 3])
def test_throttling_is_waited_out(count: int) -> None:
    # boto3 in the interpreter does not retry: each fault is one that Step Functions hands on
    with run_bench(
        faults=ScriptedFaults(creates=dict.fromkeys(range(1, count + 1), THROTTLED)), retry_budget=QUICK
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.states.count("Back off") == count
        assert [job["TrainingJobName"][-2:] for job in bench.jobs()] == ["-1"]


def test_throttling_that_does_not_end_fails_the_run() -> None:
    with run_bench(faults=ScriptedFaults(creates=dict.fromkeys(range(1, 99), THROTTLED)), retry_budget=QUICK) as bench:
        run = bench.run()
        assert run.error == "SpotTraining.ServiceFault"
        assert run.states.count("Back off") == 3
        assert bench.jobs() == []


def test_a_quota_that_stays_moves_to_the_next_capacity() -> None:
    with run_bench(SPOT, ON_DEMAND, quotas=Quotas({("ml.m5.xlarge", "spot"): 0}), retry_budget=QUICK) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["quota", "completed"]
        assert "for spot training job usage" in run.report["Attempts"][0]["Reason"]


def test_a_service_fault_is_repeated_then_left_behind() -> None:
    broken = JobFault(kind="InternalServerError")
    with run_bench(SPOT, ON_DEMAND, faults=ScriptedFaults(jobs={1: broken, 2: broken}), retry_budget=QUICK) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["service fault", "service fault", "completed"]
        assert [a["Market"] for a in run.report["Attempts"]] == ["spot", "spot", "on-demand"]


@pytest.mark.parametrize("fault", [ERROR_BEFORE_CREATE, ERROR_AFTER_CREATE])
def test_an_ambiguous_create_never_makes_a_second_job(fault: object) -> None:
    with run_bench(faults=ScriptedFaults(creates={1: fault}), retry_budget=QUICK) as bench:  # type: ignore[dict-item]
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert len(bench.jobs()) == 1
        assert len(run.report["Attempts"]) == 1


def test_a_bug_is_not_retried_on_every_capacity() -> None:
    with run_bench(SPOT, ON_DEMAND, hyperparameters={"fail": "ValueError: no such column"}) as bench:
        run = bench.run()
        assert run.error == "SpotTraining.TrainingFailed"
        assert run.states[-1] == "Training failed"
        assert len(bench.jobs()) == 1
        assert "AlgorithmError" in run.cause
        assert "no such column" in run.cause
        assert run.report["CheckpointS3Uri"] in run.cause


def test_the_budget_ends_the_run_and_says_how_to_go_on() -> None:
    with run_bench(max_runtime_seconds=60, hyperparameters={"steps": "1000", "pause": "0.05"}, speed=60) as bench:
        run = bench.run()
        assert run.error == "SpotTraining.MaxRuntimeExceeded"
        assert run.verdicts == ["out of time"]
        assert "raise MaxRuntimeInSeconds" in run.cause


def test_dollars_that_are_used_up_end_the_run_and_are_told() -> None:
    prices = RunPrices(dollars_per_hour={"ml.m5.xlarge": 3600}, as_of="2026-11-27", region="us-east-1", max_cost=90)
    with run_bench(prices=prices, hyperparameters={"steps": "1000", "pause": "0.05"}, speed=60) as bench:
        run = bench.run({"MaxCost": 60})
        assert run.error == "SpotTraining.MaxRuntimeExceeded"
        assert run.verdicts == ["out of time"]
        assert "the run has used up its $60: it was billed for $" in run.cause
        assert "at the on-demand prices of 2026-11-27" in run.cause
        assert bench.requests(run.arn)[0]["StoppingCondition"]["MaxRuntimeInSeconds"] == 60
        assert "at most 90 dollars" in bench.run({"MaxCost": 91}).cause
        assert len(bench.jobs()) == 1


def test_a_person_who_stops_the_job_is_obeyed() -> None:
    with run_bench(SPOT, ON_DEMAND, hyperparameters={"hold": "2"}) as bench:
        arn = bench.start()
        bench.until(arn, lambda: any(job["SecondaryStatus"] == "Training" for job in bench.jobs()))
        bench.sagemaker.stop_training_job(TrainingJobName=bench.live_jobs()[0])
        run = bench.end(arn)
        assert run.error == "SpotTraining.Stopped"
        assert len(bench.jobs()) == 1


def test_what_sagemaker_will_never_take_fails_at_once() -> None:
    with run_bench(SPOT, ON_DEMAND, faults=ScriptedFaults(creates={1: ACCESS_DENIED}), retry_budget=QUICK) as bench:
        run = bench.run()
        assert run.error == "SpotTraining.Rejected"
        assert "not authorized to perform: sagemaker:CreateTrainingJob" in run.cause
        assert bench.jobs() == []


def test_interruptions_are_counted_and_billed_for_what_trained() -> None:
    with run_bench(
        Capacity.spot("ml.m5.xlarge"),
        market="scripted:checkpoints=2+30,checkpoints=2+30",
        hyperparameters={"steps": "40", "pause": "0.05"},
        speed=60,
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.report["Interruptions"] == 2
        job = bench.jobs()[0]
        assert run.report["TrainingTimeInSeconds"] == job["TrainingTimeInSeconds"]
        assert run.report["BillableTimeInSeconds"] == job["BillableTimeInSeconds"]
        assert 0 < run.report["SavingsPercent"] < 100
