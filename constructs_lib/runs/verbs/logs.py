"""What the containers of a run have written, from CloudWatch Logs: over all attempts, in order.

SageMaker writes into one log group, a stream for each launch of a container: `<job>/algo-<host>-<time>`.
https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.aws.state_machine import run_name_of
from constructs_lib.runs.reports.history import HistoryReader, by_run
from constructs_lib.runs.reports.job_book import JobBook
from constructs_lib.runs.reports.report import EXIT_STATUS, Report

GROUP = "/aws/sagemaker/TrainingJobs"
SECONDS_BETWEEN_LOOKS = 3.0

_MOST_STREAMS = 100
"""How many FilterLogEvents takes by name."""

_MOST_HOSTS = 8
"""Of how many hosts the last lines are asked for; each takes a call."""

_LATE_MILLISECONDS = 60_000
"""How much later than its time an event may be there."""


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One line of a container's output."""

    attempt: int
    job_name: str
    host: str
    at: datetime
    text: str

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read."""
        return {
            "Attempt": self.attempt,
            "TrainingJobName": self.job_name,
            "Host": self.host,
            "Timestamp": self.at.isoformat(),
            "Message": self.text,
        }


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines are wanted; without anything, all.

    Attributes:
        attempt: Those of one attempt, counted from 1.
        host: Those of one host, such as `algo-2`.
        since: Those of that moment or later.
    """

    attempt: int | None = None
    host: str | None = None
    since: datetime | None = None


def read_logs(
    clients: Clients,
    execution_arn: str,
    wanted: Wanted,
    *,
    follow: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[LogLine]:
    """Yield the lines of a run, attempt by attempt, each in the order of time.

    Args:
        clients: The AWS clients.
        execution_arn: The execution's ARN.
        wanted: Which lines.
        follow: Whether to go on with new lines until the run has ended. Defaults to what there is.
        sleep: Pauses for so many seconds. Defaults to `time.sleep`.

    Raises:
        RunsError: If there is no such run or attempt, or AWS cannot be asked.
    """
    try:
        yield from _Lines(clients, execution_arn, wanted).read(follow=follow, sleep=sleep)
    except aws_errors() as error:
        if error_code(error) in ("ExecutionDoesNotExist", "InvalidArn"):
            name = run_name_of(execution_arn)
            raise RunsError(f"there is no run {name!r} of this state machine; see: spot-training list") from error
        raise RunsError(sentence(error)) from error


def last_lines(clients: Clients, report: Report, most: int = 20) -> list[str]:
    """Return the last lines that the program of a failed run has written; none where they cannot be had.

    Of several hosts each has its say, as any of them may be the one that failed; a line then begins with its host.

    Args:
        clients: The AWS clients.
        report: The run's report.
        most: How many at most. Defaults to 20.
    """
    # where tasks stand in a Map, the job that failed need not be the last one
    failed = [attempt for attempt in report.attempts if attempt.status == "Failed"] or report.attempts
    job = failed[-1].job_name if report.status == "FAILED" and failed else None
    if job is None:
        return []
    try:
        # the newest launch of the job on each host has the last word
        streams = sorted(_streams(clients.logs, job), key=lambda name: name.rpartition("-")[2])
        newest = {_host(stream): stream for stream in streams}
        events = [
            (event["timestamp"], host, str(event["message"]))
            for host, stream in sorted(newest.items())[:_MOST_HOSTS]
            for event in clients.logs.get_log_events(
                logGroupName=GROUP, logStreamName=stream, limit=most, startFromHead=False
            )["events"]
        ]
    except aws_errors():
        # who may see runs may perhaps not see logs: the report is worth reading all the same
        return []
    events.sort(key=lambda event: event[0])
    several = len(newest) > 1
    return [f"{host}  {text}" if several else text for _, host, text in events[-most:]]


def _host(stream: str) -> str:
    return stream.partition("/")[2].rpartition("-")[0]


class _Lines:
    """Reads a run's lines, each time only what is new."""

    def __init__(self, clients: Clients, execution_arn: str, wanted: Wanted) -> None:
        self._clients, self._arn, self._wanted = clients, execution_arn, wanted
        self._history = HistoryReader(clients.sfn, execution_arn)
        self._jobs = JobBook(clients.sagemaker, execution_arn)
        self._seen: set[str] = set()
        self._newest: dict[str, int] = {}
        self._left: set[str] = set()

    def read(self, *, follow: bool, sleep: Callable[[float], None]) -> Iterator[LogLine]:
        while True:
            # the execution first: when it has ended, all the rest has its last word
            ended = self._clients.sfn.describe_execution(executionArn=self._arn)["status"] in EXIT_STATUS
            self._history.look_at_all()
            jobs = self._jobs.read(self._history.job_names)
            wanted = self._wanted.attempt
            if wanted is not None and wanted > len(jobs) and (ended or not follow):
                raise RunsError(f"--attempt must be one of the {len(jobs)} attempts of the run, got {wanted}")
            for number, job in enumerate(jobs, start=1):
                if wanted in (None, number) and job not in self._left:
                    yield from self._of_job(number, job)
            # an attempt is the last word on those of its run before it; the last but one may have lines on their way
            self._left.update(name for names in by_run(list(jobs)) for name in names[:-2])
            if ended or not follow:
                return
            sleep(SECONDS_BETWEEN_LOOKS)

    def _of_job(self, number: int, job: str) -> Iterator[LogLine]:
        host = "" if self._wanted.host is None else f"{self._wanted.host}-"
        streams = _streams(self._clients.logs, job, host)
        since = [moment for moment in (self._since(), self._newest.get(job, 0) - _LATE_MILLISECONDS) if moment > 0]
        events = [
            event
            for first in range(0, len(streams), _MOST_STREAMS)
            for event in _events(self._clients.logs, streams[first : first + _MOST_STREAMS], max(since, default=0))
        ]
        for event in sorted(events, key=lambda each: each["timestamp"]):
            if event["eventId"] in self._seen:
                continue
            self._seen.add(event["eventId"])
            self._newest[job] = max(self._newest.get(job, 0), event["timestamp"])
            yield LogLine(
                attempt=number,
                job_name=job,
                host=_host(event["logStreamName"]),
                at=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                text=str(event["message"]).rstrip("\n"),
            )

    def _since(self) -> int:
        return 0 if self._wanted.since is None else int(self._wanted.since.timestamp() * 1000)


def _streams(logs: Any, job: str, host: str = "") -> list[str]:
    pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP, logStreamNamePrefix=f"{job}/{host}")
    try:
        return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
    except aws_errors() as error:
        if error_code(error) == "ResourceNotFoundException":
            # SageMaker makes the group when the first job of the account writes
            return []
        raise


def _events(logs: Any, streams: Sequence[str], since: int) -> Iterator[dict[str, Any]]:
    if not streams:
        return
    arguments = {"startTime": since} if since else {}
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, logStreamNames=list(streams), **arguments
    )
    for page in pages:
        yield from page["events"]
