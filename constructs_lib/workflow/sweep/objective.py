"""What a sweep looks for, and how many of its runs may fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.service_model import shown

_LONGEST_METRIC_NAME = 255
"""https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MetricDefinition.html"""


@dataclass(frozen=True)
class Objective:
    """A metric that the training's jobs report, and whether the smallest or the largest is best.

    It is one of the training's `metric_definitions`, or a metric that a built-in algorithm reports; the last value of a
    run's job counts.

    See https://docs.aws.amazon.com/sagemaker/latest/dg/training-metrics.html

    Args:
        metric_name: The metric's name, up to 255 characters.
        type: `Minimize` or `Maximize`.

    Raises:
        ValueError: The name is empty or too long, or the type another.
    """

    metric_name: str
    type: Literal["Minimize", "Maximize"]

    def __post_init__(self) -> None:
        """Refuse what is no metric."""
        refuse(self._problems())

    @staticmethod
    def minimize(metric_name: str) -> Objective:
        """Look for the smallest value of a metric, such as `validation:loss`.

        Args:
            metric_name: The metric's name, up to 255 characters.

        Raises:
            ValueError: The name is empty or too long.
        """
        return Objective(metric_name, "Minimize")

    @staticmethod
    def maximize(metric_name: str) -> Objective:
        """Look for the largest value of a metric, such as `validation:accuracy`.

        Args:
            metric_name: The metric's name, up to 255 characters.

        Raises:
            ValueError: The name is empty or too long.
        """
        return Objective(metric_name, "Maximize")

    def _problems(self) -> Iterator[str]:
        if not isinstance(self.metric_name, str) or not 1 <= len(self.metric_name) <= _LONGEST_METRIC_NAME:
            got = shown(self.metric_name)
            yield f"'metric_name' must be a text of 1 to {_LONGEST_METRIC_NAME} characters, got {got}"
        if self.type not in ("Minimize", "Maximize"):
            yield f"'type' must be 'Minimize' or 'Maximize', got {self.type!r}"


@dataclass(frozen=True)
class Percent:
    """A share of a sweep's runs.

    Args:
        value: The share in percent, a whole number from 0 to 100, as Step Functions takes it.

    Raises:
        ValueError: It is no whole number from 0 to 100.
    """

    value: int

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        is_whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not is_whole or not 0 <= self.value <= 100:
            refuse([f"'value' must be a whole number from 0 to 100, got {self.value!r}"])
