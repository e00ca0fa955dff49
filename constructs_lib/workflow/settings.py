"""What a deployment fixes for all its runs: the literal JSON that the first state assigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.training_job import MAX_ATTEMPTS, MAX_JOB_SECONDS, Capacity

_RESERVED = ("sagemaker_program", "sagemaker_submit_directory")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often and how long a run bears with SageMaker before it goes on or gives up.

    Args:
        first_delay_seconds: The first back-off after throttling or a quota; each next is twice as long, with jitter.
            Defaults to 30 seconds.
        longest_delay_seconds: No back-off is longer. Defaults to 15 minutes.
        throttles: How many times an attempt is asked for again after throttling. Defaults to 8.
        quotas: How many times an attempt is asked for again while a quota is exhausted. Defaults to 4.
        service_faults: How many times an attempt that SageMaker itself broke is repeated. Defaults to 2.
        looks: How many times SageMaker is asked about a job it will not describe. Defaults to 20.
    """

    first_delay_seconds: int = 30
    longest_delay_seconds: int = 900
    throttles: int = 8
    quotas: int = 4
    service_faults: int = 2
    looks: int = 20


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """The deployed side of a run: the request all attempts share, the plan, the budgets.

    Args:
        base_job_name: The first part of every job's name.
        request: What `constructs_lib.training_job.base_request` gave; may hold CDK tokens.
        capacities: The capacity plan.
        max_runtime_seconds: The run's training budget.
        max_wait_seconds: The longest a spot attempt may last, waiting included.
        checkpoint_bucket: The bucket's name; may be a CDK token.
        checkpoint_local_path: Where the container sees the checkpoints. Defaults to SageMaker's own path.
        checkpoints: Whether the algorithm checkpoints at all. Defaults to yes.
        capacity_patience_seconds: How long a spot attempt may be without an instance before the run goes on.
            Defaults to as long as SageMaker lets it.
        longest_wait_seconds: The longest wait that an execution's input may ask for. Defaults to 30 days.
        patience: How often a run bears with SageMaker. Defaults to a few times.
    """

    base_job_name: str
    request: Mapping[str, Any]
    capacities: Sequence[Capacity]
    max_runtime_seconds: int
    max_wait_seconds: int
    checkpoint_bucket: str
    checkpoint_local_path: str = "/opt/ml/checkpoints"
    checkpoints: bool = True
    capacity_patience_seconds: int | None = None
    longest_wait_seconds: int = MAX_JOB_SECONDS
    patience: Patience = field(default_factory=Patience)

    def document(self) -> dict[str, Any]:
        """Return the settings as the JSONata functions read them.

        Raises:
            ValueError: A text reads like a JSONata expression and would be evaluated instead of taken literally.
        """
        document = {
            "BaseJobName": self.base_job_name,
            "Request": dict(self.request),
            "ReservedHyperParameters": [name for name in _RESERVED if name in self.request["HyperParameters"]],
            "Capacities": [self._entry(capacity) for capacity in self.capacities],
            "MaxRuntimeInSeconds": self.max_runtime_seconds,
            "MaxWaitTimeInSeconds": self.max_wait_seconds,
            "LongestWaitTimeInSeconds": self.longest_wait_seconds,
            "CheckpointBucket": self.checkpoint_bucket,
            "CheckpointLocalPath": self.checkpoint_local_path,
            "Checkpoints": self.checkpoints,
            "MostAttempts": MAX_ATTEMPTS,
            "Patience": {
                "FirstDelayInSeconds": self.patience.first_delay_seconds,
                "LongestDelayInSeconds": self.patience.longest_delay_seconds,
                "Throttles": self.patience.throttles,
                "Quotas": self.patience.quotas,
                "ServiceFaults": self.patience.service_faults,
                "Looks": self.patience.looks,
            },
        }
        if self.capacity_patience_seconds is not None:
            document["CapacityPatienceInSeconds"] = self.capacity_patience_seconds
        for path, text in _texts(document, ""):
            if text.startswith("{%") and text.endswith("%}"):
                raise ValueError(
                    f"'{path}' must not have the form of a JSONata expression, got {text!r}; change the text"
                )
        return document

    def _entry(self, capacity: Capacity) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "InstanceType": capacity.instance_type,
            "InstanceCount": capacity.instance_count,
            "Market": capacity.market,
            "Tries": capacity.tries,
        }
        if capacity.max_wait is not None:
            entry["MaxWaitTimeInSeconds"] = int(capacity.max_wait.to_seconds())
        return entry


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts(member, f"{path}.{name}".strip("."))
    elif isinstance(value, (list, tuple)):
        for index, member in enumerate(value):
            yield from _texts(member, f"{path}[{index}]")
