"""A deadline, kept by the deployed machine: it waits, buys on-demand, goes back to spot, and refuses what it cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.deadline.machine import play, start
from benchmarks.deadline.markets import Trace
from constructs_lib.local.spot_market.supply import Steady, Supply
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.definition import run_branch
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, OTHER_SPOT, SPOT, run_bench


def deadline(after: int, work: int, *, hold: float = 0.2) -> Deadline:
    """Make a deadline that tries spot with a slack of 120 + 30 + 20 + 20 + 30 = 220 seconds or more."""
    return Deadline(
        after_seconds=after,
        expected_runtime_seconds=work,
        on_demand_start_seconds=120,
        changeover_seconds=20,
        checkpoint_interval_seconds=20,
        hold=hold,
        patience_seconds=60,
        stint_seconds=60,
        poll_seconds=30,
    )


def test_a_run_without_spot_falls_to_on_demand_when_nothing_else_keeps_the_deadline() -> None:
    with run_bench(
        SPOT, ON_DEMAND, market="never", deadline=deadline(620, 300, hold=0), max_runtime_seconds=600, speed=60
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["moved", "completed"]
        waited, trained = bench.jobs()
        # the slack is 320, and the net catches it at 220
        begun = bench.sfn.describe_execution(executionArn=run.arn)["startDate"]
        assert 100 <= (waited["LastModifiedTime"] - begun).total_seconds() < 320
        assert trained["CreationTime"] >= waited["LastModifiedTime"]
        told = run.report["Deadline"]
        assert told["SlackInSeconds"] > 0
        assert told["SpotTrainingTimeInSeconds"] == 0
        assert told["OnDemandTrainingTimeInSeconds"] > 0


class BackForTheSecondJob:
    """No spot capacity for the first job that asks for it, and then always some."""

    def __init__(self) -> None:
        self._asked = 0

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        self._asked += 1
        return Steady(available=self._asked > 1).supply(instance_type, instance_count, now)


def test_a_stint_on_demand_is_left_for_spot_again() -> None:
    with run_bench(
        SPOT,
        ON_DEMAND,
        market=BackForTheSecondJob(),
        deadline=deadline(3600, 2400, hold=0.6),
        hyperparameters={"steps": "24", "pause": "0.15"},
        speed=60,
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert [each["Market"] for each in run.report["Attempts"]] == ["spot", "on-demand", "spot"], run.report
        assert run.verdicts == ["moved", "moved", "completed"]
        last = bench.aws.training_jobs.log(bench.jobs()[-1]["TrainingJobName"])
        assert int(last.splitlines()[0].rpartition(" ")[2]) > 0


def test_a_deadline_that_leaves_no_room_for_spot_goes_on_demand_at_once() -> None:
    with run_bench(SPOT, ON_DEMAND, deadline=deadline(500, 300), max_runtime_seconds=600, speed=60) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert [each["Market"] for each in run.report["Attempts"]] == ["on-demand"]


def test_a_deadline_that_cannot_be_kept_is_refused_before_any_job() -> None:
    with run_bench(SPOT, ON_DEMAND, deadline=deadline(900, 300)) as bench:
        run = bench.run({"DeadlineInSeconds": 300, "HyperParameters": {"a": None}})
        assert run.error == "SpotTraining.InvalidInput"
        assert "it is in 300 seconds, the training takes 300 and a job starts in 20" in run.cause
        assert "'HyperParameters.a'" in run.cause
        assert bench.jobs() == []


def test_spot_capacities_are_waited_for_in_turn() -> None:
    with run_bench(
        SPOT,
        replace(OTHER_SPOT, relative_speed=1),
        ON_DEMAND,
        market="ml.m5.xlarge=never;ml.g5.xlarge=always",
        deadline=deadline(3000, 600, hold=0),
        speed=60,
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["moved", "completed"]
        assert [each["InstanceType"] for each in run.report["Attempts"]] == ["ml.m5.xlarge", "ml.g5.xlarge"]
        # a spot job may last until the deadline
        first = bench.jobs()[0]["StoppingCondition"]
        assert first["MaxRuntimeInSeconds"] == 3600
        assert first["MaxWaitTimeInSeconds"] == 3600


def test_a_run_that_is_redriven_has_the_deadline_that_it_had() -> None:
    with run_bench(
        SPOT,
        ON_DEMAND,
        deadline=deadline(3000, 600, hold=0),
        hyperparameters={"steps": "30", "pause": "0.05"},
        speed=60,
    ) as bench:
        arn = bench.abort("again")
        bench.sfn.redrive_execution(executionArn=arn)
        run = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        started = bench.sfn.describe_execution(executionArn=arn)["startDate"]
        told = datetime.fromisoformat(run.report["Deadline"]["Deadline"])
        assert abs((told - started.astimezone(UTC)).total_seconds() - 3000) < 60


def test_the_watch_reads_how_much_of_the_work_is_saved() -> None:
    with run_bench(
        SPOT,
        ON_DEMAND,
        deadline=deadline(3000, 600),
        hyperparameters={"steps": "30", "pause": "0.05"},
        speed=60,
    ) as bench:
        bench.s3.put_object(Bucket="checkpoint-bucket", Key="churn/told/progress.json", Body=b'{"fraction": 0.42}')
        run = bench.run(name="told")
        assert run.status == "SUCCEEDED", run.cause
        events = bench.sfn.get_execution_history(executionArn=run.arn, maxResults=1000)["events"]
        exited = [event["stateExitedEventDetails"] for event in events if "stateExitedEventDetails" in event]
        read = [json.loads(each["output"]) for each in exited if each["name"] == "Read progress"]
        assert read
        assert all(json.loads(each["File"]) == {"fraction": 0.42} for each in read)


def test_a_task_of_somebody_elses_machine_has_a_deadline_too() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(settings, name="Train", input_expression="{% {'DeadlineInSeconds': 500} %}")
        return {"StartAt": "Train", "States": {"Train": {**task, "End": True}}}

    with run_bench(
        SPOT, ON_DEMAND, deadline=deadline(3000, 200, hold=0), market="never", definition=definition, speed=60
    ) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["moved", "completed"]
        assert run.report["Deadline"]["ExpectedRuntimeInSeconds"] == 200


@pytest.mark.parametrize(
    ("up", "work", "after", "markets", "lookout"),
    [
        # capacity for ten minutes, and then none
        ([True] * 4 + [False] * 120, 3600, 7200, ["spot", "on-demand"], False),
        # none for an hour: on-demand is bought early, and left when its stint is over
        ([False] * 12 + [True] * 120, 5400, 10800, ["spot", "on-demand", "spot"], False),
        # none for longer: going back blind would be in vain, and the look-out knows it
        ([False] * 18 + [True] * 120, 5400, 10800, ["spot", "on-demand", "spot"], True),
    ],
    ids=["gone", "back", "seen"],
)
def test_the_machine_goes_through_the_markets_of_the_simulator(
    up: list[bool], work: int, after: int, markets: list[str], lookout: bool
) -> None:
    trace, stints = Trace("by hand", 300, up), (8, 4)
    (both,) = play([start(trace, 0, work=work, after=after, stints=stints, speed=300, lookout=lookout)], speed=300)
    assert both.simulated.markets == markets
    assert both.markets == markets
    assert both.slack >= 0
    assert both.cost == pytest.approx(both.simulated.cost, rel=0.1)
