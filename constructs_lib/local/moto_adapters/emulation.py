"""What the adapters need from the embedded AWS that they serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.clock import Clock
from constructs_lib.local.training_jobs.service import TrainingJobs
from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.recorded import Record, ignore

LOOK_SECONDS = 0.05
"""Wall seconds between two looks at whether an execution that waits has been stopped."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How many of each kind an embedded AWS remembers; of more, the oldest that have ended are forgotten.

    Attributes:
        executions: Executions that have ended, of a Region, with their histories. Step Functions forgets them 90 days
            after their end. Defaults to 1,000.
        jobs: Training jobs that have ended, with their output on this machine; SageMaker keeps them all. Defaults to
            5,000.
        log_streams: Streams of a log group. Defaults to 10,000.
        log_events: Events of a log group. Defaults to 200,000.
        metric_data: Values in CloudWatch, of a Region; it keeps them 15 months. Defaults to 100,000.
        calls: Different calls in `EmbeddedAws.calls`. Defaults to 50,000.

    Raises:
        ValueError: If one of them is less than 1.
    """

    executions: int = 1_000
    jobs: int = 5_000
    log_streams: int = 10_000
    log_events: int = 200_000
    metric_data: int = 100_000
    calls: int = 50_000

    def __post_init__(self) -> None:
        """Check."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        if wrong := [f"'{name}' must be at least 1, got {value}" for name, value in given.items() if value < 1]:
            raise ValueError("; ".join(wrong))


@dataclass(frozen=True, kw_only=True)
class Emulation:
    """The parts of one embedded AWS.

    Attributes:
        clock: Its time.
        training_jobs: Its SageMaker.
        client: Returns a boto3 client of a service in a Region, pointed at it.
        access_key: The id of the access key that its endpoint asks for.
        stopped_jobs_fail: Whether a `.sync` task fails when its job has been stopped.
        record: Takes note of what is called in the name of a state machine's role.
        kept: How much is remembered.
    """

    clock: Clock
    training_jobs: TrainingJobs
    client: Callable[[str, str], Any]
    access_key: str
    stopped_jobs_fail: bool = True
    record: Record = ignore
    kept: Kept = field(default_factory=Kept)

    def timestamp(self) -> str:
        """Return the time as Step Functions writes it in the context object."""
        return iso_milliseconds(self.clock.now())


def caller_of(env: Any, region: str) -> Caller:
    """Return who calls in an execution's environment.

    Args:
        env: moto's environment of the execution.
        region: The Region that is called.
    """
    execution = env.states.context_object.context_object_data["Execution"]
    arn = str(execution["Id"]).split(":")
    return Caller(role_arn=str(execution["RoleArn"]), partition=arn[1], region=region, account=arn[4])


def execution_of(env: Any) -> str:
    """Return the ARN of the execution whose environment it is."""
    return str(env.states.context_object.context_object_data["Execution"]["Id"])


def iso_milliseconds(at: datetime) -> str:
    """Write a time with three digits of a second and a Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
