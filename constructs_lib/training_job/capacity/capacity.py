"""Capacity: what a job may run on, and in which market."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

from constructs_lib.training_job.capacity.instance_type import has_local_storage, hint, instance_type_problems, is_known
from constructs_lib.training_job.capacity.instances import (
    InstanceGroup,
    InstancePreference,
    count_problems,
    group_problems,
    is_count,
    preference_problems,
)
from constructs_lib.training_job.durations import HasSeconds, whole_seconds
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse

Market = Literal["spot", "on-demand"]

_MOST_TRIES = 10
_TEXT = re.compile(r"(spot|on-demand):([^:\s]+)(?::([1-9][0-9]{0,5}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """One entry of a capacity plan: what a training job may run on, and in which market.

    Make one with `Capacity.spot` or `Capacity.on_demand`; of a text, with `Capacity.parse`; for a heterogeneous cluster
    with `Capacity.spot_groups` or `Capacity.on_demand_groups`; for SageMaker's own ordered list of types with
    `Capacity.on_demand_preferences`.

    Attributes:
        instance_type: The instance type; of groups and preferences the first one's. It may be a CDK token.
        instance_count: The number of instances; of groups that of all together, of preferences that of the first.
        market: `spot` or `on-demand`.
        max_wait: The longest a spot job may last; `None` for the run's own.
        tries: How many jobs the entry gets.
        groups: The instance groups of a heterogeneous cluster, or none.
        preferences: The instance types that SageMaker may choose from, or none.
    """

    instance_type: str
    instance_count: int
    market: Market
    max_wait: HasSeconds | None = None
    tries: int = 1
    groups: tuple[InstanceGroup, ...] = ()
    preferences: tuple[InstancePreference, ...] = ()

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
            instance_type: The ML instance type, such as `ml.g5.xlarge`; may be a token.
            instance_count: The number of instances. Defaults to one.
            max_wait: The longest a job on this capacity may last, waiting for an instance included. Defaults to the
                run's own `max_wait`.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: Something that is no instance type, or a count that is not from 1 up.
        """
        return cls(
            instance_type=instance_type, instance_count=instance_count, market="spot", max_wait=max_wait, tries=tries
        )

    @classmethod
    def on_demand(cls, instance_type: str, *, instance_count: int = 1, tries: int = 1) -> Capacity:
        """On-demand capacity: never interrupted, at the full price.

        Args:
            instance_type: The ML instance type, such as `ml.g5.xlarge`; may be a token.
            instance_count: The number of instances. Defaults to one.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: Something that is no instance type, or a count that is not from 1 up.
        """
        return cls(instance_type=instance_type, instance_count=instance_count, market="on-demand", tries=tries)

    @classmethod
    def parse(cls, text: str) -> Capacity:
        """Read a capacity as the settings of the app and the flags of the command have it.

        Args:
            text: `<market>:<type>[:<count>]`, such as `spot:ml.g5.xlarge` or `on-demand:ml.g5.xlarge:2`.

        Raises:
            ValueError: It is not of that form, or its type is no instance type.
        """
        match = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise ValueError(
                "a capacity must be spot:<type>[:<count>] or on-demand:<type>[:<count>], such as spot:ml.g5.xlarge:2, "
                f"got {text!r}"
            )
        market, instance_type, count = match.groups()
        return cls(instance_type=instance_type, instance_count=int(count or 1), market=cast("Market", market))

    @classmethod
    def spot_groups(
        cls, groups: Sequence[InstanceGroup], *, max_wait: HasSeconds | None = None, tries: int = 1
    ) -> Capacity:
        """Managed spot capacity for a heterogeneous cluster: several instance groups in one job.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/train-heterogeneous-cluster.html

        Args:
            groups: One to five instance groups, each of its own name.
            max_wait: The longest a job on this capacity may last, waiting for the instances included. Defaults to the
                run's own `max_wait`.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: No groups, too many, or two of one name.
        """
        return cls._of_groups(groups, market="spot", max_wait=max_wait, tries=tries)

    @classmethod
    def on_demand_groups(cls, groups: Sequence[InstanceGroup], *, tries: int = 1) -> Capacity:
        """On-demand capacity for a heterogeneous cluster: several instance groups in one job.

        Args:
            groups: One to five instance groups, each of its own name.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: No groups, too many, or two of one name.
        """
        return cls._of_groups(groups, market="on-demand", max_wait=None, tries=tries)

    @classmethod
    def on_demand_preferences(
        cls, preferences: Sequence[InstancePreference], *, instance_count: int | None = None, tries: int = 1
    ) -> Capacity:
        """On-demand capacity of the first instance type in a list that SageMaker has: one job, one entry of the plan.

        SageMaker knows no such list for spot; there, several `Capacity.spot` in the plan are the list.

        See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html

        Args:
            preferences: One to five instance types, the best first, each once.
            instance_count: The number of instances of whichever type is taken. Defaults to one, where the preferences
                have no counts of their own.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.

        Raises:
            ValueError: No preferences, too many, one type twice, or counts on some of them only.
        """
        refuse(kind_problems("preferences", Sequence[InstancePreference], preferences))
        problems = list(preference_problems(preferences, instance_count))
        if instance_count is not None:
            problems += count_problems("instance_count", instance_count)
        refuse(problems)
        first = preferences[0]
        return cls(
            instance_type=first.instance_type,
            instance_count=first.instance_count or instance_count or 1,
            market="on-demand",
            tries=tries,
            preferences=tuple(preferences),
        )

    @classmethod
    def _of_groups(
        cls, groups: Sequence[InstanceGroup], *, market: Market, max_wait: HasSeconds | None, tries: int
    ) -> Capacity:
        refuse(kind_problems("groups", Sequence[InstanceGroup], groups))
        refuse(group_problems(groups))
        return cls(
            instance_type=groups[0].instance_type,
            instance_count=sum(group.instance_count for group in groups),
            market=market,
            max_wait=max_wait,
            tries=tries,
            groups=tuple(groups),
        )

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
        return problems

    def _wait_problems(self) -> list[str]:
        try:
            _ = self.max_wait_seconds
        except ValueError as error:
            return [str(error)]
        return []
