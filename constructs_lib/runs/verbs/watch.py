"""Watching a run to its end: look, show, pause, and look again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import (
    aws_errors,
    error_code,
    is_passing,
    sentence,
)
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.history import HistoryReader, with_earlier_attempts
from constructs_lib.runs.reports.interruptions.losses import losses
from constructs_lib.runs.reports.interruptions.stored import Stored, read_progress, stored_at
from constructs_lib.runs.reports.job_book import JobBook
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.reports.report import EXIT_STATUS, Report
from constructs_lib.runs.reports.saved_work import SavedWork
from constructs_lib.runs.times import Now, utc_now
from constructs_lib.runs.verbs.examined import checkpoint_uri, examined
from constructs_lib.runs.verbs.failed_looks import NO_SUCH_RUN, FailedLooks

SECONDS_BETWEEN_LOOKS = 5.0
"""Well within the API's rates, and soon enough for a person."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a watched run ended."""

    execution_arn: str
    status: str
    report: Report

    @property
    def exit_status(self) -> int:
        """The command's exit status for this end."""
        return self.report.exit_status


def watch_run(
    clients: Clients,
    execution_arn: str,
    view: View,
    *,
    sleep: Callable[[float], None] = time.sleep,
    seconds_between_looks: float = SECONDS_BETWEEN_LOOKS,
    now: Now = utc_now,
    just_started: bool = False,
    prices: PriceBook | None = None,
) -> Outcome:
    """Watch a run until it ends. Watching changes nothing: a KeyboardInterrupt leaves the run as it is.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.
        view: Where progress is shown.
        sleep: Pauses for so many seconds. Defaults to `time.sleep`.
        seconds_between_looks: The pause between two looks. Defaults to 5 seconds.
        now: The clock by which AWS's timestamps are reckoned. Defaults to this machine's; a time that AWS has
            reported already is never in its future.
        just_started: Whether the run may not be visible yet. Defaults to a run that is there or does not exist.
        prices: The prices of the Region, to show what the run costs. Defaults to saying nothing of dollars.

    Raises:
        RunsError: If there is no such run, or AWS cannot be asked for long; the run itself goes on.
    """
    look = _Look(clients, execution_arn, view, now, prices)
    failed = FailedLooks(
        "run",
        note=view.note,
        why_not=lambda error: _why_not(error, execution_arn),
        seconds_between_looks=seconds_between_looks,
        just_started=just_started,
    )
    while True:
        try:
            execution, progress = look.once()
        except aws_errors() as error:
            sleep(failed.pause(error))
            continue
        failed.over()
        view.show(progress)
        if execution["status"] in EXIT_STATUS:
            report = look.examined(Report.from_execution(execution, look.attempts()))
            return Outcome(execution_arn=execution_arn, status=str(execution["status"]), report=report)
        sleep(seconds_between_looks)


class _Look:
    """Asks for what a snapshot needs, and remembers what cannot change any more."""

    def __init__(
        self, clients: Clients, execution_arn: str, view: View, now: Now, prices: PriceBook | None = None
    ) -> None:
        self._prices = prices
        self._clients = clients
        self._arn = execution_arn
        self._now = now
        self._history = HistoryReader(clients.sfn, execution_arn)
        self._jobs = JobBook(clients.sagemaker, execution_arn, view.note)
        self._checkpoints: dict[str, dict[int, Sequence[Stored]]] = {}

    def once(self) -> tuple[Mapping[str, Any], RunProgress]:
        # the execution first: when it has ended, all the rest has its last word
        execution = self._clients.sfn.describe_execution(executionArn=self._arn)
        self._history.look()
        names = with_earlier_attempts(self._history.job_names)
        jobs = self._jobs.read(names)
        for name, job in jobs.items():
            self._look_at_checkpoints(name, job)
        own = [name for name in names if name not in self._jobs.of_others]
        now = self._no_earlier_than_told(jobs)
        progress = RunProgress.of(
            execution,
            state=self._history.state,
            job_names=own,
            jobs=jobs,
            now=now,
            prices=self._prices,
            saved=self._saved([jobs[name] for name in own if name in jobs], now),
        )
        return execution, progress

    def attempts(self) -> list[Attempt]:
        now = self._no_earlier_than_told(self._jobs.known)
        return [Attempt.from_description(job, now) for job in self._jobs.known.values()]

    def examined(self, report: Report) -> Report:
        return examined(self._clients, report, self._jobs.known, self._checkpoints)

    def _look_at_checkpoints(self, name: str, job: Mapping[str, Any]) -> None:
        """Note which checkpoints there are while a job waits for another instance: it may write them again."""
        lost, seen = losses(job), self._checkpoints.setdefault(name, {})
        # at each look anew: what a program saves at the last moment may arrive a moment later
        if not lost or lost[-1].back is not None or not (uri := checkpoint_uri(job)):
            return
        try:
            stored = stored_at(self._clients.s3, uri)
        except aws_errors() as error:
            if is_passing(error):
                raise
            return  # the report says that it may not be seen
        if stored is not None:
            seen[len(lost)] = stored

    def _saved(self, jobs: Sequence[Mapping[str, Any]], now: datetime) -> SavedWork | None:
        """Read how much of the work is saved; most programs do not tell, and not everybody may ask."""
        if not jobs or not (uri := checkpoint_uri(jobs[-1])):
            return None
        try:
            found = read_progress(self._clients.s3, uri)
        except aws_errors() as error:
            if is_passing(error):
                raise
            return None
        return SavedWork.told(*found, jobs[-1], now)

    def _no_earlier_than_told(self, jobs: Mapping[str, Mapping[str, Any]]) -> datetime:
        # this machine's clock may be slow, and that of an embedded AWS fast
        told = [self._history.newest, *(job.get("LastModifiedTime") for job in jobs.values())]
        return max([self._now(), *(moment for moment in told if moment is not None)])


def _why_not(error: Exception, execution_arn: str) -> str:
    if error_code(error) in (NO_SUCH_RUN, "InvalidArn"):
        return f"there is no run {run_name_of(execution_arn)!r} of this state machine; see: spot-training list"
    return f"{sentence(error)}; a run that has begun goes on by itself"


class View(Protocol):
    """Where a run's progress is shown."""

    def show(self, progress: RunProgress) -> None:
        """Show a snapshot."""
        ...

    def note(self, text: str) -> None:
        """Say something about the watching itself, in one sentence."""
        ...
