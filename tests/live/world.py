"""World: what is deployed, and the runs that are provoked on it, each once and for all checks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

HOLD = "1200"
"""Seconds that a job holds unless it is stopped: no longer than its `max_runtime`."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that has ended."""

    arn: str
    description: dict[str, Any]
    events: list[dict[str, Any]]
    jobs: list[dict[str, Any]]

    @property
    def status(self) -> str:
        """How it ended."""
        return str(self.description["status"])

    @property
    def report(self) -> dict[str, Any]:
        """Its report, of a run that failed from its cause."""
        text = self.description.get("output") or self.description.get("cause", "").rpartition("\n\n")[2]
        report: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
        return report

    def details(self, kind: str) -> list[dict[str, Any]]:
        """Return the details of its events of a kind, such as `taskFailed`."""
        name = f"{kind}EventDetails"
        return [event[name] for event in self.events if name in event]


@dataclass(kw_only=True)
class World:
    """A deployed stack.

    Attributes:
        client: Returns a boto3 client of a service.
        machine: The state machine's ARN.
        base_job_name: What the names of its jobs begin with.
        over_quota: A type whose spot quota is 0 in this account; empty where none was found.
        pause: Seconds between two looks.
        patience: Seconds until something is given up.
        told: Takes what happens, for the person at the keyboard.
    """

    client: Callable[[str], Any]
    machine: str
    base_job_name: str
    over_quota: str
    pause: float
    patience: float
    told: Callable[[str], None] = print
    _kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is made once for all checks."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    @cached_property
    def plain(self) -> Run:
        """A run that trains to its end."""
        return self._end(self._start("plain", {}))

    @cached_property
    def failing(self) -> Run:
        """A run whose program fails."""
        return self._end(self._start("failing", {"HyperParameters": {"fail": "1"}}))

    @cached_property
    def stopped(self) -> Run:
        """A run whose job somebody stops."""
        arn = self._start("stopped", {"HyperParameters": {"hold": HOLD}})
        job = self._training(arn)
        self.client("sagemaker").stop_training_job(TrainingJobName=job)
        return self._end(arn)

    @cached_property
    def aborted(self) -> tuple[str, Run]:
        """How the job ended of a run that is aborted while it trains; and the run, redriven to its end."""
        arn = self._start("aborted", {"HyperParameters": {"hold": HOLD}})
        job = self._training(arn)
        sfn = self.client("stepfunctions")
        sfn.stop_execution(executionArn=arn)
        self._until("the job to end", lambda: self.describe(job)["TrainingJobStatus"] not in ("InProgress", "Stopping"))
        status = str(self.describe(job)["TrainingJobStatus"])
        sfn.redrive_execution(executionArn=arn)
        return status, self._end(arn)

    @cached_property
    def refused(self) -> dict[str, Any]:
        """What a task fails with that asks for what no quota allows."""
        capacity = [{"InstanceType": self.over_quota, "Market": "spot", "InstanceCount": 1}]
        arn = self._start("over-quota", {"Capacity": capacity})
        self._until("the task to fail", lambda: bool(self._failed(arn)))
        self.client("stepfunctions").stop_execution(executionArn=arn)
        return self._failed(arn)[0]

    def describe(self, job: str) -> dict[str, Any]:
        """Describe a training job."""
        told: dict[str, Any] = self.client("sagemaker").describe_training_job(TrainingJobName=job)
        return {name: value for name, value in told.items() if name != "ResponseMetadata"}

    def evaluate(self, expression: str) -> dict[str, Any]:
        """Have Step Functions evaluate an expression, by TestState."""
        state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": f"{{% {expression} %}}", "End": True}
        told = self.client("stepfunctions").test_state(definition=json.dumps(state), input="{}")
        return {name: str(told[name])[:300] for name in ("status", "output", "error", "cause") if name in told}

    def _start(self, name: str, document: dict[str, Any]) -> str:
        self.told(f"starting the run {name}")
        sfn = self.client("stepfunctions")
        arn: str = sfn.start_execution(stateMachineArn=self.machine, name=name, input=json.dumps(document))[
            "executionArn"
        ]
        return arn

    def _end(self, arn: str) -> Run:
        sfn = self.client("stepfunctions")
        self._until(f"{arn} to end", lambda: sfn.describe_execution(executionArn=arn)["status"] != "RUNNING")
        description = {
            name: value
            for name, value in sfn.describe_execution(executionArn=arn).items()
            if name != "ResponseMetadata"
        }
        return Run(
            arn=arn, description=description, events=self._events(arn), jobs=list(map(self.describe, self._jobs(arn)))
        )

    def _events(self, arn: str) -> list[dict[str, Any]]:
        told = self.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
        events: list[dict[str, Any]] = told["events"]
        return events

    def _jobs(self, arn: str) -> list[str]:
        """Name the jobs that a run has asked for, the first one first."""
        asked = [event.get("taskScheduledEventDetails", {}) for event in self._events(arn)]
        return [
            str(json.loads(one["parameters"])["TrainingJobName"])
            for one in asked
            if str(one.get("resource", "")).startswith("createTrainingJob")
        ]

    def _failed(self, arn: str) -> list[dict[str, Any]]:
        return [event["taskFailedEventDetails"] for event in self._events(arn) if "taskFailedEventDetails" in event]

    def _training(self, arn: str) -> str:
        """Wait until a run's first job trains; return its name."""

        def trains() -> bool:
            try:
                jobs = self._jobs(arn)
                return bool(jobs) and self.describe(jobs[0])["SecondaryStatus"] == "Training"
            except self.client("sagemaker").exceptions.ClientError:  # asked for, and not there yet
                return False

        self._until("a job to train", trains)
        time.sleep(3 * self.pause)  # until its first checkpoint is in S3
        return self._jobs(arn)[0]

    def _until(self, what: str, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + self.patience
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"waited {self.patience:g} s for {what}")
            time.sleep(self.pause)
