"""The latest runs of one or more state machines, with what each took and saved."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from typing import Any, Self

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.reports.report import EXIT_STATUS, Report
from constructs_lib.runs.verbs.show import report_of

Looked = Callable[[int], None]
"""Takes how many runs have been looked at."""


def _count_for_nobody(_: int) -> None:
    """Let a count go."""


@dataclass(frozen=True, kw_only=True)
class ListedRun:
    """A run in the list; it has a report once it has ended.

    Attributes:
        training: The name of its state machine.
    """

    name: str
    training: str = ""
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
            training=run_name_of(str(execution.get("stateMachineArn", ""))),
            status=str(execution.get("status", "")),
            started=execution.get("startDate"),
            report=report,
        )

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read."""
        document = {"RunName": self.name, "Status": self.status} if self.report is None else self.report.as_document()
        started = self.started.isoformat() if self.started else None
        return {**document, "StateMachine": self.training, "StartedAt": started}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which runs are wanted.

    Attributes:
        most: How many at most, the newest of them; None for all. Each costs a call, one that was cut off some more.
        status: Only runs of this status, as Step Functions names it.
        since: Only runs that started then or later.
        until: Only runs that started before.
    """

    most: int | None = 10
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None


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
    return list(runs_of(clients, [state_machine_arn], Wanted(most=most, status=status)))


def runs_of(
    clients: Clients,
    state_machine_arns: Sequence[str],
    wanted: Wanted,
    *,
    live_too: bool = False,
    looked: Looked = _count_for_nobody,
) -> Iterator[ListedRun]:
    """Yield the runs of some state machines together, the newest first.

    Args:
        clients: The AWS clients.
        state_machine_arns: The state machines' ARNs.
        wanted: Which runs.
        live_too: Whether runs that go on have a report, too, of what they have taken until now. Defaults to none.
        looked: Takes how many runs have been looked at, after each. Defaults to saying nothing.

    Raises:
        RunsError: If AWS cannot be asked.
    """
    try:
        each = [_summaries(clients, arn, wanted) for arn in state_machine_arns]
        newest = heapq.merge(*each, key=lambda item: item["startDate"], reverse=True)
        for number, summary in enumerate(islice(newest, wanted.most), start=1):
            execution = clients.sfn.describe_execution(executionArn=summary["executionArn"])
            told = live_too or execution["status"] in EXIT_STATUS
            yield ListedRun.of(execution, report_of(clients, execution, now=clients.now) if told else None)
            looked(number)
    except aws_errors() as error:
        if error_code(error) == "StateMachineDoesNotExist":
            there = ", ".join(state_machine_arns)
            raise RunsError(f"there is no state machine {there}; check --state-machine") from error
        raise RunsError(sentence(error)) from error


def _summaries(clients: Clients, arn: str, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
    """Yield what ListExecutions says, the newest first, only as far back as is wanted."""
    status = {"statusFilter": wanted.status} if wanted.status else {}
    pages = clients.sfn.get_paginator("list_executions").paginate(
        stateMachineArn=arn, **status, PaginationConfig={"PageSize": min(wanted.most or 1000, 1000)}
    )
    items: Iterator[Mapping[str, Any]] = (item for page in pages for item in page["executions"])
    if (since := wanted.since) is not None:
        items = takewhile(lambda item: item["startDate"] >= since, items)
    return (item for item in items if wanted.until is None or item["startDate"] < wanted.until)
