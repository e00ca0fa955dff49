"""Watching a sweep to its end, cheaply: by its own execution and its Map Run, and by the keys of its lines.

A look is three calls; the lines are listed, a call for each thousand, only when more of them have ended, and no run's
history is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import aws_errors, sentence
from constructs_lib.runs.aws.state_machine import machine_of, run_name_of
from constructs_lib.runs.reports.history import HistoryReader
from constructs_lib.runs.reports.report import EXIT_STATUS
from constructs_lib.runs.reports.sweep.line import SweepLine, Tally, best_of
from constructs_lib.runs.reports.sweep.progress import Counts, SweepProgress
from constructs_lib.runs.reports.sweep.report import SweepReport
from constructs_lib.runs.verbs.failed_looks import FailedLooks
from constructs_lib.runs.verbs.sweep.deployed import deployed_sweep
from constructs_lib.runs.verbs.sweep.reading import contents_of, lines_of
from constructs_lib.runs.verbs.sweep.show import report_of
from constructs_lib.runs.verbs.watch import SECONDS_BETWEEN_LOOKS
from constructs_lib.workflow.sweep.names import TRAIN

LATEST = 5
"""How many of the lines that have come last a snapshot has."""


def watch_sweep(
    clients: Clients,
    execution_arn: str,
    view: SweepView,
    *,
    sleep: Callable[[float], None] = time.sleep,
    seconds_between_looks: float = SECONDS_BETWEEN_LOOKS,
    just_started: bool = False,
) -> SweepReport:
    """Watch a sweep until it ends. Watching changes nothing: a KeyboardInterrupt leaves the sweep as it is.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.
        view: Where progress is shown.
        sleep: Pauses for so many seconds. Defaults to `time.sleep`.
        seconds_between_looks: The pause between two looks. Defaults to 5 seconds.
        just_started: Whether the sweep may not be visible yet. Defaults to one that is there or does not exist.

    Raises:
        RunsError: If there is no such sweep, or AWS cannot be asked for long; the sweep itself goes on.
    """
    look = _Look(clients, execution_arn)
    failed = FailedLooks(
        "sweep",
        note=view.note,
        why_not=lambda error: f"{sentence(error)}; a sweep that has begun goes on by itself",
        seconds_between_looks=seconds_between_looks,
        just_started=just_started,
    )
    while True:
        try:
            execution, progress = look.once()
            view.show(progress)
            if execution["status"] in EXIT_STATUS:
                return report_of(clients, look.sweep, execution)
        except aws_errors() as error:
            sleep(failed.pause(error))
            continue
        failed.over()
        sleep(seconds_between_looks)


class _Look:
    """Asks for what a snapshot needs, and remembers what has not changed."""

    def __init__(self, clients: Clients, execution_arn: str) -> None:
        self._clients, self._arn = clients, execution_arn
        self.sweep = deployed_sweep(clients, machine_of(execution_arn))
        self._name = run_name_of(execution_arn)
        self._history = HistoryReader(clients.sfn, execution_arn)
        self._map_run = ""
        self._listed_at: object = None
        self._lines: list[SweepLine] = []
        self._latest: tuple[SweepLine, ...] = ()
        self._best: tuple[SweepLine | None, Mapping[str, Any]] = (None, {})

    def once(self) -> tuple[Mapping[str, Any], SweepProgress]:
        # the execution first: when it has ended, all the rest has its last word
        execution = self._clients.sfn.describe_execution(executionArn=self._arn)
        self._history.look()
        status, state = str(execution["status"]), self._history.state
        counts = self._counts() if status == "RUNNING" and state == TRAIN else None
        newest = self._list((status, state, counts and (self._map_run, counts.succeeded, counts.failed)))
        best, content = self._best
        started: datetime = execution["startDate"]
        ended = execution.get("stopDate") or max(self._clients.now(), self._history.newest or started)
        return execution, SweepProgress(
            name=self._name,
            status=status,
            state=state,
            metric=self.sweep.metric,
            tally=Tally.of(self._lines),
            counts=counts,
            best=best,
            best_content=content,
            newest=tuple(newest),
            latest=self._latest,
            elapsed_seconds=max(0.0, (ended - started).total_seconds()),
        )

    def _counts(self) -> Counts | None:
        """Ask the Map Run that trains now, which is the newest one."""
        sfn = self._clients.sfn
        described = sfn.describe_map_run(mapRunArn=self._map_run) if self._map_run else None
        if described is None or described["status"] != "RUNNING":
            pages = sfn.get_paginator("list_map_runs").paginate(executionArn=self._arn)
            runs = [run for page in pages for run in page["mapRuns"] if not run.get("stopDate")]
            if not runs:
                return None
            self._map_run = str(max(runs, key=lambda run: run["startDate"])["mapRunArn"])
            described = sfn.describe_map_run(mapRunArn=self._map_run)
        items = described["itemCounts"]
        return Counts(
            succeeded=items["succeeded"],
            failed=items["failed"] + items["timedOut"] + items["aborted"],
            running=items["running"],
            waiting=items["pending"] + items.get("pendingRedrive", 0),
        )

    def _list(self, at: object) -> list[SweepLine]:
        """List the lines if there may be more than there were; return those that are new."""
        if at == self._listed_at:
            return []
        known = {line.key for line in self._lines}
        lines = lines_of(self._clients, self.sweep, self._name)
        best = next(iter(best_of(lines, self.sweep.kind, 1)), None)
        if best is not None and best != self._best[0]:
            (content,) = contents_of(self._clients, self.sweep, self._name, [best])
            self._best = (best, content)
        # only now, so that a look that fails half-way is made again as a whole
        self._lines, self._listed_at = lines, at
        newest = [line for line in lines if line.key not in known]
        self._latest = (*self._latest, *newest)[-LATEST:]
        return newest


class SweepView(Protocol):
    """Where a sweep's progress is shown."""

    def show(self, progress: SweepProgress) -> None:
        """Show a snapshot."""
        ...

    def note(self, text: str) -> None:
        """Say something about the watching itself, in one sentence."""
        ...
