"""The most that a run can cost, from what it would ask for: its training budget on the dearest entry of its plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.training_job.durations import readable


def most_cost(requests: Sequence[Mapping[str, Any]], book: PriceBook) -> str:
    """Say in one sentence what a run costs at most.

    All attempts share one budget of training time, and no second of it costs more than on-demand; so the most is the
    budget, on the entry that costs most.

    Args:
        requests: The CreateTrainingJob request of the first attempt on each entry of the plan.
        book: The prices of the Region.
    """
    budget = int(requests[0]["StoppingCondition"]["MaxRuntimeInSeconds"])
    hourly = [_hourly(request["ResourceConfig"], book) for request in requests]
    known = [each for each in hourly if each is not None]
    if len(known) < len(hourly):
        return f"what it can cost is not known: {book.problem}"
    dollars, instances = max(known)
    most = dollars * budget / 3600
    return (
        f"it costs ${most:,.2f} at most: {readable(budget)} on {instances}; less by what spot saves; without storage, "
        "data, and the minutes that a job takes to stop"
    )


def _hourly(resources: Mapping[str, Any], book: PriceBook) -> tuple[float, str] | None:
    """Return what an hour of an entry costs, and its instances in words; None where a price is not known."""
    groups = resources.get("InstanceGroups")
    if groups:
        parts = [_of(group["InstanceType"], group["InstanceCount"], book) for group in groups]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return sum(dollars for dollars, _ in known), " + ".join(words for _, words in known)
    preferred = resources.get("InstancePreferences") or [resources]
    count = resources.get("InstanceCount", 1)
    either = [_of(one["InstanceType"], one.get("InstanceCount", count), book) for one in preferred]
    found = [one for one in either if one is not None]
    return max(found) if len(found) == len(either) else None


def _of(instance_type: str, count: int, book: PriceBook) -> tuple[float, str] | None:
    price = book.of(instance_type)
    if price is None:
        return None
    words = f"{count} x {instance_type} at ${price.dollars_per_hour:g}/h"
    return price.dollars_per_hour * count, words
