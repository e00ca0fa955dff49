"""The report of any run, running or ended, as far as Step Functions and SageMaker tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.history import HistoryReader
from constructs_lib.runs.reports.job_book import JobBook
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.times import Now, utc_now
from constructs_lib.runs.verbs.examined import examined


def show_run(clients: Clients, execution_arn: str, *, now: Now = utc_now) -> Report:
    """Return the report of a run; of one that goes on, what it has taken until now.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.
        now: The clock by which the times of a live job are reckoned. Defaults to this machine's.

    Raises:
        RunsError: If there is no such run, or AWS cannot be asked.
    """
    try:
        execution = clients.sfn.describe_execution(executionArn=execution_arn)
        return examined(clients, report_of(clients, execution, now=now))
    except aws_errors() as error:
        if error_code(error) in ("ExecutionDoesNotExist", "InvalidArn"):
            name = run_name_of(execution_arn)
            raise RunsError(f"there is no run {name!r} of this state machine; see: spot-training list") from error
        raise RunsError(sentence(error)) from error


def report_of(clients: Clients, execution: Mapping[str, Any], *, now: Now = utc_now) -> Report:
    """Return the report of an execution; where it left none, SageMaker is asked: it was cut off, or is no run alone.

    Args:
        clients: The AWS clients.
        execution: DescribeExecution's answer.
        now: The clock by which the times of a live job are reckoned. Defaults to this machine's.

    Raises:
        Exception: What botocore raises.
    """
    if Report.is_left_by(execution):
        return Report.from_execution(execution)
    arn = str(execution["executionArn"])
    history = HistoryReader(clients.sfn, arn)
    history.look_at_all()
    jobs = JobBook(clients.sagemaker, arn).read(history.job_names)
    moment = now()
    attempts = [Attempt.from_description(job, moment) for job in jobs.values()]
    return Report.from_execution({"stopDate": moment, **execution}, attempts)
