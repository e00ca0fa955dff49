"""Instances beyond one type: the groups of a heterogeneous cluster, and SageMaker's own list of preferences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.capacity.instance_type import instance_type_problems
from constructs_lib.training_job.refusal import refuse

MOST_GROUPS = 5
"""The most `InstanceGroups` or `InstancePreferences` of one job, as the API model has it."""

_LONGEST_NAME = 64


@dataclass(frozen=True, kw_only=True)
class InstanceGroup:
    """One group of a heterogeneous cluster: a part of the job's instances, of one type.

    A channel may go to some groups only (`InstanceGroupNames`). The program runs on all groups, and finds out in which
    it is. See https://docs.aws.amazon.com/sagemaker/latest/dg/train-heterogeneous-cluster.html

    Args:
        name: The group's name, at most 64 characters.
        instance_type: The ML instance type, such as `ml.c5.18xlarge`.
        instance_count: The number of instances. Defaults to one.

    Raises:
        ValueError: Something that is no instance type, a count that is not from 1 up, an empty or too long name.
    """

    name: str
    instance_type: str
    instance_count: int = 1

    def __post_init__(self) -> None:
        problems = [
            *instance_type_problems("instance_type", self.instance_type),
            *count_problems("instance_count", self.instance_count),
        ]
        if not isinstance(self.name, str):
            problems.append(f"'name' must be a string, got {self.name!r}")
        elif not 1 <= len(self.name) <= _LONGEST_NAME:
            problems.append(f"'name' must have 1 to {_LONGEST_NAME} characters, got {len(self.name)}")
        refuse(problems)

    def render(self) -> dict[str, Any]:
        """Return the entry of `InstanceGroups`."""
        return {
            "InstanceType": self.instance_type,
            "InstanceCount": self.instance_count,
            "InstanceGroupName": self.name,
        }


@dataclass(frozen=True, kw_only=True)
class InstancePreference:
    """One instance type that a job may get: SageMaker takes the first of the list that it has.

    See https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InstancePreference.html

    Args:
        instance_type: The ML instance type, such as `ml.p5.48xlarge`; once in a list.
        instance_count: The number of instances if this type is taken; on every preference of a list or on none.
            Defaults to the list's own count.
        training_plan_arn: The training plan whose reserved capacity is used if this type is taken. Defaults to
            on-demand capacity.

    Raises:
        ValueError: Something that is no instance type, or a count that is not from 1 up.
    """

    instance_type: str
    instance_count: int | None = None
    training_plan_arn: str | None = None

    def __post_init__(self) -> None:
        problems = list(instance_type_problems("instance_type", self.instance_type))
        if self.instance_count is not None:
            problems += count_problems("instance_count", self.instance_count)
        refuse(problems)

    def render(self) -> dict[str, Any]:
        """Return the entry of `InstancePreferences`."""
        entry: dict[str, Any] = {"InstanceType": self.instance_type}
        if self.instance_count is not None:
            entry["InstanceCount"] = self.instance_count
        if self.training_plan_arn is not None:
            entry["TrainingPlanArns"] = [self.training_plan_arn]
        return entry


def group_problems(groups: Sequence[InstanceGroup]) -> Iterator[str]:
    """Yield what is wrong with the groups of one cluster."""
    if not 1 <= len(groups) <= MOST_GROUPS:
        yield f"'groups' must have 1 to {MOST_GROUPS} instance groups, got {len(groups)}"
    for name in repeated(group.name for group in groups):
        yield f"'groups' must name each group once, got {name!r} more than once"


def preference_problems(preferences: Sequence[InstancePreference], instance_count: int | None) -> Iterator[str]:
    """Yield what is wrong with a list of preferences and the count that stands beside it."""
    if not 1 <= len(preferences) <= MOST_GROUPS:
        yield f"'preferences' must have 1 to {MOST_GROUPS} instance preferences, got {len(preferences)}"
    for name in repeated(preference.instance_type for preference in preferences):
        yield f"'preferences' must name each instance type once, got {name!r} more than once"
    counted = sum(preference.instance_count is not None for preference in preferences)
    if counted not in (0, len(preferences)):
        yield f"'preferences' must have an 'instance_count' each or none, got {counted} of {len(preferences)}"
    elif counted and instance_count is not None:
        yield f"'instance_count' must stand on the preferences or on the list, got both; leave out {instance_count}"


def count_problems(argument: str, value: object) -> Iterator[str]:
    """Yield what is wrong with a number of things that there must be at least one of."""
    if not is_count(value):
        yield f"'{argument}' must be a whole number from 1 up, got {value!r}"


def is_count(value: object) -> bool:
    """Return whether a value is a whole number from 1 up."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that come more than once, each once, in the order of their first."""
    return [name for name, count in Counter(names).items() if count > 1]
