"""Stopping a sweep, and making sure that none of the runs that it started is left, nor any job of theirs.

Step Functions stops by best effort what an execution has started, so every run that is the sweep's own by its name, and
that lives or was cut off, is stopped and its jobs are looked at.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.aws.state_machine import machine_of, run_name_of
from constructs_lib.runs.reports.report import CUT_OFF, EXIT_STATUS
from constructs_lib.runs.verbs.stop import LONGEST_STOP_SECONDS, SECONDS_BETWEEN_LOOKS, Say, Stopped, stop_run
from constructs_lib.runs.verbs.sweep.deployed import DeployedSweep, deployed_sweep
from constructs_lib.runs.verbs.sweep.reading import item_names, name_of
from constructs_lib.workflow.failures import SpotTrainingErrors

_AT_ONCE = 8
_LONGEST_NAME, _KEPT, _HASHED = 66, 49, 16
"""How a run's name is made of the sweep's and the item's: workflow/jsonata/sweep/items/sweep_run_name.jsonata."""

_AGAIN = re.compile(r"(\.r\d+)?(\.t\d+)?$")
"""What the name of a later rung's run ends with, and that of a later try."""


@dataclass(frozen=True, kw_only=True)
class SweepStopped:
    """What a stop came to.

    Attributes:
        status: The sweep's status now.
        runs: The runs of the sweep that lived or had been cut off, each with its jobs.
    """

    name: str
    status: str
    runs: tuple[Stopped, ...]

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read."""
        return {"SweepName": self.name, "Status": self.status, "Runs": [run.as_document() for run in self.runs]}


def stop_sweep(
    clients: Clients, execution_arn: str, *, say: Say, sleep: Callable[[float], None] = time.sleep
) -> SweepStopped:
    """Stop a sweep, every live run of it and every live job of theirs, and wait until all have ended.

    A sweep that has ended is only checked: once more changes nothing.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.
        say: Takes one sentence for each thing that is done; several runs at once may say something.
        sleep: Pauses for so many seconds. Defaults to `time.sleep`.

    Raises:
        RunsError: If there is no such sweep, AWS cannot be asked, or something does not end in a quarter of an hour.
    """
    sweep, name = deployed_sweep(clients, machine_of(execution_arn)), run_name_of(execution_arn)
    try:
        execution = clients.sfn.describe_execution(executionArn=execution_arn)
        lived = execution["status"] not in EXIT_STATUS
        status = _stop_execution(clients, execution, say, sleep)
        stopped = _stop_all(clients, _runs_of(clients, sweep, execution), say, sleep)
        # a child of the sweep that was just starting a run may have started it a moment after the sweep's end
        more = lived
        while more:
            sleep(SECONDS_BETWEEN_LOOKS)
            new = [arn for arn in _runs_of(clients, sweep, execution) if run_name_of(arn) not in stopped]
            stopped |= _stop_all(clients, new, say, sleep)
            more = bool(new)
    except aws_errors() as error:
        if error_code(error) == "ExecutionDoesNotExist":
            raise RunsError(f"there is no sweep {name!r} of this state machine") from error
        raise RunsError(sentence(error)) from error
    return SweepStopped(name=name, status=status, runs=tuple(stopped[run] for run in sorted(stopped)))


def run_name(sweep_name: str, item_name: str) -> str:
    """Return the name of an item's first run, as the state machine makes it."""
    whole = f"{sweep_name}-{item_name}"
    if len(whole) <= _LONGEST_NAME:
        return whole
    return f"{whole[:_KEPT]}-{hashlib.sha256(whole.encode()).hexdigest()[:_HASHED]}"


def first_names(name: str) -> set[str]:
    """Return the names that an item's first run may have, by that of any of its runs."""
    shorter = {name, _AGAIN.sub("", name)}
    return shorter | {re.sub(r"\.t\d+$", "", name), re.sub(r"\.r\d+$", "", name)}


def _stop_execution(clients: Clients, execution: Mapping[str, Any], say: Say, sleep: Callable[[float], None]) -> str:
    status, arn = str(execution["status"]), str(execution["executionArn"])
    if status in EXIT_STATUS:
        say(f"the sweep has ended already ({status})")
        return status
    reason = "stopped with spot-training stop"
    clients.sfn.stop_execution(executionArn=arn, error=SpotTrainingErrors.STOPPED, cause=reason)
    say("the sweep is told to stop")
    for _ in range(int(LONGEST_STOP_SECONDS / SECONDS_BETWEEN_LOOKS)):
        status = str(clients.sfn.describe_execution(executionArn=arn)["status"])
        if status in EXIT_STATUS:
            return status
        sleep(SECONDS_BETWEEN_LOOKS)
    raise RunsError(f"the sweep is still {status} after its stop; try again")


def _stop_all(clients: Clients, runs: list[str], say: Say, sleep: Callable[[float], None]) -> dict[str, Stopped]:
    """Stop runs, several at once: SageMaker gives each job two minutes to end."""

    def stop(arn: str) -> Stopped:
        return stop_run(clients, arn, say=lambda text: say(f"{run_name_of(arn)}: {text}"), sleep=sleep)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return {stopped.run_name: stopped for stopped in pool.map(stop, runs)}


def _runs_of(clients: Clients, sweep: DeployedSweep, execution: Mapping[str, Any]) -> list[str]:
    """Return the sweep's runs that live or were cut off: those by its names that did not begin before it."""
    name = str(execution["name"])
    found = [
        summary
        for status in ("RUNNING", *CUT_OFF)
        for summary in _executions(clients, sweep.training, status)
        if str(summary["name"]).startswith(f"{name}-"[:_KEPT]) and summary["startDate"] >= execution["startDate"]
    ]
    if not found:
        return []
    own = {run_name(name, item) for item in _item_names(clients, sweep, execution)}
    return [str(one["executionArn"]) for one in found if own & first_names(str(one["name"]))]


def _executions(clients: Clients, machine: str, status: str) -> Iterator[Mapping[str, Any]]:
    pages = clients.sfn.get_paginator("list_executions").paginate(
        stateMachineArn=machine, statusFilter=status, PaginationConfig={"PageSize": 1000}
    )
    return (item for page in pages for item in page["executions"])


def _item_names(clients: Clients, sweep: DeployedSweep, execution: Mapping[str, Any]) -> list[str]:
    """Name the items of a sweep, by its input; of one with none that can be read there are no runs."""
    try:
        given = json.loads(str(execution.get("input") or "{}"))
    except ValueError:
        return []
    if not isinstance(given, dict):
        return []
    if "RunsFrom" in given:
        return item_names(clients, sweep, str(execution["name"]))
    if isinstance(runs := given.get("Runs"), list):
        return [name_of(item, place) for place, item in enumerate(runs)]
    grid, count = given.get("Grid"), given.get("Count")
    if isinstance(grid, dict):
        count = prod(len(values) if isinstance(values, list) else 1 for values in grid.values())
    return [name_of({}, place) for place in range(count if isinstance(count, int) else 0)]
