"""A job's statuses and the times between them: what has happened to it, and when.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training-status.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SecondaryStatusTransition.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

STATUS_OF: Mapping[str, str] = {
    "Starting": "InProgress",
    "Downloading": "InProgress",
    "Training": "InProgress",
    "Interrupted": "InProgress",
    "Uploading": "InProgress",
    "Completed": "Completed",
    "Failed": "Failed",
    "MaxRuntimeExceeded": "Stopped",
    "MaxWaitTimeExceeded": "Stopped",
    "Stopped": "Stopped",
    "Stopping": "Stopping",
}
"""The TrainingJobStatus that goes with each SecondaryStatus, as DescribeTrainingJob documents it."""

ENDED = frozenset({"Completed", "Failed", "Stopped"})
"""The statuses that a job never leaves."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One entry of SecondaryStatusTransitions."""

    status: str
    start: datetime
    message: str
    end: datetime | None = None


class Lifecycle:
    """Records what happens to one job; not thread-safe, its owner holds a lock.

    Args:
        created: When the job was created.
    """

    def __init__(self, created: datetime) -> None:
        self.created = created
        self.modified = created
        self.status = "InProgress"
        self.transitions: list[Transition] = []
        self.failure_reason: str | None = None
        self.training_start: datetime | None = None
        self.training_end: datetime | None = None
        self.trained = False
        self._on_instance_since: datetime | None = None
        self._on_instance_seconds = 0.0
        self.move("Starting", "Starting the training job", created)

    @property
    def secondary(self) -> str:
        """The SecondaryStatus."""
        return self.transitions[-1].status

    @property
    def ended(self) -> bool:
        """Whether the job has come to its end."""
        return self.status in ENDED

    @property
    def stopping(self) -> bool:
        """Whether the job is on its way to Stopped."""
        return self.status == "Stopping"

    def move(self, secondary: str, message: str, at: datetime) -> None:
        """Go over to another secondary status. A job that is stopping stays so while it uploads.

        Time on an instance counts from Downloading until the job is interrupted, starts again or ends.

        Raises:
            ValueError: If the job has ended, or the status is unknown.
        """
        if self.ended or secondary not in STATUS_OF:
            raise ValueError(f"a training job cannot go from {self.secondary} to {secondary}")
        if self.transitions:
            self.transitions[-1] = replace(self.transitions[-1], end=at)
        if not (self.stopping and secondary == "Uploading"):
            self.status = STATUS_OF[secondary]
        if secondary == "Downloading":
            self.training_start = self.training_start or at
            self._on_instance_since = at
        elif self.ended or secondary in ("Interrupted", "Starting"):
            self._on_instance_seconds = self.seconds_on_instance(at)
            self._on_instance_since = None
        if self.ended and self.training_start:
            self.training_end = at
        self.trained = self.trained or secondary == "Training"
        end = at if self.ended else None
        self.transitions.append(Transition(status=secondary, start=at, message=message, end=end))
        self.modified = at

    def note(self, message: str, at: datetime) -> None:
        """Say more about the present status."""
        self.transitions[-1] = replace(self.transitions[-1], message=message)
        self.modified = at

    @property
    def on_instance(self) -> bool:
        """Whether time on an instance is being counted."""
        return self._on_instance_since is not None

    def seconds_on_instance(self, at: datetime) -> float:
        """Return the seconds on instances so far, over all restarts: from downloading to the end of uploading."""
        since = self._on_instance_since
        return self._on_instance_seconds + ((at - since).total_seconds() if since else 0.0)

    def training_seconds(self, at: datetime) -> int | None:
        """Return TrainingTimeInSeconds: absent when the job has never come as far as training."""
        return math.ceil(self.seconds_on_instance(at)) if self.trained else None
