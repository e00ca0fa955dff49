"""Runs the workflow to its end on the embedded AWS, with trouble ordered."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.api.errors import SageMakerError
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.settings import RetryBudget, RunSettings
from tests.support.places import PROGRAMS
from tests.support.run_documents import shared_request

PROGRAM = PROGRAMS / "count_as_told.py"
ENDS_WITHIN = 90.0
"""Wall seconds after which a test gives up on a run."""

POLL = 0.05
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

    def __init__(self, aws: EmbeddedAws, definition: dict[str, Any]) -> None:
        self.aws = aws
        self.sfn = aws.client("stepfunctions")
        self.sagemaker = aws.client("sagemaker")
        self.s3 = aws.client("s3")
        self.s3.create_bucket(Bucket="checkpoint-bucket")
        self.s3.create_bucket(Bucket="models-bucket")
        made = self.sfn.create_state_machine(
            name="machine", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/machine"
        )
        self.machine = made["stateMachineArn"]

    def start(self, run_input: Any = None, name: str | None = None) -> str:
        """Start a run; return the execution's ARN."""
        named = {"name": name} if name else {}
        text = json.dumps({} if run_input is None else run_input)
        arn: str = self.sfn.start_execution(stateMachineArn=self.machine, input=text, **named)["executionArn"]
        return arn

    def until(self, arn: str, condition: Callable[[], bool]) -> None:
        """Wait for something to happen while a run goes on."""
        deadline = time.monotonic() + ENDS_WITHIN
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            assert self.status(arn) == "RUNNING", "the run ended first"
            time.sleep(POLL)

    def status(self, arn: str) -> str:
        """Return an execution's status."""
        status: str = self.sfn.describe_execution(executionArn=arn)["status"]
        return status

    def end(self, arn: str) -> Ended:
        """Wait for a run's end."""
        deadline = time.monotonic() + ENDS_WITHIN
        while (found := self.sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the run did not end in time"
            time.sleep(POLL)
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

    def run(self, run_input: Any = None, name: str | None = None) -> Ended:
        """Start a run and wait for its end."""
        return self.end(self.start(run_input, name))

    def requests(self, arn: str) -> list[dict[str, Any]]:
        """Return the CreateTrainingJob requests that a run has made, the first one first."""
        events = self.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        tasks = [event["taskScheduledEventDetails"] for event in events if "taskScheduledEventDetails" in event]
        return [json.loads(task["parameters"]) for task in tasks if task["resource"] == "createTrainingJob.sync"]

    def jobs(self) -> list[dict[str, Any]]:
        """Describe every job, the oldest first."""
        names = [job["TrainingJobName"] for job in self.sagemaker.list_training_jobs()["TrainingJobSummaries"]]
        found = [self.sagemaker.describe_training_job(TrainingJobName=name) for name in names]
        return sorted(found, key=lambda job: job["CreationTime"])

    @contextmanager
    def unstoppable_jobs(self) -> Iterator[None]:
        """Make StopTrainingJob fail for a while: Step Functions stops the job of an aborted run by best effort only."""
        stop = self.aws.training_jobs.stop

        def refuse(name: str) -> None:
            raise SageMakerError("ThrottlingException", f"Rate exceeded: {name}")

        self.aws.training_jobs.stop = refuse  # type: ignore[method-assign]
        try:
            yield
        finally:
            self.aws.training_jobs.stop = stop  # type: ignore[method-assign]

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
        },
        capacities=capacities or (SPOT,),
        max_runtime_seconds=max_runtime_seconds,
        max_wait_seconds=max_wait_seconds,
        checkpoint_bucket="checkpoint-bucket",
        capacity_patience_seconds=capacity_patience_seconds,
        retry_budget=retry_budget or RetryBudget(),
    )
    timing = Timing(
        starting_seconds=1,
        downloading_seconds=1,
        shortest_grace_wall_seconds=1.0,
        longest_grace_wall_seconds=1.0,
        sync_wall_seconds=0.02,
    )
    programs = {"count:*": [sys.executable, str(PROGRAM)]}
    with EmbeddedAws(speed=speed, programs=programs, timing=timing, **embedded) as aws:
        yield RunBench(aws, definition(settings))
