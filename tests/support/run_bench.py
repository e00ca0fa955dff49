"""Runs the workflow to its end on the embedded AWS, with trouble ordered."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.settings import RetryBudget, RunPrices, RunSettings
from tests.support.embedded.executions import is_running
from tests.support.embedded.unstoppable_jobs import unstoppable_jobs
from tests.support.places import PROGRAMS
from tests.support.run_documents import shared_request

PROGRAM = PROGRAMS / "count_as_told.py"
MACHINE_ROLE = "arn:aws:iam::123456789012:role/machine"
ENDS_WITHIN = 240.0
"""Wall seconds after which a test gives up on a run."""

FURTHER_MEMBERS: dict[str, Any] = {}
"""Members of the request that a test adds to those of every bench."""

POLL = 0.1
"""Wall seconds between two looks: each takes the embedded AWS time that it needs for what is looked at."""

SPOT = Capacity.spot("ml.m5.xlarge")
OTHER_SPOT = Capacity.spot("ml.g5.xlarge")
ON_DEMAND = Capacity.on_demand("ml.m5.xlarge")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A run that has ended."""

    arn: str
    status: str
    error: str
    cause: str
    report: dict[str, Any]
    states: list[str]

    @property
    def verdicts(self) -> list[str]:
        """The verdict of each attempt."""
        return [attempt["Verdict"] for attempt in self.report["Attempts"]]


class RunBench:
    """One machine on one embedded AWS."""

    def __init__(self, aws: EmbeddedAws, settings: RunSettings, definition: dict[str, Any]) -> None:
        self.aws = aws
        self.settings = settings
        self.sfn = aws.client("stepfunctions")
        self.sagemaker = aws.client("sagemaker")
        self.s3 = aws.client("s3")
        self.s3.create_bucket(Bucket="checkpoint-bucket")
        self.s3.create_bucket(Bucket="models-bucket")
        self._definition = json.dumps(definition)
        self.machine = self.another_machine("machine")

    def another_machine(self, name: str) -> str:
        """Make a machine of the same definition; return its ARN."""
        made = self.sfn.create_state_machine(name=name, definition=self._definition, roleArn=MACHINE_ROLE)
        return str(made["stateMachineArn"])

    def start(self, run_input: Any = None, name: str | None = None, machine: str | None = None) -> str:
        """Start a run; return the execution's ARN."""
        named = {"name": name} if name else {}
        text = json.dumps({} if run_input is None else run_input)
        started = self.sfn.start_execution(stateMachineArn=machine or self.machine, input=text, **named)
        return str(started["executionArn"])

    def until(self, arn: str, condition: Callable[[], bool]) -> None:
        """Wait for something to happen while a run goes on."""
        deadline = time.monotonic() + ENDS_WITHIN
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            assert is_running(arn), "the run ended first"
            time.sleep(POLL)

    def status(self, arn: str) -> str:
        """Return an execution's status."""
        status: str = self.sfn.describe_execution(executionArn=arn)["status"]
        return status

    def end(self, arn: str) -> Ended:
        """Wait for a run's end."""
        deadline = time.monotonic() + ENDS_WITHIN
        while is_running(arn):
            assert time.monotonic() < deadline, "the run did not end in time"
            time.sleep(POLL)
        found = self.sfn.describe_execution(executionArn=arn)
        events = self.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        cause = found.get("cause", "")
        text = found.get("output") or cause.rpartition("\n\n")[2]
        return Ended(
            arn=arn,
            status=found["status"],
            error=found.get("error", ""),
            cause=cause,
            report=json.loads(text) if text.startswith("{") else {},
            states=[
                event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
            ],
        )

    def run(self, run_input: Any = None, name: str | None = None, machine: str | None = None) -> Ended:
        """Start a run and wait for its end."""
        return self.end(self.start(run_input, name, machine))

    def abort(self, name: str, run_input: Any = None, *, job_lives_on: bool = False) -> str:
        """Start a run and abort it once it has a checkpoint; return the execution's ARN.

        Args:
            name: The run's name.
            run_input: Its input. Defaults to none.
            job_lives_on: Whether the abort's stop fails, and the job with it does not end.
        """
        arn = self.start(run_input, name)
        self.until(arn, self.trained)
        if job_lives_on:
            with unstoppable_jobs(self.aws):
                self.sfn.stop_execution(executionArn=arn)
        else:
            self.sfn.stop_execution(executionArn=arn)
            # Step Functions stops the job of `.sync` alone
            for job in self.live_jobs() if FURTHER_MEMBERS else ():
                self.sagemaker.stop_training_job(TrainingJobName=job)
        assert self.end(arn).status == "ABORTED"
        for job in () if job_lives_on else self.live_jobs():
            self.aws.training_jobs.wait(job, timeout=120)
        return arn

    def requests(self, arn: str) -> list[dict[str, Any]]:
        """Return the CreateTrainingJob requests that a run has made, the first one first."""
        events = self.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        tasks = [event["taskScheduledEventDetails"] for event in events if "taskScheduledEventDetails" in event]
        return [json.loads(task["parameters"]) for task in tasks if task["resource"].startswith("createTrainingJob")]

    def trained(self) -> bool:
        """Whether a checkpoint has reached S3."""
        listed = self.s3.list_objects_v2(Bucket="checkpoint-bucket", Prefix="churn/")
        return any("step-" in found["Key"] for found in listed.get("Contents", []))

    def begins(self) -> list[int]:
        """At which step each job began, the oldest job first."""
        logs = (self.aws.training_jobs.log(job["TrainingJobName"]) for job in self.jobs())
        return [int(log.splitlines()[0].rpartition(" ")[2]) for log in logs]

    def numbers(self) -> list[int]:
        """The number that ends each job's name, the oldest job first."""
        return [int(job["TrainingJobName"].rpartition("-")[2]) for job in self.jobs()]

    def prefixes(self) -> list[str]:
        """The checkpoint prefix of each job, without bucket and base job name, the oldest job first."""
        return [job["CheckpointConfig"]["S3Uri"].split("/", 4)[4] for job in self.jobs()]

    def jobs(self) -> list[dict[str, Any]]:
        """Describe every job, the oldest first."""
        names = [job["TrainingJobName"] for job in self.sagemaker.list_training_jobs()["TrainingJobSummaries"]]
        found = [self.sagemaker.describe_training_job(TrainingJobName=name) for name in names]
        return sorted(found, key=lambda job: job["CreationTime"])

    def live_jobs(self) -> list[str]:
        """Name the jobs that have not ended."""
        return [job["TrainingJobName"] for job in self.jobs() if job["TrainingJobStatus"] in ("InProgress", "Stopping")]


@contextmanager
def run_bench(
    *capacities: Capacity,
    hyperparameters: dict[str, str] | None = None,
    definition: Callable[[RunSettings], dict[str, Any]] = run_definition,
    max_runtime_seconds: int = 3600,
    max_wait_seconds: int = 7200,
    capacity_patience_seconds: int | None = None,
    retry_budget: RetryBudget | None = None,
    deadline: Deadline | None = None,
    prices: RunPrices | None = None,
    program: Path = PROGRAM,
    speed: float = 200.0,
    **embedded: Any,
) -> Iterator[RunBench]:
    """Run an embedded AWS with a machine: quick timing, a counting program, and whatever trouble is ordered."""
    settings = RunSettings(
        base_job_name="churn",
        request={
            **shared_request(hyperparameters={"steps": "3", **(hyperparameters or {})}),
            "AlgorithmSpecification": {
                "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/count:1",
                "TrainingInputMode": "File",
            },
            **FURTHER_MEMBERS,
        },
        capacities=capacities or (SPOT,),
        max_runtime_seconds=max_runtime_seconds,
        max_wait_seconds=max_wait_seconds,
        checkpoint_bucket="checkpoint-bucket",
        capacity_patience_seconds=capacity_patience_seconds,
        retry_budget=retry_budget or RetryBudget(),
        deadline=deadline,
        prices=prices,
    )
    timing = Timing(
        starting_seconds=1,
        downloading_seconds=1,
        shortest_grace_wall_seconds=1.0,
        longest_grace_wall_seconds=1.0,
        sync_wall_seconds=0.02,
    )
    programs = {"count:*": [sys.executable, "-S", str(program)]}
    with EmbeddedAws(speed=speed, programs=programs, timing=timing, **embedded) as aws:
        yield RunBench(aws, settings, definition(settings))
