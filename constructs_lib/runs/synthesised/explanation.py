"""What an input leads to, as `explain` finds it: the requests of a run, its worst case, the terms of its deadline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.training_job.durations import readable
from constructs_lib.workflow.deadline.longest_run import LongestRun, PlannedWait, longest_run
from constructs_lib.workflow.deadline.rule import Parameters


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What an input leads to.

    Attributes:
        cause: What the run would be refused with, as its Cause says it; empty when it is accepted.
        requests: The CreateTrainingJob request of the first attempt on each entry of the plan.
        tries: How many jobs each entry gets.
        settings: The settings that go with each entry, `name=value`, as the request has them.
        goes_on_with: The run that it resumes, whose settings it would begin with; empty when it begins anew.
        capacity_patience_seconds: How long a spot job may be without an instance where another entry follows.
        first: Which entry the run begins with, counted from 0.
        max_cost: The dollars that its instances may cost, where the run keeps to them.
        promise: What it promises where it has a deadline, as `promise.jsonata` says it; else nothing.
    """

    cause: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    settings: list[list[str]] = field(default_factory=list)
    goes_on_with: str = ""
    capacity_patience_seconds: int | None = None
    first: int = 0
    max_cost: float | None = None
    promise: Mapping[str, Any] = field(default_factory=dict)

    @property
    def deadline(self) -> list[str]:
        """The terms of the deadline, in lines; none where there is none."""
        if not self.promise:
            return []
        rule = Parameters(**{_words(name): value for name, value in self.promise["Rule"].items()})
        within, work = (round(self.promise[one]) for one in ("Slack", "Work"))
        begins = "spot" if self.requests[self.first].get("EnableManagedSpotTraining") else "on-demand"
        early = (
            f"buys on-demand in stints of {readable(round(rule.stint))} or more when no more than {rule.hold:g} hours "
            "besides are left for each hour of work, "
            if rule.hold
            else ""
        )
        return [
            f"the deadline is {readable(within + work)} after the start, with up to {readable(work)} of training "
            f"before it: a slack of {readable(within)}; the run begins on {begins}",
            f"it waits for spot with more than {readable(round(rule.margin))} of slack, {early}and stays on-demand "
            "with less",
        ]

    @property
    def longest(self) -> LongestRun:
        """The worst case of the plan."""
        limits = [request["StoppingCondition"] for request in self.requests]
        return longest_run(
            [
                PlannedWait(
                    is_spot=request.get("EnableManagedSpotTraining", False),
                    tries=tries,
                    seconds=limit.get("MaxWaitTimeInSeconds", limit["MaxRuntimeInSeconds"]),
                )
                for request, tries, limit in zip(self.requests, self.tries, limits, strict=True)
            ],
            self.capacity_patience_seconds,
        )

    @property
    def entries(self) -> list[str]:
        """Each entry of the plan in one line."""
        return [
            _entry(request, tries, f"{index} of {len(self.requests)}") + (f", with {', '.join(own)}" if own else "")
            for index, (request, tries, own) in enumerate(
                zip(self.requests, self.tries, self.settings, strict=True), start=1
            )
        ]


def _words(name: str) -> str:
    """Return a name of the definition as Python has it: `OnDemandStart` is `on_demand_start`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _entry(request: Mapping[str, Any], tries: int, number: str) -> str:
    market = "spot" if request.get("EnableManagedSpotTraining") else "on-demand"
    stopping = request["StoppingCondition"]
    limits = ", ".join(f"{name} {stopping[name]}" for name in sorted(stopping))
    jobs = f", up to {tries} jobs" if tries > 1 else ""
    return f"entry {number}: {market} {_instances(request['ResourceConfig'])}{jobs}, {limits}"


def _instances(resources: Mapping[str, Any]) -> str:
    if groups := resources.get("InstanceGroups"):
        return " + ".join(f"{group['InstanceType']} x{group['InstanceCount']}" for group in groups)
    if preferences := resources.get("InstancePreferences"):
        count = resources.get("InstanceCount")
        return " or ".join(f"{one['InstanceType']} x{one.get('InstanceCount', count)}" for one in preferences)
    return f"{resources['InstanceType']} x{resources['InstanceCount']}"
