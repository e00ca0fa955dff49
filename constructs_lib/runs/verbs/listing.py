"""The latest runs of a state machine, with what each took and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Self

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.reports.report import EXIT_STATUS, Report
from constructs_lib.runs.verbs.show import report_of


@dataclass(frozen=True, kw_only=True)
class ListedRun:
    """A run in the list; it has a report once it has ended."""

    name: str
    status: str
    started: datetime | None
    report: Report | None

    @classmethod
    def of(cls, execution: Mapping[str, Any], report: Report | None) -> Self:
        """Read DescribeExecution's answer.

        Args:
            execution: The answer.
            report: The run's report, if it has ended.
        """
        return cls(
            name=str(execution.get("name", "")),
            status=str(execution.get("status", "")),
            started=execution.get("startDate"),
            report=report,
        )

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read."""
        document = {"RunName": self.name, "Status": self.status} if self.report is None else self.report.as_document()
        return {**document, "StartedAt": self.started.isoformat() if self.started else None}


def list_runs(
    clients: Clients, state_machine_arn: str, *, most: int = 10, status: str | None = None
) -> list[ListedRun]:
    """List the latest runs, the newest first.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html

    Args:
        clients: The AWS clients.
        state_machine_arn: The state machine's ARN.
        most: How many at most; each costs a call, one that was cut off some more. Defaults to 10.
        status: Only runs of this status, as Step Functions names it. Defaults to all.

    Raises:
        RunsError: If AWS cannot be asked.
    """
    arguments = {"stateMachineArn": state_machine_arn, **({"statusFilter": status} if status else {})}
    try:
        pages = clients.sfn.get_paginator("list_executions").paginate(
            **arguments, PaginationConfig={"PageSize": min(most, 1000)}
        )
        summaries = islice((item for page in pages for item in page["executions"]), most)
        described = (clients.sfn.describe_execution(executionArn=item["executionArn"]) for item in summaries)
        listed = [
            ListedRun.of(item, report_of(clients, item) if item["status"] in EXIT_STATUS else None)
            for item in described
        ]
    except aws_errors() as error:
        if error_code(error) == "StateMachineDoesNotExist":
            raise RunsError(f"there is no state machine {state_machine_arn}; check --state-machine") from error
        raise RunsError(sentence(error)) from error
    return listed
