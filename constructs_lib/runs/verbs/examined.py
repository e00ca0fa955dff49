"""A run's report with what its interruptions cost, asked of SageMaker and of the checkpoints in S3."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import aws_errors, sentence
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.interruptions.cost import Looks, told
from constructs_lib.runs.reports.interruptions.failed_return import FailedReturn, failed_return
from constructs_lib.runs.reports.interruptions.losses import losses
from constructs_lib.runs.reports.interruptions.stored import Stored, stored_at
from constructs_lib.runs.reports.report import Report

_NEXT = re.compile(r"Next: .*?(?P<resume>a new run with \{\"ResumeFrom\": \"[^\"]*\"\})", re.DOTALL)


def examined(
    clients: Clients,
    report: Report,
    jobs: Mapping[str, Mapping[str, Any]] | None = None,
    looks: Mapping[str, Looks] | None = None,
) -> Report:
    """Return the report with what the interruptions of its attempts cost; without checkpoints where there are none.

    Where AWS does not say, such as to somebody who may not list the checkpoints, the report stays as it is, and says so
    of each attempt that was interrupted.

    Args:
        clients: The AWS clients.
        report: The report.
        jobs: DescribeTrainingJob's answers by job name, as far as they are known already. Defaults to none.
        looks: What was seen below the checkpoint prefix while a job was without its instance, by job name and by the
            number of the interruption. Defaults to nothing.
    """
    known = dict(jobs or {})
    interrupted = [attempt for attempt in report.attempts if attempt.interruptions and attempt.job_name]
    try:
        for attempt in interrupted:
            name = str(attempt.job_name)
            known[name] = known.get(name) or clients.sagemaker.describe_training_job(TrainingJobName=name)
        uri = report.checkpoints or next(filter(None, map(checkpoint_uri, known.values())), "")
        stored = stored_at(clients.s3, uri) if uri else None
    except aws_errors() as error:
        why = (f"what its interruptions cost is not known: {sentence(error)}",)
        attempts = [replace(each, costs=why) if each in interrupted else each for each in report.attempts]
        return replace(report, attempts=tuple(attempts))
    if stored is None:
        return report
    attempts = [
        _with_costs(each, known[str(each.job_name)], stored, (looks or {}).get(str(each.job_name), {}))
        if each in interrupted
        else each
        for each in report.attempts
    ]
    found = replace(report, attempts=tuple(attempts), checkpoints=report.checkpoints if stored else None)
    return _advised(found, known, stored, uri)


def checkpoint_uri(job: Mapping[str, Any]) -> str:
    """Return where a job keeps its checkpoints in S3; empty where it keeps none."""
    return str((job.get("CheckpointConfig") or {}).get("S3Uri") or "")


def _with_costs(attempt: Attempt, job: Mapping[str, Any], stored: Sequence[Stored], looks: Looks) -> Attempt:
    costs = told(losses(job), stored, looks, completed=job.get("TrainingJobStatus") == "Completed")
    return replace(attempt, costs=tuple(costs))


def _advised(report: Report, jobs: Mapping[str, Mapping[str, Any]], stored: Sequence[Stored], uri: str) -> Report:
    """Say what to do with a checkpoint that the last attempt failed at: to resume from it would only fail again."""
    last = report.attempts[-1] if report.attempts else None
    if last is None or last.job_name is None or last.status != "Failed" or last.job_name not in jobs:
        return report
    failed = failed_return(losses(jobs[last.job_name]), stored)
    if failed is None:
        return report
    resume = _NEXT.search(report.message)
    steps = _steps(failed, f"{uri.rstrip('/')}/{failed.delete}", resume["resume"] if resume else "ResumeFrom")
    if resume:
        message = f"{report.message[: resume.start()]}{failed.why[0].upper()}{failed.why[1:]}. Next: {steps}"
        return replace(report, message=message + report.message[resume.end() :])
    return replace(
        report, attempts=(*report.attempts[:-1], replace(last, costs=(*last.costs, f"{failed.why}; {steps}")))
    )


def _steps(failed: FailedReturn, place: str, resume: str) -> str:
    recursive = " --recursive" if place.endswith("/") else ""
    delete = f"delete that object (aws s3 rm{recursive} {place}), then {resume}"
    if failed.certain:
        return delete
    return f"read the job's log; if that checkpoint cannot be read, {delete}"
