"""How much of a run's work its checkpoints hold, as its training program tells it. Pure; calls nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from constructs_lib.runs.reports.attempt import LIVE, Attempt
from constructs_lib.training_job.input_fields import RUN_MARK

_FRACTION = re.compile(r'"fraction"\s*:\s*(0(?:\.[0-9]{1,20})?|1(?:\.0{1,20})?)\s*[,}]')
"""As `standing.jsonata` reads it."""

_TELLING = 0.05
"""What is saved before says little of how long the whole takes."""

_TRAINED_BEFORE = 4
"""Which word of a job's mark has the training seconds that its checkpoints had before it."""


@dataclass(frozen=True, kw_only=True)
class SavedWork:
    """What `progress.json` says.

    Attributes:
        fraction: How much of the work is saved, from 0 to 1.
        ends: When the run ends if it trains from now on without an interruption; None before a twentieth is saved.
    """

    fraction: float
    ends: datetime | None = None

    @classmethod
    def told(cls, text: str, modified: datetime, job: Mapping[str, Any], now: datetime) -> Self | None:
        """Read the file; None where it has not the form.

        Args:
            text: What stands in it.
            modified: When it was put into S3.
            job: DescribeTrainingJob's answer for the present attempt.
            now: The present time.
        """
        found = _FRACTION.search(text)
        if found is None:
            return None
        fraction = float(found[1])
        if fraction < _TELLING or job.get("TrainingJobStatus") not in LIVE:
            return cls(fraction=fraction)
        # what was trained after the file was written is in no checkpoint that it tells of, but done
        since = min(_stretch(job, now), max(0.0, (now - modified).total_seconds()))
        trained = _trained_before(job) + (Attempt.from_description(job, now).training_seconds or 0)
        left = (1 - fraction) / fraction * max(0.0, trained - since) - since
        return cls(fraction=fraction, ends=now + timedelta(seconds=max(0.0, left)))


def _stretch(job: Mapping[str, Any], now: datetime) -> float:
    """Return how long a job has been training without a break, now."""
    last = (job.get("SecondaryStatusTransitions") or [{}])[-1]
    trains = last.get("Status") == "Training" and last.get("StartTime") and not last.get("EndTime")
    return max(0.0, (now - last["StartTime"]).total_seconds()) if trains else 0.0


def _trained_before(job: Mapping[str, Any]) -> float:
    words = str((job.get("Environment") or {}).get(RUN_MARK) or "").split(" ")
    try:
        return float(words[_TRAINED_BEFORE])
    except (IndexError, ValueError):
        return 0.0
