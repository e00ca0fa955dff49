"""Capacity: an instance type, an instance count and a market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from constructs_lib.training_job.service_model import closest, instance_types

Market = Literal["spot", "on-demand"]

_MOST_TRIES = 10


class HasSeconds(Protocol):
    """A length of time: `aws_cdk.Duration` fits, and keeps this package free of it."""

    def to_seconds(self) -> float:
        """Return the length in seconds."""
        ...


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """One entry of a capacity plan: what a training job may run on, and in which market.

    Make one with `Capacity.spot` or `Capacity.on_demand`.
    """

    instance_type: str
    instance_count: int
    market: Market
    max_wait: HasSeconds | None = None
    tries: int = 1

    @classmethod
    def spot(
        cls,
        instance_type: str,
        *,
        instance_count: int = 1,
        max_wait: HasSeconds | None = None,
        tries: int = 1,
    ) -> Capacity:
        """Managed spot capacity, which SageMaker may interrupt and restart.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html

        Args:
            instance_type: The ML instance type, such as `ml.g5.xlarge`.
            instance_count: The number of instances. Defaults to one.
            max_wait: The longest a job on this capacity may last, waiting for an instance included. Defaults to the
                run's own `max_wait`.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: An unknown instance type, or a count that is not from 1 up.
        """
        return cls(
            instance_type=instance_type,
            instance_count=instance_count,
            market="spot",
            max_wait=max_wait,
            tries=tries,
        )

    @classmethod
    def on_demand(cls, instance_type: str, *, instance_count: int = 1, tries: int = 1) -> Capacity:
        """On-demand capacity: never interrupted, at the full price.

        Args:
            instance_type: The ML instance type, such as `ml.g5.xlarge`.
            instance_count: The number of instances. Defaults to one.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: An unknown instance type, or a count that is not from 1 up.
        """
        return cls(
            instance_type=instance_type,
            instance_count=instance_count,
            market="on-demand",
            tries=tries,
        )

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def is_spot(self) -> bool:
        """Whether SageMaker may take the instance away."""
        return self.market == "spot"

    def _problems(self) -> list[str]:
        problems = []
        if self.instance_type not in instance_types():
            problems.append(
                f"'instance_type' must be one that CreateTrainingJob knows, got {self.instance_type!r}"
                f"{closest(self.instance_type, instance_types())}"
            )
        if self.market not in ("spot", "on-demand"):
            problems.append(f"'market' must be 'spot' or 'on-demand', got {self.market!r}")
        if not _is_count(self.instance_count):
            problems.append(f"'instance_count' must be a whole number from 1 up, got {self.instance_count!r}")
        if not _is_count(self.tries) or self.tries > _MOST_TRIES:
            problems.append(f"'tries' must be a whole number from 1 to {_MOST_TRIES}, got {self.tries!r}")
        if self.max_wait is not None and not self.is_spot:
            problems.append("'max_wait' is for spot capacity only; leave it out for on-demand")
        return problems


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
