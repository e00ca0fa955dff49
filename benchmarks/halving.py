"""What halving saves: `python -m benchmarks.halving`, a grid trained whole, and the same grid halved.

It runs on the embedded AWS. The model is the network of `examples/digits`, which reads handwritten digits and goes on
from its checkpoint. One run trains at a time, so that none slows another down. Billed seconds are those of the clock,
which is `SPEED` times as fast as the wall: the start of the program is among them, and weighs more than it would in a
job of hours.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.sweep.definition import sweep_definition
from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.objective import Objective
from constructs_lib.workflow.sweep.settings import SweepSettings

ROLE = "arn:aws:iam::123456789012:role/machine"
PROGRAM = Path(__file__).with_name("halving_program.py").resolve()
GRID: dict[str, list[float]] = {"learning-rate": [0.005, 0.02, 0.1], "hidden": [256, 512, 1024]}
COMMON = {"batch-size": 16, "checkpoint-steps": 844}
"""A checkpoint at the end of each epoch."""

RUNGS = [1, 3, 9]
METRICS = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+)"}]

SPEED = 30.0


def settings() -> RunSettings:
    """Return what the training's machine is made of."""
    return RunSettings(
        base_job_name="digits",
        request={
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/digits:1",
                "TrainingInputMode": "File",
                "MetricDefinitions": METRICS,
            },
            "OutputDataConfig": {"S3OutputPath": "s3://models-bucket/models"},
            "ResourceConfig": {"VolumeSizeInGB": 30},
        },
        capacities=[Capacity.spot("ml.m5.xlarge")],
        max_runtime_seconds=36_000,
        max_wait_seconds=72_000,
        checkpoint_bucket="checkpoint-bucket",
    )


def measure() -> dict[str, dict[str, Any]]:
    """Train the grid both ways; return the report of each."""
    timing = Timing(starting_seconds=1, downloading_seconds=1, sync_wall_seconds=0.02)
    programs = {"digits:*": [sys.executable, str(PROGRAM)]}
    with EmbeddedAws(speed=SPEED, programs=programs, timing=timing) as aws:
        for bucket in ("models-bucket", "checkpoint-bucket"):
            aws.client("s3").create_bucket(Bucket=bucket)
        sfn = aws.client("stepfunctions")

        def machine(name: str, definition: dict[str, Any]) -> str:
            made = sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
            return str(made["stateMachineArn"])

        trains = machine("train", run_definition(settings()))

        def swept(name: str, given: dict[str, Any], halving: Halving | None) -> dict[str, Any]:
            sweep = SweepSettings(
                run=settings(),
                state_machine_arn=trains,
                bucket="models-bucket",
                objective=Objective.maximize("accuracy"),
                max_concurrency=1,
                halving=halving,
            )
            arn = machine(name, sweep_definition(sweep))
            execution = sfn.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given))["executionArn"]
            while (found := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
                time.sleep(0.2)
            if found["status"] != "SUCCEEDED":
                raise RuntimeError(f"the sweep {name} ended as {found['status']}: {found.get('cause')}")
            report: dict[str, Any] = json.loads(found["output"])
            return report

        return {
            "full grid": swept("full", {"Grid": GRID, "HyperParameters": {**COMMON, "epochs": RUNGS[-1]}}, None),
            "halving": swept(
                "halved", {"Grid": GRID, "HyperParameters": COMMON}, Halving(resource="epochs", rungs=RUNGS)
            ),
        }


def table(reports: dict[str, dict[str, Any]]) -> list[str]:
    """Render both as a table."""
    rows = ["| | epochs | billed seconds | best accuracy | of |", "|---|--:|--:|--:|---|"]
    whole = math.prod(map(len, GRID.values()))
    for name, report in reports.items():
        best = report["Best"][0]
        # all that enter a rung train from the one before on; without rungs all train to the end
        rungs = report.get("Rungs", [{"Entered": whole, "Value": RUNGS[-1]}])
        steps = [rung["Value"] - before for rung, before in zip(rungs, [0, *RUNGS], strict=False)]
        epochs = sum(rung["Entered"] * step for rung, step in zip(rungs, steps, strict=True))
        told = ", ".join(f"{key} {best['HyperParameters'][key]}" for key in GRID)
        rows.append(f"| {name} | {epochs} | {report['BillableTimeInSeconds']:,} | {best['Objective']:.4f} | {told} |")
    return rows


if __name__ == "__main__":
    begun = time.monotonic()
    print("\n".join(table(measure())))
    print(f"{time.monotonic() - begun:.0f} wall seconds here", file=sys.stderr)
