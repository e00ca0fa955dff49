"""One attempt of a run, as the run's report or SageMaker itself tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

ENDED = ("Completed", "Failed", "Stopped")
"""The statuses of a training job that has ended."""

LIVE = ("InProgress", "Stopping")
"""Those of one that has not."""

INTERRUPTED = "Interrupted"
"""The secondary status of a job whose spot instance was taken away."""

WITHOUT_INSTANCE = (
    "Pending", "Starting", "LaunchingMLInstances", "PreparingTrainingStack", "Interrupted", "Restarting"
)  # fmt: skip
"""The secondary statuses of a job that waits for its instance, the first one or another, as in `attempt.jsonata`."""

ON_INSTANCE = ("Downloading", "DownloadingTrainingImage", "Training", "Uploading")
"""The secondary statuses whose time SageMaker counts as training: the instance is there and works."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one training job of a run was, and what it took; None where nobody says.

    `costs` says in sentences what its interruptions cost, as far as the checkpoints in S3 tell.
    """

    job_name: str | None = None
    instance_type: str | None = None
    instance_count: int | None = None
    market: str | None = None
    status: str | None = None
    secondary_status: str | None = None
    verdict: str | None = None
    reason: str = ""
    settings: str = ""
    training_seconds: float | None = None
    billable_seconds: float | None = None
    waiting_seconds: float | None = None
    interruptions: int = 0
    costs: tuple[str, ...] = ()

    @classmethod
    def from_document(cls, item: Mapping[str, Any]) -> Self:
        """Read an entry of `Attempts` in a run's report; what is missing or of another type is left out."""
        return cls(
            job_name=text(item.get("TrainingJobName")),
            instance_type=text(item.get("InstanceType")),
            instance_count=whole(item.get("InstanceCount")),
            market=text(item.get("Market")),
            status=text(item.get("TrainingJobStatus")),
            secondary_status=text(item.get("SecondaryStatus")),
            verdict=text(item.get("Verdict")),
            reason=text(item.get("Reason")) or "",
            settings=text(item.get("Settings")) or "",
            training_seconds=number(item.get("TrainingTimeInSeconds")),
            billable_seconds=number(item.get("BillableTimeInSeconds")),
            waiting_seconds=number(item.get("WaitingTimeInSeconds")),
            interruptions=whole(item.get("Interruptions")) or 0,
        )

    @classmethod
    def from_description(cls, job: Mapping[str, Any], now: datetime) -> Self:
        """Read DescribeTrainingJob's answer; times that it does not report yet are reckoned from its timestamps.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
        """
        resources = job.get("ResourceConfig") or {}
        return cls(
            job_name=text(job.get("TrainingJobName")),
            instance_type=text(resources.get("InstanceType")),
            instance_count=whole(resources.get("InstanceCount")),
            market="spot" if job.get("EnableManagedSpotTraining") else "on-demand",
            status=text(job.get("TrainingJobStatus")),
            secondary_status=text(job.get("SecondaryStatus")),
            reason=text(job.get("FailureReason")) or "",
            training_seconds=_training_seconds(job, now),
            billable_seconds=number(job.get("BillableTimeInSeconds")),
            waiting_seconds=_phase_seconds(job, WITHOUT_INSTANCE, job.get("TrainingEndTime") or now),
            interruptions=sum(
                transition.get("Status") == INTERRUPTED for transition in job.get("SecondaryStatusTransitions") or []
            ),
        )

    @property
    def capacity(self) -> str:
        """The capacity in words: `spot ml.g5.xlarge x2`."""
        count = f"x{self.instance_count}" if self.instance_count and self.instance_count > 1 else None
        return " ".join(part for part in (self.market, self.instance_type, count) if part) or "-"

    @property
    def ended_as(self) -> str:
        """The status in words: `Stopped / MaxWaitTimeExceeded`."""
        parts = dict.fromkeys(part for part in (self.status, self.secondary_status) if part)
        return " / ".join(parts) or "-"


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What several attempts took together."""

    training_seconds: float
    billable_seconds: float | None
    savings_percent: float | None
    interruptions: int

    @classmethod
    def of(cls, attempts: Iterable[Attempt]) -> Self:
        """Add up; only jobs whose bill is known count in the savings."""
        every = list(attempts)
        billed = [attempt for attempt in every if attempt.billable_seconds is not None]
        billable = sum(attempt.billable_seconds or 0 for attempt in billed)
        return cls(
            training_seconds=sum(attempt.training_seconds or 0 for attempt in every),
            billable_seconds=billable if billed else None,
            savings_percent=savings_percent(sum(attempt.training_seconds or 0 for attempt in billed), billable),
            interruptions=sum(attempt.interruptions for attempt in every),
        )


def savings_percent(training_seconds: float, billable_seconds: float) -> float | None:
    """Return what spot saved, in percent of the training time; None when nothing was trained.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """
    if training_seconds <= 0:
        return None
    return round((1 - billable_seconds / training_seconds) * 100, 1)


def text(value: object) -> str | None:
    """Return a text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def number(value: object) -> float | None:
    """Return a number, or None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """Return a whole number, or None; JSONata may write 2 as 2.0."""
    found = number(value)
    return int(found) if found is not None and found == found // 1 else None


def _training_seconds(job: Mapping[str, Any], now: datetime) -> float | None:
    reported = number(job.get("TrainingTimeInSeconds"))
    start = job.get("TrainingStartTime")
    if reported is not None or start is None:
        return reported
    if job.get("TrainingEndTime") or job.get("TrainingJobStatus") in ENDED:
        return _between(start, job.get("TrainingEndTime") or job.get("LastModifiedTime") or start)
    return _phase_seconds(job, ON_INSTANCE, now) or _between(start, now)


def _phase_seconds(job: Mapping[str, Any], statuses: Sequence[str], now: datetime) -> float:
    """Add up how long a job has been in some secondary statuses; one without an end lasts until now."""
    return sum(
        _between(phase["StartTime"], phase.get("EndTime") or now)
        for phase in job.get("SecondaryStatusTransitions") or []
        if phase.get("Status") in statuses and phase.get("StartTime")
    )


def _between(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())
