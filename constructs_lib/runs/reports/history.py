"""What a run's history says: the state it is in and the training jobs it has asked for.

The history is read backwards and only as far as needed, so that watching a run of 25,000 events stays cheap.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.failures import FAILURES
from constructs_lib.workflow.names import INSIDE_TRAIN, TASK_SEPARATOR, TRAIN

_CREATES = (
    ("sagemaker", "createTrainingJob.sync"),
    ("sagemaker", "createTrainingJob"),
    ("aws-sdk:sagemaker", "createTrainingJob"),
)
_OWN_STATES = {*names.STATES, *(failure.state for failure in FAILURES)}
_JOB_NAME = re.compile(r'"TrainingJobName"\s*:\s*"([A-Za-z0-9-]+)"')
_ATTEMPT = re.compile(r"(?P<prefix>.*-[0-9a-f]{16})-(?P<number>[1-9][0-9]{0,3})")
_LOOK_OUT = re.compile(r".*-[0-9a-f]{16}lo[1-9][0-9]{0,3}")
_PAGE = 100
"""Events in a page of a look; with their execution data they may be large."""

_LARGEST_PAGE = 1000


def entered_state(event: Mapping[str, Any]) -> str | None:
    """Return the state that an event enters, or None for any other event."""
    name = (event.get("stateEnteredEventDetails") or {}).get("name")
    if not name:
        return None
    task, separator, state = str(name).rpartition(TASK_SEPARATOR)
    return f"{task}{separator}{TRAIN}" if state in INSIDE_TRAIN else str(name)


def is_of_whole_run(event: Mapping[str, Any]) -> bool:
    """Return whether an event enters a state of a machine that is one run, and not somebody else's with tasks in it."""
    return (event.get("stateEnteredEventDetails") or {}).get("name") in _OWN_STATES


def requested_job(event: Mapping[str, Any]) -> str | None:
    """Return the name of the training job that an event asks SageMaker for, or None for any other event."""
    details = event.get("taskScheduledEventDetails") or {}
    if (details.get("resourceType"), details.get("resource")) not in _CREATES:
        return None
    parameters = str(details.get("parameters") or "")
    try:
        name = json.loads(parameters)["TrainingJobName"]
    except (ValueError, TypeError, KeyError):
        # Step Functions may cut what is long
        found = _JOB_NAME.search(parameters)
        return found[1] if found else None
    return name if isinstance(name, str) else None


def is_look_out(job_name: str) -> bool:
    """Return whether a job is no attempt, but waits for spot capacity while a run with a deadline is on-demand."""
    return _LOOK_OUT.fullmatch(job_name) is not None


def is_of_run(job: Mapping[str, Any], execution_arn: str) -> bool:
    """Return whether a job that a run has asked for is its own: another run may have had the name first.

    A job bears the execution that made it in its environment; one without that was made before jobs did.

    Args:
        job: DescribeTrainingJob's answer.
        execution_arn: The run's execution.
    """
    mark = str((job.get("Environment") or {}).get("SPOT_TRAINING_RUN") or execution_arn)
    return mark.split(" ", maxsplit=1)[0] == execution_arn


def with_earlier_attempts(job_names: list[str]) -> list[str]:
    """Put the jobs before each job in front of it; their names follow from its own, without reading the history.

    Some may be those of a run that it resumes: see `is_of_run`.
    """
    found: dict[str, None] = {}
    for name in job_names:
        match = _ATTEMPT.fullmatch(name)
        if match:
            found.update(dict.fromkeys(f"{match['prefix']}-{number}" for number in range(1, int(match["number"]))))
        found[name] = None
    return list(found)


def by_run(job_names: Sequence[str]) -> list[list[str]]:
    """Return the jobs of each run among these: an execution has several where tasks stand in a Map or a Parallel."""
    runs: dict[str, list[str]] = {}
    for name in job_names:
        match = _ATTEMPT.fullmatch(name)
        runs.setdefault(match["prefix"] if match else name, []).append(name)
    return list(runs.values())


def newest_of_each(job_names: Sequence[str]) -> list[str]:
    """Return the last job of each run among these.

    Only these may not have been made yet: a run asks for an attempt when the one before is settled.
    """
    return [jobs[-1] for jobs in by_run(job_names)]


class HistoryReader:
    """Reads one run's history, each time only what is new.

    Attributes:
        state: The state entered last; None until one is known.
        newest: When the newest event was; None until one is known.
        job_names: The training jobs asked for, oldest first. The first look finds the newest one only, where the whole
            execution is one run; of somebody else's machine with tasks in it, all of them. Look-outs are none of them.
        look_outs: The look-outs asked for, as far as the history was read.
    """

    def __init__(self, sfn: Any, execution_arn: str) -> None:
        self._sfn = sfn
        self._arn = execution_arn
        self._seen = 0
        self.state: str | None = None
        self.newest: datetime | None = None
        self.job_names: list[str] = []
        self.look_outs: set[str] = set()

    def look(self) -> None:
        """Read backwards to what was read before; at the first look, of one run, to its newest state and job."""
        first = self._seen == 0
        whole_run = False
        seen, newest, state, jobs = self._seen, self.newest, None, []
        for event in self._backwards():
            if event["id"] <= self._seen:
                break
            if event["id"] > seen:
                seen, newest = event["id"], event.get("timestamp")
            if state is None:
                state, whole_run = entered_state(event), is_of_whole_run(event)
            job = self._attempt(event)
            if job is not None:
                jobs.append(job)
            if first and whole_run and jobs:
                break
        # only now, so that a look that fails half-way is made again as a whole
        self._seen, self.newest, self.state = seen, newest, state or self.state
        self._add(reversed(jobs))

    def look_at_all(self) -> None:
        """Read the whole history, for every job that there may be."""
        jobs = []
        for event in self._backwards(_LARGEST_PAGE):
            self._seen = max(self._seen, event["id"])
            job = self._attempt(event)
            if job is not None:
                jobs.append(job)
        self.job_names = []
        self._add(reversed(jobs))

    def _attempt(self, event: Mapping[str, Any]) -> str | None:
        """Return the job that an event asks for, if it is an attempt of a run."""
        job = requested_job(event)
        if job is None or not is_look_out(job):
            return job
        self.look_outs.add(job)
        return None

    def _add(self, names: Iterator[str]) -> None:
        # the same attempt asked for twice has the same name; the one asked for last is the present one
        for name in names:
            if name in self.job_names:
                self.job_names.remove(name)
            self.job_names.append(name)

    def _backwards(self, page: int = _PAGE) -> Iterator[Mapping[str, Any]]:
        # the API wants all other arguments unchanged with a token
        arguments: dict[str, Any] = {"executionArn": self._arn, "reverseOrder": True, "maxResults": page}
        while True:
            answer = self._sfn.get_execution_history(**arguments)
            yield from answer["events"]
            if not answer.get("nextToken"):
                return
            arguments["nextToken"] = answer["nextToken"]
