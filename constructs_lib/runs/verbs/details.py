"""All that a page of a run shows: its report, its jobs over time, its checkpoints, and what was asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import aws_errors, plain_errors, sentence
from constructs_lib.runs.reports.job_book import JobBook
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.reports.timeline import Track
from constructs_lib.runs.verbs.show import show_run

_MOST_CHECKPOINTS = 1000
_REQUEST = (
    "AlgorithmSpecification", "HyperParameters", "InputDataConfig", "OutputDataConfig", "CheckpointConfig",
    "ResourceConfig", "StoppingCondition", "EnableManagedSpotTraining", "RoleArn", "VpcConfig",
)  # fmt: skip
"""What of a job's description is what was asked for. Its environment is not shown: it may hold what is secret."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """A run with what a page shows of it.

    Attributes:
        tracks: Its jobs over time, by job name; one that cannot be seen is not among them.
        checkpoints: When each file below its checkpoint prefix was written; none where that may not be seen.
        run_input: The execution's input.
        request: What its last job was asked for, without the environment.
        notes: What could not be seen, in sentences.
    """

    execution_arn: str
    report: Report
    started: datetime | None
    tracks: Mapping[str, Track]
    checkpoints: tuple[datetime, ...]
    run_input: Any
    request: Mapping[str, Any]
    notes: tuple[str, ...]


def look_closely(clients: Clients, execution_arn: str) -> Details:
    """Ask for all that a page of a run shows.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.

    Raises:
        RunsError: If there is no such run, or AWS cannot be asked.
    """
    report = show_run(clients, execution_arn, now=clients.now)
    notes: list[str] = []
    with plain_errors():
        execution = clients.sfn.describe_execution(executionArn=execution_arn)
        names = [attempt.job_name for attempt in report.attempts if attempt.job_name]
        jobs = JobBook(clients.sagemaker, execution_arn, notes.append).read(names)
    now = clients.now()
    return Details(
        execution_arn=execution_arn,
        report=report,
        started=execution.get("startDate"),
        tracks={name: Track.of(job, now) for name, job in jobs.items()},
        checkpoints=_checkpoints(clients.s3, _prefix(report, jobs), notes),
        run_input=json.loads(execution.get("input") or "{}"),
        request=next(({name: job[name] for name in _REQUEST if name in job} for job in reversed(jobs.values())), {}),
        notes=tuple(notes),
    )


def _prefix(report: Report, jobs: Mapping[str, Mapping[str, Any]]) -> str:
    told = (str(job.get("CheckpointConfig", {}).get("S3Uri", "")) for job in jobs.values())
    return report.checkpoints or next((uri for uri in told if uri), "")


def _checkpoints(s3: Any, uri: str, notes: list[str]) -> tuple[datetime, ...]:
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    if not bucket or not prefix:
        return ()
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        objects = (item for page in pages for item in page.get("Contents", []))
        return tuple(sorted(item["LastModified"] for item in islice(objects, _MOST_CHECKPOINTS)))
    except aws_errors() as error:
        notes.append(f"checkpoints cannot be seen: {sentence(error)}")
        return ()
