"""What a deployment fixes for all its runs: the literal JSON that the first state assigns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.training_job.capacity.allowances import (
    allowed_capacities,
    capacity_entry,
    input_locations,
    location_problems,
)
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.input_fields import (
    DEADLINE_FIELDS,
    INPUT_FIELDS,
    PRICED_FIELDS,
    SOURCE_HYPERPARAMETERS,
    field_of,
)
from constructs_lib.training_job.limits import (
    INPUT_LIMITS,
    MAX_ATTEMPTS,
    MAX_INPUT_BYTES,
    MAX_JOB_SECONDS,
    MAX_REQUEST_BYTES,
    MAX_RUNTIME_SECONDS,
)
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.request.members import not_verified, with_argument
from constructs_lib.workflow.deadline.deadline import Deadline
from constructs_lib.workflow.deadline.terms import deadline_document, with_speeds
from constructs_lib.workflow.figures import figures_document
from constructs_lib.workflow.jsonata.given import is_expression, texts

_MOST_ASSIGNED_BYTES = 256 * 1024 - 8 * 1024
"""What one Assign of Step Functions holds, without the names and texts beside the settings and the input.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""


@dataclass(frozen=True, kw_only=True)
class RetryBudget:
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
class RunPrices:
    """The on-demand prices that a run counts its dollars by.

    Args:
        dollars_per_hour: US dollars an hour for one instance, by its type.
        as_of: The day of the prices.
        region: Their Region.
        max_cost: The dollars that a run's instances may cost, and the most that its input may ask for. Defaults to no
            limit.
    """

    dollars_per_hour: Mapping[str, float]
    as_of: str
    region: str
    max_cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """The deployed side of a run: the request all attempts share, the plan, the budgets.

    Args:
        base_job_name: The first part of every job's name.
        request: What all attempts ask for, in CreateTrainingJob's names; may hold CDK tokens.
        capacities: The capacity plan; hyperparameters that go with an entry are texts, as they are sent.
        max_runtime_seconds: The run's training budget.
        max_wait_seconds: The longest a spot attempt may last, waiting included.
        checkpoint_bucket: The bucket's name; may be a CDK token.
        checkpoint_local_path: Where the container sees the checkpoints. Defaults to SageMaker's own path.
        checkpointing: Whether the algorithm checkpoints at all. Defaults to yes.
        capacity_patience_seconds: How long a spot attempt may be without an instance before the run goes on.
            Defaults to as long as SageMaker lets it.
        longest_wait_seconds: The longest wait that an execution's input may ask for. Defaults to 30 days.
        longest_runtime_seconds: The longest runtime that an execution's input may ask for. Defaults to 28 days.
        checkpoints_kept_seconds: How long the checkpoint bucket keeps checkpoints; a run that could last longer is
            refused. Defaults to not known, and no such check.
        input_locations: Where the job's role may read besides the deployed channels, each `s3://bucket/prefix/`:
            what an execution's input may move a channel to. Defaults to nothing.
        allowed_instance_types: What an execution's input may ask for besides the plan's own instance types, in each
            market of the plan and with as many instances as its largest entry. Defaults to nothing.
        image_repository_uri: The repository of an image that goes by its tag. Defaults to an image of another kind.
        allowed_image_tags: The tags in it that an execution's input may name besides the deployed one; a `*` stands for
            any characters. Defaults to none, and the field is refused.
        decodes_hyperparameters: Whether the image decodes hyperparameters as JSON, so that strings are sent as JSON.
            Defaults to not.
        max_pending_seconds: How long a job may be pending, `MaxPendingTimeInSeconds`. Defaults to saying nothing.
        retry_budget: How often a run bears with SageMaker. Defaults to a few times.
        publish_metrics: Whether the run puts its figures into CloudWatch. Defaults to yes.
        deadline: By when a run is to have ended, at least cost. Defaults to none.
        prices: What instances cost, for a run that keeps to dollars. Defaults to not known.
        tags: What stands for the jobs' tags where they are complete at synth only. Defaults to those of the request.
    """

    base_job_name: str
    request: Mapping[str, Any]
    capacities: Sequence[Capacity]
    max_runtime_seconds: int
    max_wait_seconds: int
    checkpoint_bucket: str
    checkpoint_local_path: str = "/opt/ml/checkpoints"
    checkpointing: bool = True
    capacity_patience_seconds: int | None = None
    longest_wait_seconds: int = MAX_JOB_SECONDS
    longest_runtime_seconds: int = MAX_RUNTIME_SECONDS
    checkpoints_kept_seconds: int | None = None
    input_locations: Sequence[str] = ()
    allowed_instance_types: Sequence[str] = ()
    image_repository_uri: str | None = None
    allowed_image_tags: Sequence[str] = ()
    decodes_hyperparameters: bool = False
    max_pending_seconds: int | None = None
    retry_budget: RetryBudget = field(default_factory=RetryBudget)
    publish_metrics: bool = True
    deadline: Deadline | None = None
    prices: RunPrices | None = None
    tags: Any = None

    @property
    def watches_capacity(self) -> bool:
        """Whether some job may be without an instance for less time than SageMaker lets it."""
        return self.capacity_patience_seconds is not None or self.deadline is not None

    @property
    def reads_progress(self) -> bool:
        """Whether a run reads from its checkpoints how much of its work is done."""
        return self.deadline is not None and self.checkpointing and not self.beyond_sync

    @property
    def looks_out(self) -> bool:
        """Whether a look-out waits for spot capacity while a run is on-demand."""
        return self.deadline is not None and self.deadline.lookout

    @property
    def within_cost(self) -> bool:
        """Whether a run may have a budget in dollars."""
        return self.prices is not None and self.deadline is None

    @property
    def beyond_sync(self) -> list[str]:
        """The members of the request that `createTrainingJob.sync` is not known to take.

        With one, a run asks for its jobs by `aws-sdk:sagemaker:createTrainingJob`, which takes the whole API, and looks
        from time to time whether they have ended.
        """
        return not_verified(self.request)

    def document(self) -> dict[str, Any]:
        """Return the settings as the JSONata functions read them.

        Raises:
            ValueError: A text reads like a JSONata expression and would be evaluated instead of taken literally, a
                location is no prefix of S3, or the request is larger than a run can carry.
        """
        document: dict[str, Any] = {
            "BaseJobName": self.base_job_name,
            "Request": dict(self.request),
            "ReservedHyperParameters": [
                name for name in SOURCE_HYPERPARAMETERS if name in self.request.get("HyperParameters", {})
            ],
            "DecodesHyperParameters": self.decodes_hyperparameters,
            "Capacities": [capacity_entry(capacity) for capacity in self.capacities],
            "AllowedCapacities": allowed_capacities(self.capacities, self.allowed_instance_types),
            "InputLocations": input_locations(self.request, self.input_locations),
            "MaxRuntimeInSeconds": self.max_runtime_seconds,
            "MaxWaitTimeInSeconds": self.max_wait_seconds,
            "LongestWaitTimeInSeconds": self.longest_wait_seconds,
            "LongestRuntimeInSeconds": self.longest_runtime_seconds,
            "InputFields": [each.name for each in INPUT_FIELDS if each.name not in self._fields_of_others()],
            "CapacityFields": [member.name for member in field_of("Capacity").members],
            "InputLimits": INPUT_LIMITS,
            "CheckpointBucket": self.checkpoint_bucket,
            "CheckpointLocalPath": self.checkpoint_local_path,
            "Checkpointing": self.checkpointing,
            "MostAttempts": MAX_ATTEMPTS,
            "Figures": figures_document(self.base_job_name),
            "RetryBudget": {
                "FirstDelayInSeconds": self.retry_budget.first_delay_seconds,
                "LongestDelayInSeconds": self.retry_budget.longest_delay_seconds,
                "Throttles": self.retry_budget.throttles,
                "Quotas": self.retry_budget.quotas,
                "ServiceFaults": self.retry_budget.service_faults,
                "Looks": self.retry_budget.looks,
            },
        }
        known = {
            "CapacityPatienceInSeconds": self.capacity_patience_seconds,
            "CheckpointsKeptInSeconds": self.checkpoints_kept_seconds,
            "MaxPendingTimeInSeconds": self.max_pending_seconds,
        }
        if self.deadline is not None:
            document["Deadline"] = deadline_document(self.deadline, self.capacities)
            document["Capacities"] = with_speeds(document["Capacities"], self.capacities)
        if self.prices is not None:
            document["Prices"] = {
                "AsOf": self.prices.as_of,
                "Region": self.prices.region,
                "DollarsPerHour": dict(self.prices.dollars_per_hour),
            }
            if self.prices.max_cost is not None:
                document["MaxCost"] = self.prices.max_cost
        document.update((name, seconds) for name, seconds in known.items() if seconds is not None)
        if self.image_repository_uri is not None and self.allowed_image_tags:
            document["ImageRepository"] = self.image_repository_uri
            document["ImageTags"] = [re.sub(r"\*+", "*", tag) for tag in self.allowed_image_tags]
        document["InputBytes"] = min(MAX_INPUT_BYTES, _MOST_ASSIGNED_BYTES - _size(document))
        self._check(document)
        if self.tags is not None:
            document["Request"] = {**self.request, "Tags": self.tags}
        return document

    def _fields_of_others(self) -> tuple[str, ...]:
        """Return the fields that this deployment does not take."""
        return (*(() if self.deadline else DEADLINE_FIELDS), *(() if self.within_cost else PRICED_FIELDS))

    def _check(self, document: Mapping[str, Any]) -> None:
        problems = list(location_problems(self.input_locations))
        own = [entry.get(field, {}) for entry in document["Capacities"] for field in ("HyperParameters", "Environment")]
        size = _size(document["Request"]) + sum(map(_size, own))
        if size > MAX_REQUEST_BYTES:
            problems.append(
                "'hyperparameters' and 'environment', those of 'capacity' too, must come to a request of at most "
                f"{MAX_REQUEST_BYTES} bytes, got {size}; put the data in a channel"
            )
        if self.looks_out:
            problems += self._look_out_problems()
        for path, text in texts(document):
            if is_expression(text):
                member = path.removeprefix("Request.")
                problem = f"'{member}' must not have the form of a JSONata expression, got {text!r}; change the text"
                problems.append(problem if member == path else with_argument(problem, {}))
        refuse(problems)

    def _look_out_problems(self) -> Iterator[str]:
        if self.beyond_sync:
            yield (
                "'lookout' of 'deadline' is for jobs that are started by .sync, which is not known to take "
                f"{' and '.join(self.beyond_sync)}; leave one of them out"
            )
        if "AlgorithmName" in self.request.get("AlgorithmSpecification", {}):
            yield (
                "'lookout' of 'deadline' starts the training image with another entry point, which an algorithm that "
                "goes by its ARN does not take; leave it out"
            )


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))
