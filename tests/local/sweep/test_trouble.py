"""Aborts, redrives and quotas: nothing is started twice, nothing is left behind, and every item is accounted for."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from moto.core.exceptions import AWSError
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.workflow.settings import RetryBudget
from tests.local.machines import wait_for
from tests.local.sweep.bench import SweepBench, sweep_bench

HOLDING = {"epochs": 4, "hold": 2}
"""Waits in its second epoch until it is stopped, and goes on to its fourth."""


BROKEN = {"Name": "broken", "HyperParameters": {"fail": "boo"}}


def statuses(bench: SweepBench) -> Counter[str]:
    found = bench.runs.sfn.list_executions(stateMachineArn=bench.runs.machine, maxResults=1000)["executions"]
    return Counter(execution["status"] for execution in found)


def job_names(bench: SweepBench) -> list[str]:
    return [job["TrainingJobName"] for job in bench.runs.jobs()]


def lose_answers(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Let the answer to the first redrive of each run get lost; return which runs those were."""
    lost: set[str] = set()
    redriven = StepFunctionResponse.redrive_execution  # type: ignore[attr-defined]

    class LostError(AWSError):
        TYPE, STATUS = "InternalFailure", 500

    def redrive_execution(self: Any) -> Any:
        answer, arn = redriven(self), str(self._get_param("executionArn"))
        if ":sweep:" not in arn and arn not in lost:
            lost.add(arn)
            raise LostError("the answer got lost")
        return answer

    monkeypatch.setattr(StepFunctionResponse, "redrive_execution", redrive_execution)
    return lost


def test_an_abort_stops_the_runs_and_a_redrive_goes_on_with_what_is_missing() -> None:
    held = [{"Name": f"held-{n}", "HyperParameters": HOLDING} for n in (1, 2)]
    runs: list[dict[str, Any]] = [{"Name": "quick"}, BROKEN, *held, {"Name": "last"}]
    with sweep_bench(sweep={"max_concurrency": 2, "tolerated_failures": 1}, speed=20.0) as bench:
        sweep = bench.start({"Runs": runs})
        wait_for("two runs that train", lambda: len(bench.runs.live_jobs()) == 2 and len(bench.executions()) == 4)
        wait_for("checkpoints", lambda: {"held-1", "held-2"} <= checkpoints(bench))
        bench.runs.sfn.stop_execution(executionArn=sweep)
        assert bench.runs.end(sweep).status == "ABORTED"
        wait_for("the end of the runs", lambda: statuses(bench)["RUNNING"] == 0)
        assert statuses(bench) == {"SUCCEEDED": 1, "FAILED": 1, "ABORTED": 2}
        wait_for("the end of the jobs", lambda: not bench.runs.live_jobs())
        before = job_names(bench)

        # undone before the embedded AWS takes its own patches away
        with pytest.MonkeyPatch.context() as patched:
            lost = lose_answers(patched)
            bench.runs.sfn.redrive_execution(executionArn=sweep)
            again = bench.runs.end(sweep)
        assert again.status == "SUCCEEDED", again.cause
        assert {arn.rpartition(":")[2] for arn in lost} == {"sweep-1-held-1", "sweep-1-held-2"}
        assert again.report["Counts"] == {"Succeeded": 4, "Failed": 1, "NotStarted": 0}
        assert len(again.report["Best"]) == 4
        assert sorted(bench.executions()) == [
            f"sweep-1-{name}" for name in ("broken", "held-1", "held-2", "last", "quick")
        ]
        # the two that were aborted had a further attempt each, the last one its first, and those that had ended none
        assert len(job_names(bench)) == len(before) + 3
        assert len([key for key in bench.written() if key.startswith("runs/")]) == 5


def checkpoints(bench: SweepBench) -> set[str]:
    """Name the items whose runs have a checkpoint."""
    listed = bench.runs.s3.list_objects_v2(Bucket="checkpoint-bucket")
    return {found["Key"].split("/")[1].removeprefix("sweep-1-") for found in listed.get("Contents", [])}


def test_a_run_that_lives_on_is_waited_for_and_not_started_again() -> None:
    with sweep_bench(speed=20.0) as bench:
        item = {"HyperParameters": {"epochs": 3}}
        # what the sweep is going to ask for, by its name and with its input
        run = bench.runs.start(item, "sweep-1-mine")
        sweep = bench.run({"Runs": [{"Name": "mine", **item}]})
        assert sweep.status == "SUCCEEDED", sweep.cause
        assert sweep.report["Best"][0]["RunName"] == "sweep-1-mine"
        assert bench.runs.status(run) == "SUCCEEDED"
        assert len(bench.runs.jobs()) == 1


def test_a_run_of_the_name_with_another_input_is_not_taken_for_the_item_s() -> None:
    with sweep_bench() as bench:
        bench.runs.run({"HyperParameters": {"epochs": 5}}, "sweep-1-mine")
        sweep = bench.run({"Runs": [{"Name": "mine"}]})
        assert sweep.error == "SpotTraining.SweepFailed"
        assert "A run sweep-1-mine exists that was started with another input" in sweep.cause
        assert len(bench.runs.jobs()) == 1


def test_fifty_runs_wait_for_three_instances() -> None:
    # as many as are needed to see that none starves; the dearest test of sweeps
    quotas = Quotas({("ml.m5.xlarge", "spot"): 3})
    budget = RetryBudget(quotas=1, first_delay_seconds=10)
    with sweep_bench(
        sweep={"max_concurrency": 5}, quotas=quotas, retry_budget=budget, speed=600.0, hyperparameters={"epochs": "1"}
    ) as bench:
        sweep = bench.run({"Grid": {"lr": [number / 100 for number in range(1, 51)]}})
        assert sweep.status == "SUCCEEDED", sweep.cause
        assert sweep.report["Counts"] == {"Succeeded": 50, "Failed": 0, "NotStarted": 0}
        assert sweep.report["Best"][0]["HyperParameters"] == {"lr": 0.5}
        lines = [bench.read(key) for key in bench.written() if key.startswith("runs/")]
        assert len(lines) == 50
        # some had to be tried again, each of them as a run of its own
        assert len(bench.executions()) > 50


def test_a_quota_of_none_fails_the_items_once_their_patience_is_over() -> None:
    quotas = Quotas({("ml.m5.xlarge", "spot"): 0})
    patient = {"quota_patience_seconds": 200}
    with sweep_bench(sweep=patient, quotas=quotas, retry_budget=RetryBudget(quotas=1), speed=600.0) as bench:
        sweep = bench.run({"Runs": [{"Name": "a"}]})
        assert sweep.error == "SpotTraining.SweepFailed"
        (line,) = bench.read("report.json")["FirstFailures"]
        assert line["Error"] == "SpotTraining.CapacityExhausted"
        assert line["RunName"].startswith("sweep-1-a.t")
        assert bench.executions()[:2] == ["sweep-1-a", "sweep-1-a.t2"]
        assert json.dumps(line)
