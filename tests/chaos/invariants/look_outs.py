"""What must hold of look-outs: they are no second writer, and none is left behind."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.verbs.stop import stop_run
from tests.chaos.invariants.evidence import Evidence
from tests.chaos.invariants.ledger import LIVE
from tests.chaos.story import Run


def look_outs(evidence: Evidence) -> Iterator[str]:
    """Check the look-outs of a seed; an abort leaves one, and `spot-training stop` finds it."""
    for run in evidence.story.runs:
        names = evidence.stage.ledger.look_outs(run.arn)
        for name in names:
            described = evidence.stage.aws.training_jobs.describe(name)
            if {"CheckpointConfig", "InputDataConfig", "HyperParameters"} & described.keys():
                yield f"the look-out {name} has something to read or to write"
            if described["TrainingJobStatus"] == "InProgress" and run.description["status"] != "ABORTED":
                yield f"run {run.name} has ended as {run.description['status']}, and its look-out {name} waits on"
        if names:
            yield from _stopped(evidence, run, names)


def _stopped(evidence: Evidence, run: Run, names: list[str]) -> Iterator[str]:
    stage = evidence.stage
    clients = Clients(sfn=stage.sfn, sagemaker=stage.sagemaker, cloudformation=None, s3=stage.s3, logs=None)
    found = stop_run(clients, run.arn, say=lambda _: None, sleep=lambda _: stage.aws.clock.sleep(5))
    for name in names:
        if found.jobs.get(name) in (*LIVE, None):
            yield f"a stop of run {run.name} leaves its look-out {name}: {found.jobs.get(name)}"
