"""A look-out waits for spot capacity while a run is on-demand, and is never left behind."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from constructs_lib.local.spot_market.supply import Progress, Supply
from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.verbs.stop import stop_run
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.settings import RetryBudget
from tests.support.run_bench import ON_DEMAND, SPOT, Ended, RunBench, run_bench

IN_TIME = Deadline(
    after_seconds=36000,
    expected_runtime_seconds=24000,
    on_demand_start_seconds=120,
    changeover_seconds=20,
    checkpoint_interval_seconds=20,
    hold=0.6,
    patience_seconds=60,
    stint_seconds=3600,
    lookout_stint_seconds=30,
    poll_seconds=30,
    lookout=True,
)
QUICK = RetryBudget(first_delay_seconds=2, longest_delay_seconds=4, quotas=1)
UNTIL_IT_COMES_BACK = {"steps": "6", "hold": "3"}


class Ordered:
    """Spot capacity when the test says so."""

    def __init__(self) -> None:
        self.there = False

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        return self

    def wait_seconds(self, now: float) -> float:
        return 0 if self.there else 5

    def seconds_left(self, now: float, progress: Progress) -> float:
        return math.inf

    def interrupted(self, now: float) -> None:
        raise AssertionError("it is never taken away")


@contextmanager
def bench(market: Ordered, **more: Any) -> Iterator[RunBench]:
    given = {
        "deadline": IN_TIME,
        "market": market,
        "hyperparameters": UNTIL_IT_COMES_BACK,
        "max_runtime_seconds": 36000,
        "max_wait_seconds": 36000,
        "speed": 60,
        **more,
    }
    with run_bench(SPOT, ON_DEMAND, **given) as made:
        yield made


def look_outs(of: RunBench) -> list[dict[str, Any]]:
    return [job for job in of.jobs() if "CheckpointConfig" not in job]


def sights(of: RunBench, arn: str) -> list[str]:
    """What was known of spot capacity at each look."""
    events = of.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    left = [event["stateExitedEventDetails"] for event in events if "stateExitedEventDetails" in event]
    return [json.loads(one["output"])["Sight"] for one in left if one["name"] == "Look for capacity"]


def stopped_by_a_person(of: RunBench, arn: str) -> Ended:
    """End a run by its job, while it trains."""
    (job,) = [name for name in of.live_jobs() if "lo" not in name.rpartition("-")[2]]
    of.sagemaker.stop_training_job(TrainingJobName=job)
    return of.end(arn)


def test_a_run_goes_back_to_spot_when_its_look_out_has_seen_capacity() -> None:
    market = Ordered()
    with bench(market) as on:
        arn = on.start()
        on.until(arn, lambda: bool(look_outs(on)))
        market.there = True
        run = on.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        assert [each["Market"] for each in run.report["Attempts"]] == ["spot", "on-demand", "spot"], run.report
        (seen,) = look_outs(on)
        assert seen["TrainingJobStatus"] == "Completed"
        assert seen["EnableManagedSpotTraining"]
        assert "InputDataConfig" not in seen
        assert seen["AlgorithmSpecification"]["ContainerEntrypoint"] == ["true"]
        assert run.report["Deadline"]["LookOutBillableTimeInSeconds"] == seen["BillableTimeInSeconds"]
        # it is over, and nobody stops it
        assert "Stop look-out" not in run.states
        # nobody trains beside another
        first, second, third = (job for job in on.jobs() if "CheckpointConfig" in job)
        assert first["LastModifiedTime"] <= second["CreationTime"]
        assert second["LastModifiedTime"] <= third["CreationTime"]
        assert int(on.aws.training_jobs.log(third["TrainingJobName"]).splitlines()[0].rpartition(" ")[2]) > 0


def test_a_look_out_that_still_waits_ends_with_its_job() -> None:
    with bench(Ordered()) as on:
        arn = on.start()
        on.until(arn, lambda: bool(look_outs(on)))
        run = stopped_by_a_person(on, arn)
        assert [each["Market"] for each in run.report["Attempts"]] == ["spot", "on-demand"]
        assert run.report["Deadline"]["LookOutBillableTimeInSeconds"] == 0
        assert "Stop look-out" in run.states
        (waited,) = look_outs(on)
        on.aws.training_jobs.wait(waited["TrainingJobName"], timeout=120)
        assert [job["TrainingJobStatus"] for job in look_outs(on)] == ["Stopped"]
        # what it may wait is the time to the deadline
        assert 300 < waited["StoppingCondition"]["MaxWaitTimeInSeconds"] < 36000
        assert waited["StoppingCondition"]["MaxRuntimeInSeconds"] == 300


def test_a_stop_finds_the_look_out_that_an_abort_leaves() -> None:
    with bench(Ordered()) as on:
        arn = on.start()
        on.until(arn, lambda: bool(look_outs(on)))
        on.sfn.stop_execution(executionArn=arn)
        (name,) = [job["TrainingJobName"] for job in look_outs(on)]
        assert name in on.live_jobs()
        clients = Clients(sfn=on.sfn, sagemaker=on.sagemaker, cloudformation=None, s3=on.s3, logs=None)
        said: list[str] = []
        stopped = stop_run(clients, arn, say=said.append, sleep=lambda _: on.aws.clock.sleep(5))
        assert f"job {name} was live and is told to stop" in said
        assert stopped.jobs[name] == "Stopped"
        assert on.live_jobs() == []


def test_where_a_look_out_is_refused_the_run_goes_on_without_one() -> None:
    with bench(Ordered(), quotas=Quotas({("ml.m5.xlarge", "spot"): 0}), retry_budget=QUICK) as on:
        arn = on.start()
        on.until(arn, lambda: sights(on, arn)[-1:] == ["blind"])
        run = stopped_by_a_person(on, arn)
        assert run.verdicts == ["quota", "stopped by a person"]
        assert look_outs(on) == []
