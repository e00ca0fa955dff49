"""An entry of a capacity plan: what it holds, whatever it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from constructs_lib.training_job.capacity.instance_type import has_local_storage, hint, instance_type_problems, is_known
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference, count_problems, is_count
from constructs_lib.training_job.capacity.own_settings import HyperParameter, own_settings_problems
from constructs_lib.training_job.durations import HasSeconds, whole_seconds
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse

Market = Literal["spot", "on-demand"]

_MOST_TRIES = 10


@dataclass(frozen=True, kw_only=True)
class CapacityEntry:
    """What a `Capacity` is made of.

    Attributes:
        instance_type: The instance type; of groups and preferences the first one's. It may be a CDK token.
        instance_count: The number of instances; of groups that of all together, of preferences that of the first.
        market: `spot` or `on-demand`.
        max_wait: The longest a spot job may last; `None` for the run's own.
        tries: How many jobs the entry gets.
        groups: The instance groups of a heterogeneous cluster, or none.
        preferences: The instance types that SageMaker may choose from, or none.
        hyperparameters: Those of jobs on this entry, over all others.
        environment: Their environment variables, over all others.
        relative_speed: How fast a job trains on it, where the last on-demand capacity of the plan has 1; `None` for as
            fast.
    """

    instance_type: str
    instance_count: int
    market: Market
    max_wait: HasSeconds | None = None
    tries: int = 1
    groups: tuple[InstanceGroup, ...] = ()
    preferences: tuple[InstancePreference, ...] = ()
    hyperparameters: Mapping[str, HyperParameter] = field(default_factory=dict, hash=False)
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    relative_speed: float | None = None

    def __post_init__(self) -> None:
        refuse(self._problems())

    @cached_property
    def max_wait_seconds(self) -> int | None:
        """The longest a spot job may last, in seconds; `None` for the run's own."""
        return None if self.max_wait is None else whole_seconds("max_wait", self.max_wait)

    @property
    def is_spot(self) -> bool:
        """Whether SageMaker may take the instance away."""
        return self.market == "spot"

    @property
    def instance_types(self) -> tuple[str, ...]:
        """Every instance type that a job on this capacity may get, in order."""
        named = self.groups or self.preferences
        return tuple(entry.instance_type for entry in named) if named else (self.instance_type,)

    @property
    def is_known(self) -> bool:
        """Whether the service model lists every instance type; yes for a token, which cannot be judged."""
        return all(is_known(instance_type) for instance_type in self.instance_types)

    @property
    def hint(self) -> str:
        """`; did you mean 'ml.g5.xlarge'` for the first instance type that the model does not list, or nothing."""
        return next((hint(name) for name in self.instance_types if not is_known(name)), "")

    @property
    def has_local_storage(self) -> bool:
        """Whether all instances bring their own volumes, for which SageMaker takes no `VolumeKmsKeyId`."""
        return all(has_local_storage(instance_type) for instance_type in self.instance_types)

    def resource_config(self) -> dict[str, Any]:
        """Return the members of `ResourceConfig` that say what an attempt runs on."""
        if self.groups:
            return {"InstanceGroups": [group.render() for group in self.groups]}
        if self.preferences:
            counted = self.preferences[0].instance_count is not None
            return {
                "InstancePreferences": [preference.render() for preference in self.preferences],
                **({} if counted else {"InstanceCount": self.instance_count}),
            }
        return {"InstanceType": self.instance_type, "InstanceCount": self.instance_count}

    def _problems(self) -> list[str]:
        problems = [
            *instance_type_problems("instance_type", self.instance_type),
            *count_problems("instance_count", self.instance_count),
        ]
        if self.market not in ("spot", "on-demand"):
            problems.append(f"'market' must be 'spot' or 'on-demand', got {self.market!r}")
        if not is_count(self.tries) or self.tries > _MOST_TRIES:
            problems.append(f"'tries' must be a whole number from 1 to {_MOST_TRIES}, got {self.tries!r}")
        if of_wait := list(kind_problems("max_wait", HasSeconds | None, self.max_wait)):
            problems += of_wait
        elif self.max_wait is not None and not self.is_spot:
            problems.append("'max_wait' is for spot capacity only; leave it out for on-demand")
        else:
            problems += self._wait_problems()
        if self.preferences and self.is_spot:
            problems.append("'preferences' are for on-demand capacity only; list several Capacity.spot instead")
        if of_speed := list(kind_problems("relative_speed", float | None, self.relative_speed)):
            problems += of_speed
        elif self.relative_speed is not None and not 0.01 <= self.relative_speed <= 100:
            problems.append(f"'relative_speed' must be from 0.01 to 100, got {self.relative_speed!r}")
        return [*problems, *own_settings_problems(self.hyperparameters, self.environment)]

    def _wait_problems(self) -> list[str]:
        try:
            _ = self.max_wait_seconds
        except ValueError as error:
            return [str(error)]
        return []
