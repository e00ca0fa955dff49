"""The most that a run can cost, from what it would ask for: its training budget on the dearest entry of its plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.runs.synthesised.explain import MAX_COST, SynthesisedRun
from constructs_lib.runs.synthesised.explanation import Explanation
from constructs_lib.training_job.durations import readable

BUDGET = "MaxRuntimeInSeconds"
_HOUR = 3600
_LEFT_OUT = "; without storage, data, and the minutes that a job takes to stop"


def most_cost(found: Explanation, document: Mapping[str, Any], book: PriceBook) -> str:
    """Say in one sentence what a run costs at most.

    All attempts share one budget of training time, and no second of it costs more than on-demand; so the most is the
    budget, on the entry that costs most.

    Args:
        found: What the run's input leads to.
        document: The input.
        book: The prices of the Region.
    """
    if found.goes_on_with and BUDGET not in document:
        if found.max_cost is not None:
            return f"it costs ${found.max_cost:,.2f} at most, its {MAX_COST}{_LEFT_OUT}"
        return (
            f"what it can cost is not known: it has the budget of run {found.goes_on_with}; --max-runtime sets another"
        )
    dearest = _dearest(found, book)
    if dearest is None:
        return f"what it can cost is not known: {book.problem}"
    dollars, instances = dearest
    # of an input with dollars each entry has a budget of its own
    budget = next(_budget(one) for one in found.requests if _hourly(one["ResourceConfig"], book) == dearest)
    return (
        f"it costs ${dollars * budget / _HOUR:,.2f} at most: {readable(budget)} on {instances}; less by what spot "
        f"saves{_LEFT_OUT}"
    )


def asked_for(
    run: SynthesisedRun, found: Explanation, document: Mapping[str, Any], book: PriceBook, dollars: float
) -> dict[str, Any]:
    """Return a run's input that keeps to dollars: by its `MaxCost` where prices are deployed, or else by its budget.

    Args:
        run: The run's states.
        found: What the input leads to.
        document: The input.
        book: The prices of the Region.
        dollars: What its instances may cost.

    Raises:
        RunsError: Prices are not deployed and one is not known, or the dollars are not enough for a second.
    """
    return {**document, MAX_COST: dollars} if run.takes_max_cost else within(found, document, book, dollars)


def within(found: Explanation, document: Mapping[str, Any], book: PriceBook, dollars: float) -> dict[str, Any]:
    """Return a run's input with a training budget that its instances cannot train for more dollars in.

    Args:
        found: What the input leads to.
        document: The input; its own budget, or the deployed one, stays where it is the smaller one.
        book: The prices of the Region.
        dollars: What its instances may cost.

    Raises:
        RunsError: A price is not known, or the dollars are not enough for a second.
    """
    dearest = _dearest(found, book)
    if dearest is None:
        raise RunsError(f"--max-cost needs the price of every entry of the plan: {book.problem}")
    hourly, instances = dearest
    seconds = int(dollars * _HOUR / hourly)
    if seconds < 1:
        raise RunsError(f"--max-cost must be enough for a second on {instances}, got {dollars:g}")
    return {**document, BUDGET: min(seconds, _budget(found.requests[0]))}


def _budget(request: Mapping[str, Any]) -> int:
    return int(request["StoppingCondition"][BUDGET])


def _dearest(found: Explanation, book: PriceBook) -> tuple[float, str] | None:
    """Return what an hour of the dearest entry costs, and its instances; None where a price is not known."""
    hourly = [_hourly(request["ResourceConfig"], book) for request in found.requests]
    known = [each for each in hourly if each is not None]
    return max(known) if len(known) == len(hourly) else None


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
