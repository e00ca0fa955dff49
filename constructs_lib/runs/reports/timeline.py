"""When the jobs of a run waited, trained and were interrupted, by SageMaker's secondary statuses. Pure; calls nothing.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SecondaryStatusTransition.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from constructs_lib.runs.reports.attempt import INTERRUPTED, WITHOUT_INSTANCE


class Kind(StrEnum):
    """What a job did for a while."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    TRAINING = "training"
    UPLOADING = "uploading"


_KINDS = {
    **dict.fromkeys(WITHOUT_INSTANCE, Kind.WAITING),
    "Downloading": Kind.DOWNLOADING,
    "DownloadingTrainingImage": Kind.DOWNLOADING,
    "Training": Kind.TRAINING,
    "Uploading": Kind.UPLOADING,
}


@dataclass(frozen=True, kw_only=True)
class Phase:
    """What a job did from one moment to another."""

    kind: Kind
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Track:
    """One job over time.

    Attributes:
        job_name: The job.
        phases: What it did, in order; a phase follows another of the same kind as one.
        interruptions: When its instance was taken away.
    """

    job_name: str
    phases: tuple[Phase, ...]
    interruptions: tuple[datetime, ...]

    @classmethod
    def of(cls, job: Mapping[str, Any], now: datetime) -> Self:
        """Read DescribeTrainingJob's answer; what goes on lasts until now."""
        phases: list[Phase] = []
        interruptions = []
        for transition in job.get("SecondaryStatusTransitions") or []:
            status, start = transition.get("Status"), transition.get("StartTime")
            if start is None:
                continue
            if status == INTERRUPTED:
                interruptions.append(start)
            kind = _KINDS.get(status)
            end = transition.get("EndTime") or job.get("TrainingEndTime") or now
            if kind is None or end <= start:
                continue
            if phases and phases[-1].kind is kind:
                phases[-1] = Phase(kind=kind, start=phases[-1].start, end=end)
            else:
                phases.append(Phase(kind=kind, start=start, end=end))
        return cls(
            job_name=str(job.get("TrainingJobName", "")), phases=tuple(phases), interruptions=tuple(interruptions)
        )


def span(tracks: Iterable[Track]) -> tuple[datetime, datetime] | None:
    """Return when the first track begins and the last one ends; None where there is nothing to draw."""
    phases = [phase for track in tracks for phase in track.phases]
    if not phases:
        return None
    return min(phase.start for phase in phases), max(phase.end for phase in phases)
