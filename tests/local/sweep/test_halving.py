"""Halving with a program that learns: the best go on from their own checkpoints, and no epoch is trained twice."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.objective import Percent
from tests.local.sweep.bench import BUCKET, SweepBench, sweep_bench

HALVING = Halving(resource="epochs", rungs=[1, 3, 9], keep=1 / 3)


def begins(bench: SweepBench) -> dict[str, list[int]]:
    """At which epoch the jobs of each run's checkpoints began, the oldest first."""
    found: dict[str, list[int]] = {}
    for job in bench.runs.jobs():
        place = job["CheckpointConfig"]["S3Uri"].rstrip("/").rpartition("/")[2]
        log = bench.runs.aws.training_jobs.log(job["TrainingJobName"])
        found.setdefault(place, []).append(int(log.splitlines()[0].rpartition(" ")[2]))
    return found


def test_the_best_third_goes_on_from_its_checkpoints() -> None:
    rates = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4]
    with sweep_bench(sweep={"halving": HALVING}, hyperparameters={}) as bench:
        sweep = bench.run({"Grid": {"lr": rates}})
        assert sweep.status == "SUCCEEDED", sweep.cause
        report = sweep.report
        assert [(rung["Value"], rung["Entered"], rung["Succeeded"]) for rung in report["Rungs"]] == [
            (1, 6, 6),
            (3, 2, 2),
            (9, 1, 1),
        ]
        assert report["Counts"] == {"Succeeded": 6, "Failed": 0, "NotStarted": 0}
        assert [line["HyperParameters"]["lr"] for line in report["Best"]] == [0.4, 0.3, 0.2, 0.15, 0.1, 0.05]
        assert [line["HyperParameters"]["epochs"] for line in report["Best"]] == [9, 3, 1, 1, 1, 1]
        assert report["Best"][0]["RunName"] == "sweep-1-trial-0006.r3"
        assert [line["Rung"] for line in report["Best"]] == [3, 2, 1, 1, 1, 1]
        assert begins(bench)["sweep-1-trial-0006"] == [0, 1, 3]
        assert begins(bench)["sweep-1-trial-0005"] == [0, 1]
        assert begins(bench)["sweep-1-trial-0001"] == [0]
        assert sum(key.startswith("rung-1/") for key in bench.written()) == 6


def test_who_failed_or_has_no_objective_stays_behind_and_of_equals_the_first_goes_on() -> None:
    runs: list[dict[str, Any]] = [
        {"HyperParameters": {"lr": 0.45, "silent": True}},
        {"HyperParameters": {"lr": 0.45, "fail": "boo"}},
        {"HyperParameters": {"lr": 0.2}},
        {"HyperParameters": {"lr": 0.2}},
    ]
    tolerant = {"halving": Halving(resource="epochs", rungs=[1, 2], keep=0.25), "tolerated_failures": Percent(25)}
    with sweep_bench(sweep=tolerant, hyperparameters={}) as bench:
        # from a file, whose items a later rung finds as the first one did
        body = "\n".join(map(json.dumps, runs)).encode()
        bench.runs.s3.put_object(Bucket=BUCKET, Key="sweeps/runs.jsonl", Body=body)
        sweep = bench.run({"RunsFrom": f"s3://{BUCKET}/sweeps/runs.jsonl"})
        assert sweep.status == "SUCCEEDED", sweep.cause
        assert [line["Name"] for line in sweep.report["Best"]] == ["trial-0003", "trial-0004"]
        assert sweep.report["Counts"] == {"Succeeded": 3, "Failed": 1, "NotStarted": 0}
        assert begins(bench)["sweep-1-trial-0003"] == [0, 1]
        none = bench.run({"Runs": runs[:1]}, name="sweep-2")
        assert none.error == "SpotTraining.SweepFailed"
        assert "no run of rung 1 has succeeded with the objective 'loss'" in none.cause
        taken = bench.run({"Runs": [{"HyperParameters": {"epochs": 3}}]}, name="sweep-3")
        assert "trial-0001: 'epochs' is what the rungs of this sweep give" in taken.cause
