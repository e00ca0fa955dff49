"""When a job lost its instance, and when it was back, by its secondary statuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constructs_lib.runs.reports.attempt import INTERRUPTED

_TRAINING = "Training"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One interruption.

    Attributes:
        at: When the instance was lost.
        back: When the program ran again; None if it never did.
        trained_seconds: How long the program had run since it was started before.
    """

    at: datetime
    back: datetime | None
    trained_seconds: float


def losses(job: Mapping[str, Any]) -> list[Loss]:
    """Read a job's interruptions out of DescribeTrainingJob's answer, in their order.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SecondaryStatusTransition.html
    """
    found: list[Loss] = []
    trained, since = 0.0, None
    for phase in job.get("SecondaryStatusTransitions") or []:
        status, began = phase.get("Status"), phase.get("StartTime")
        if began is None:
            continue
        if since is not None:
            trained, since = trained + max(0.0, (began - since).total_seconds()), None
        if status == _TRAINING:
            since = began
            if found and found[-1].back is None:
                found[-1] = Loss(at=found[-1].at, back=began, trained_seconds=found[-1].trained_seconds)
        elif status == INTERRUPTED:
            found.append(Loss(at=began, back=None, trained_seconds=trained))
            trained = 0.0
    return found
