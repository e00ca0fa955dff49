"""Runs sweeps to their end on the embedded AWS: the machine of a training that learns, and one of a sweep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.sweep.definition import sweep_definition
from constructs_lib.workflow.sweep.objective import Objective
from constructs_lib.workflow.sweep.settings import SweepSettings
from tests.support import run_bench as bench_of_runs
from tests.support.places import PROGRAMS
from tests.support.run_bench import MACHINE_ROLE, SPOT, Ended, RunBench, run_bench

BUCKET = "models-bucket"
ALGORITHM = {
    "AlgorithmSpecification": {
        "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/count:1",
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+);"}],
    }
}


class SweepBench:
    """A training's machine and a sweep's, on one embedded AWS."""

    def __init__(self, runs: RunBench, machine: str) -> None:
        self.runs, self.machine = runs, machine

    def start(self, given: Any, name: str = "sweep-1") -> str:
        """Start a sweep; return the execution's ARN."""
        return self.runs.start(given, name, self.machine)

    def run(self, given: Any, name: str = "sweep-1") -> Ended:
        """Start a sweep and wait for its end."""
        return self.runs.end(self.start(given, name))

    def written(self, prefix: str = "sweeps/sweep-1/") -> list[str]:
        """Return the keys that a sweep has written, without what they all begin with."""
        pages = self.runs.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [found["Key"].removeprefix(prefix) for page in pages for found in page.get("Contents", [])]

    def read(self, key: str, prefix: str = "sweeps/sweep-1/") -> Any:
        """Read one of them."""
        return json.loads(self.runs.s3.get_object(Bucket=BUCKET, Key=prefix + key)["Body"].read())

    def executions(self) -> list[str]:
        """Name the training's executions, the oldest first."""
        found = self.runs.sfn.list_executions(stateMachineArn=self.runs.machine, maxResults=1000)["executions"]
        return [execution["name"] for execution in found][::-1]


@contextmanager
def sweep_bench(*capacities: Capacity, sweep: dict[str, Any] | None = None, **bench: Any) -> Iterator[SweepBench]:
    """Run an embedded AWS with both machines.

    Args:
        capacities: The plan. Defaults to one spot entry.
        sweep: Settings of the sweep. Defaults to the least loss, eight runs at once, no failure.
        bench: What `run_bench` takes.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bench_of_runs, "FURTHER_MEMBERS", ALGORITHM)
        chosen: dict[str, Any] = {"hyperparameters": {"epochs": "2"}, "program": PROGRAMS / "learn.py", **bench}
        chosen["hyperparameters"].pop("steps", None)
        with run_bench(*(capacities or (SPOT,)), **chosen) as runs:
            settings = SweepSettings(
                **{
                    "run": runs.settings,
                    "state_machine_arn": runs.machine,
                    "bucket": BUCKET,
                    "objective": Objective.minimize("loss"),
                    "max_concurrency": 8,
                    **(sweep or {}),
                }
            )
            definition = json.dumps(sweep_definition(settings))
            made = runs.sfn.create_state_machine(name="sweep", definition=definition, roleArn=MACHINE_ROLE)
            yield SweepBench(runs, made["stateMachineArn"])
