"""The report of a sweep, running or ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import plain_errors
from constructs_lib.runs.aws.state_machine import machine_of
from constructs_lib.runs.reports.sweep.line import SweepLine, Tally, best_of, newest_of_items
from constructs_lib.runs.reports.sweep.report import MOST_BEST, MOST_FAILURES, SweepReport
from constructs_lib.runs.verbs.sweep.deployed import DeployedSweep, deployed_sweep
from constructs_lib.runs.verbs.sweep.reading import contents_of, kept_report, lines_of
from constructs_lib.workflow.failures import SpotTrainingErrors


def show_sweep(clients: Clients, execution_arn: str) -> SweepReport:
    """Return the report of a sweep; of one that goes on or was cut off, what its lines come to.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.

    Raises:
        RunsError: If there is no such sweep, or AWS cannot be asked.
    """
    sweep = deployed_sweep(clients, machine_of(execution_arn))
    with plain_errors():
        return report_of(clients, sweep, clients.sfn.describe_execution(executionArn=execution_arn))


def report_of(clients: Clients, sweep: DeployedSweep, execution: Mapping[str, Any]) -> SweepReport:
    """Return the report of a sweep's execution.

    Args:
        clients: The AWS clients.
        sweep: The deployed sweep.
        execution: DescribeExecution's answer.

    Raises:
        Exception: What botocore raises.
    """
    name, status = str(execution["name"]), str(execution["status"])
    started, ended = execution["startDate"], execution.get("stopDate") or clients.now()
    document: dict[str, Any] | None = None
    if status == "SUCCEEDED":
        document = json.loads(str(execution.get("output") or "{}"))
    elif execution.get("error") == SpotTrainingErrors.SWEEP_FAILED:
        document = kept_report(clients, sweep, name)
    own = document is not None
    if document is None:
        document = _from_lines(clients, sweep, name)
    return SweepReport(
        name=name,
        status=status,
        error=str(execution["error"]) if execution.get("error") else None,
        message=str(execution.get("cause") or ""),
        elapsed_seconds=max(0.0, (ended - started).total_seconds()),
        lines_uri=sweep.uri(name),
        document=document,
        is_its_own=own,
    )


def items_of(clients: Clients, execution_arn: str) -> tuple[DeployedSweep, list[SweepLine], list[dict[str, Any]]]:
    """Return the last line of each item of a sweep, and its whole content: a call for each.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.

    Raises:
        RunsError: If there is no such sweep, or AWS cannot be asked.
    """
    sweep = deployed_sweep(clients, machine_of(execution_arn))
    name = execution_arn.rpartition(":")[2]
    with plain_errors():
        lines = newest_of_items(lines_of(clients, sweep, name))
        return sweep, lines, contents_of(clients, sweep, name, lines)


def _from_lines(clients: Clients, sweep: DeployedSweep, name: str) -> dict[str, Any]:
    lines = lines_of(clients, sweep, name)
    tally = Tally.of(lines)
    failed = [line for line in lines if not line.succeeded][:MOST_FAILURES]
    best = best_of(lines, sweep.kind, MOST_BEST)
    return {
        "SweepName": name,
        "Objective": {"MetricName": sweep.metric, "Type": sweep.kind},
        "Best": contents_of(clients, sweep, name, best),
        "FirstFailures": contents_of(clients, sweep, name, failed),
        "Counts": {"Succeeded": tally.succeeded, "Failed": tally.failed},
        **(
            {"Rungs": [{"Rung": rung, "Succeeded": good, "Failed": bad} for rung, good, bad in tally.rungs]}
            if tally.rungs
            else {}
        ),
        "TrainingTimeInSeconds": tally.training_seconds,
        "BillableTimeInSeconds": tally.billable_seconds,
        "SavingsPercent": tally.savings_percent,
        "Interruptions": tally.interruptions,
    }
