"""Stopping a run, and making sure that no job of it is left behind.

Step Functions stops the job of an execution that is stopped by best effort only, so every job that the run's history
names is looked at, and stopped if it lives.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, is_no_such_job, is_passing, sentence
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.reports.attempt import ENDED
from constructs_lib.runs.reports.history import HistoryReader, is_of_run, newest_of_each
from constructs_lib.runs.reports.report import EXIT_STATUS
from constructs_lib.workflow.failures import SpotTrainingErrors

SECONDS_BETWEEN_LOOKS = 5.0
LONGEST_STOP_SECONDS = 900.0
"""SageMaker gives a container 120 seconds to end by itself, and then uploads what it has."""

_OF_ANOTHER = "OfAnotherRun"
LOOKS_FOR_A_JOB = 3
"""How often a job that is asked for and does not exist is looked for: its creation may be on its way."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """What a stop came to.

    Attributes:
        status: The run's status now.
        jobs: Every job of the run with its status now; `NotCreated` for one that was never made.
    """

    run_name: str
    status: str
    jobs: dict[str, str]

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read."""
        return {"RunName": self.run_name, "Status": self.status, "TrainingJobs": self.jobs}


def stop_run(
    clients: Clients,
    execution_arn: str,
    *,
    say: Say,
    sleep: Callable[[float], None] = time.sleep,
    reason: str = "stopped with spot-training stop",
) -> Stopped:
    """Stop a run and every live job of it, and wait until all have ended; a run that has ended is only checked.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.
        say: Takes one sentence for each thing that is done.
        sleep: Pauses for so many seconds. Defaults to `time.sleep`.
        reason: What the execution's history says of the stop. Defaults to the command's name.

    Raises:
        RunsError: If there is no such run, AWS cannot be asked, or a job does not end in a quarter of an hour.
    """
    name = run_name_of(execution_arn)
    try:
        status = _stop_execution(clients.sfn, execution_arn, say, sleep, reason)
        history = HistoryReader(clients.sfn, execution_arn)
        history.look_at_all()
        names = [*history.look_outs, *history.job_names]
        jobs = _stop_jobs(clients.sagemaker, execution_arn, names, say, sleep)
    except aws_errors() as error:
        if error_code(error) in ("ExecutionDoesNotExist", "InvalidArn"):
            raise RunsError(f"there is no run {name!r} of this state machine; see: spot-training list") from error
        raise RunsError(sentence(error)) from error
    return Stopped(run_name=name, status=status, jobs=jobs)


def _stop_execution(sfn: Any, arn: str, say: Say, sleep: Callable[[float], None], reason: str) -> str:
    status = str(sfn.describe_execution(executionArn=arn)["status"])
    if status in EXIT_STATUS:
        say(f"the run has ended already ({status})")
        return status
    sfn.stop_execution(executionArn=arn, error=SpotTrainingErrors.STOPPED, cause=reason)
    say("the run is told to stop")
    for _ in range(int(LONGEST_STOP_SECONDS / SECONDS_BETWEEN_LOOKS)):
        status = str(sfn.describe_execution(executionArn=arn)["status"])
        if status in EXIT_STATUS:
            return status
        sleep(SECONDS_BETWEEN_LOOKS)
    raise RunsError(f"the run is still {status} after its stop; try again: spot-training stop {run_name_of(arn)}")


def _stop_jobs(
    sagemaker: Any, execution_arn: str, names: list[str], say: Say, sleep: Callable[[float], None]
) -> dict[str, str]:
    statuses: dict[str, str] = {}
    for look in range(int(LONGEST_STOP_SECONDS / SECONDS_BETWEEN_LOOKS)):
        if look:
            sleep(SECONDS_BETWEEN_LOOKS)
        for name in names:
            if statuses.get(name) not in (*ENDED, _OF_ANOTHER):
                statuses[name] = _stop_job(sagemaker, execution_arn, name, say)
        live = [name for name, status in statuses.items() if status not in (*ENDED, "NotCreated", _OF_ANOTHER)]
        # only the last one asked for can be on its way: a run makes no attempt before the last one has ended
        may_come = look + 1 < LOOKS_FOR_A_JOB and any(statuses[name] == "NotCreated" for name in newest_of_each(names))
        if not live and not may_come:
            return {name: status for name, status in statuses.items() if status != _OF_ANOTHER}
    raise RunsError(f"training jobs are still live: {', '.join(live)}; look at them in the SageMaker console")


def _stop_job(sagemaker: Any, execution_arn: str, name: str, say: Say) -> str:
    """Stop a job if it lives and is the run's own; returns its status."""
    try:
        job = sagemaker.describe_training_job(TrainingJobName=name)
    except aws_errors() as error:
        if is_no_such_job(error):
            return "NotCreated"
        raise
    status = str(job["TrainingJobStatus"])
    if not is_of_run(job, execution_arn):
        # the run was refused because another one trains on the same checkpoints
        return _OF_ANOTHER
    if status != "InProgress":
        return status
    try:
        sagemaker.stop_training_job(TrainingJobName=name)
    except aws_errors() as error:
        # it has ended in this moment, or SageMaker is busy: the next look tells
        if not (is_passing(error) or error_code(error) == "ValidationException"):
            raise
        say(f"job {name} could not be stopped yet: {sentence(error)}")
        return status
    say(f"job {name} was live and is told to stop")
    return "Stopping"
