"""Capacity: what a job may run on, and in which market."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from constructs_lib.training_job.capacity.entry import CapacityEntry, Market
from constructs_lib.training_job.capacity.instances import (
    InstanceGroup,
    InstancePreference,
    count_problems,
    group_problems,
    preference_problems,
)
from constructs_lib.training_job.capacity.own_settings import HyperParameter, own_settings
from constructs_lib.training_job.durations import HasSeconds
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse

_TEXT = re.compile(r"(spot|on-demand):([^:\s]+)(?::([1-9][0-9]{0,5}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Capacity(CapacityEntry):
    """One entry of a capacity plan: what a training job may run on, and in which market.

    Make one with `Capacity.spot` or `Capacity.on_demand`; of a text, with `Capacity.parse`; for a heterogeneous cluster
    with `Capacity.spot_groups` or `Capacity.on_demand_groups`; for SageMaker's own ordered list of types with
    `Capacity.on_demand_preferences`.

    Another type may want another batch size or number of processes: `hyperparameters` and `environment` of an entry go
    over the training's own, over those of an execution's input, and over those of a run that is resumed.

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

    @classmethod
    def spot(
        cls,
        instance_type: str,
        *,
        instance_count: int = 1,
        max_wait: HasSeconds | None = None,
        tries: int = 1,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        relative_speed: float | None = None,
    ) -> Capacity:
        """Managed spot capacity, which SageMaker may interrupt and restart.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html

        Args:
            instance_type: The ML instance type, such as `ml.g5.xlarge`; may be a token.
            instance_count: The number of instances. Defaults to one.
            max_wait: The longest a job on this capacity may last, waiting for an instance included. Defaults to the
                run's own `max_wait`.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.
            hyperparameters: What jobs on this entry get over all others, `{"batch-size": 64}`. Defaults to none.
            environment: Environment variables that go over all others in the same way. Defaults to none.
            relative_speed: How fast a job trains on it, 0.5 for half as fast as on the last on-demand capacity of the
                plan; for a training with a `deadline`. Defaults to as fast, where the instances are the same.

        Raises:
            ValueError: Something that is no instance type, or a count that is not from 1 up.
        """
        return cls(
            instance_type=instance_type,
            instance_count=instance_count,
            market="spot",
            max_wait=max_wait,
            tries=tries,
            relative_speed=relative_speed,
            **own_settings(hyperparameters, environment),
        )

    @classmethod
    def on_demand(
        cls,
        instance_type: str,
        *,
        instance_count: int = 1,
        tries: int = 1,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        relative_speed: float | None = None,
    ) -> Capacity:
        """On-demand capacity: never interrupted, at the full price.

        Args:
            instance_type: The ML instance type, such as `ml.g5.xlarge`; may be a token.
            instance_count: The number of instances. Defaults to one.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.
            hyperparameters: What jobs on this entry get over all others, `{"batch-size": 64}`. Defaults to none.
            environment: Environment variables that go over all others in the same way. Defaults to none.
            relative_speed: How fast a job trains on it, 0.5 for half as fast as on the last on-demand capacity of the
                plan; for a training with a `deadline`. Defaults to as fast, where the instances are the same.

        Raises:
            ValueError: Something that is no instance type, or a count that is not from 1 up.
        """
        return cls(
            instance_type=instance_type,
            instance_count=instance_count,
            market="on-demand",
            tries=tries,
            relative_speed=relative_speed,
            **own_settings(hyperparameters, environment),
        )

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
        cls,
        groups: Sequence[InstanceGroup],
        *,
        max_wait: HasSeconds | None = None,
        tries: int = 1,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        relative_speed: float | None = None,
    ) -> Capacity:
        """Managed spot capacity for a heterogeneous cluster: several instance groups in one job.

        See https://docs.aws.amazon.com/sagemaker/latest/dg/train-heterogeneous-cluster.html

        Args:
            groups: One to five instance groups, each of its own name.
            max_wait: The longest a job on this capacity may last, waiting for the instances included. Defaults to the
                run's own `max_wait`.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.
            hyperparameters: What jobs on this entry get over all others, `{"batch-size": 64}`. Defaults to none.
            environment: Environment variables that go over all others in the same way. Defaults to none.
            relative_speed: How fast a job trains on it, 0.5 for half as fast as on the last on-demand capacity of the
                plan; for a training with a `deadline`. Defaults to as fast, where the instances are the same.

        Raises:
            ValueError: No groups, too many, or two of one name.
        """
        return cls._of_groups(
            groups,
            market="spot",
            max_wait=max_wait,
            tries=tries,
            relative_speed=relative_speed,
            **own_settings(hyperparameters, environment),
        )

    @classmethod
    def on_demand_groups(
        cls,
        groups: Sequence[InstanceGroup],
        *,
        tries: int = 1,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        relative_speed: float | None = None,
    ) -> Capacity:
        """On-demand capacity for a heterogeneous cluster: several instance groups in one job.

        Args:
            groups: One to five instance groups, each of its own name.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.
            hyperparameters: What jobs on this entry get over all others, `{"batch-size": 64}`. Defaults to none.
            environment: Environment variables that go over all others in the same way. Defaults to none.
            relative_speed: How fast a job trains on it, 0.5 for half as fast as on the last on-demand capacity of the
                plan; for a training with a `deadline`. Defaults to as fast, where the instances are the same.

        Raises:
            ValueError: No groups, too many, or two of one name.
        """
        return cls._of_groups(
            groups,
            market="on-demand",
            tries=tries,
            relative_speed=relative_speed,
            **own_settings(hyperparameters, environment),
        )

    @classmethod
    def on_demand_preferences(
        cls,
        preferences: Sequence[InstancePreference],
        *,
        instance_count: int | None = None,
        tries: int = 1,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        relative_speed: float | None = None,
    ) -> Capacity:
        """On-demand capacity of the first instance type in a list that SageMaker has: one job, one entry of the plan.

        SageMaker knows no such list for spot; there, several `Capacity.spot` in the plan are the list.

        See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html

        Args:
            preferences: One to five instance types, the best first, each once.
            instance_count: The number of instances of whichever type is taken. Defaults to one, where the preferences
                have no counts of their own.
            tries: How many jobs this entry gets before the run moves on, when there is no capacity. Defaults to one.
            hyperparameters: What jobs on this entry get over all others, `{"batch-size": 64}`. Defaults to none.
            environment: Environment variables that go over all others in the same way. Defaults to none.
            relative_speed: How fast a job trains on it, 0.5 for half as fast as on the last on-demand capacity of the
                plan; for a training with a `deadline`. Defaults to as fast, where the instances are the same.

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
            relative_speed=relative_speed,
            **own_settings(hyperparameters, environment),
        )

    @classmethod
    def _of_groups(cls, groups: Sequence[InstanceGroup], *, market: Market, **more: Any) -> Capacity:
        refuse(kind_problems("groups", Sequence[InstanceGroup], groups))
        refuse(group_problems(groups))
        return cls(
            instance_type=groups[0].instance_type,
            instance_count=sum(group.instance_count for group in groups),
            market=market,
            groups=tuple(groups),
            **more,
        )
