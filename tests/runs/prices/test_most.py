"""The most that a run can cost: its training budget, on the dearest entry of its plan."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.synthesised.explanation import Explanation
from constructs_lib.runs.synthesised.most import most_cost, within

PRICES = {
    "ml.g5.xlarge": Price(dollars_per_hour=1.5, as_of=""),
    "ml.m5.xlarge": Price(dollars_per_hour=0.25, as_of=""),
}


def requested(**resources: Any) -> dict[str, Any]:
    return {"ResourceConfig": resources, "StoppingCondition": {"MaxRuntimeInSeconds": 7200}}


ONE = requested(InstanceType="ml.m5.xlarge", InstanceCount=3)
TWO = requested(InstanceType="ml.g5.xlarge", InstanceCount=2)
GROUPS = requested(InstanceGroups=[
    {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}, {"InstanceType": "ml.g5.xlarge", "InstanceCount": 4},
])  # fmt: skip
EITHER = requested(
    InstanceCount=2, InstancePreferences=[{"InstanceType": "ml.m5.xlarge"}, {"InstanceType": "ml.g5.xlarge"}]
)


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([ONE], "it costs $1.50 at most: 2 hours on 3 x ml.m5.xlarge at $0.25/h; "),
        ([ONE, TWO], "it costs $6.00 at most: 2 hours on 2 x ml.g5.xlarge at $1.5/h; "),
        ([GROUPS], "it costs $12.50 at most: 2 hours on 1 x ml.m5.xlarge at $0.25/h + 4 x ml.g5.xlarge at $1.5/h; "),
        ([EITHER], "it costs $6.00 at most: 2 hours on 2 x ml.g5.xlarge at $1.5/h; "),
        ([ONE, requested(InstanceType="ml.p5.48xlarge", InstanceCount=1)], "there is no price of ml.p5.48xlarge; "),
    ],
)
def test_the_dearest_entry_takes_the_whole_budget(requests: list[dict[str, Any]], said: str) -> None:
    told = most_cost(Explanation(requests=requests), {}, PriceBook(PRICES.get))
    assert said in told
    assert ("not known" in told) == ("no price" in said)


def test_a_run_that_goes_on_has_the_budget_of_the_earlier_one_unless_it_says_another() -> None:
    found = Explanation(requests=[ONE], goes_on_with="night-1")
    assert "it has the budget of run night-1; --max-runtime sets another" in most_cost(found, {}, PriceBook(PRICES.get))
    assert "it costs $1.50 at most" in most_cost(found, {"MaxRuntimeInSeconds": 7200}, PriceBook(PRICES.get))


def test_a_run_with_dollars_costs_no_more_than_they_are() -> None:
    # each entry has the budget that the dollars buy of it
    dear = {**TWO, "StoppingCondition": {"MaxRuntimeInSeconds": 1200}}
    found = Explanation(requests=[ONE, dear], max_cost=1)
    said = "it costs $1.00 at most: 20 minutes on 2 x ml.g5.xlarge at $1.5/h; "
    assert said in most_cost(found, {"MaxCost": 1}, PriceBook(PRICES.get))
    resumed = Explanation(requests=[ONE], goes_on_with="night-1", max_cost=9)
    assert most_cost(resumed, {}, PriceBook(PRICES.get)).startswith("it costs $9.00 at most, its MaxCost; without ")


@pytest.mark.parametrize(
    ("dollars", "seconds"),
    [(3.0, 3600), (2.9996, 3599), (6.0, 7200), (100.0, 7200), (0.001, 1)],
)
def test_dollars_become_a_training_budget_of_whole_seconds_and_never_a_larger_one(dollars: float, seconds: int) -> None:
    found = Explanation(requests=[ONE, TWO])
    kept = within(found, {"HyperParameters": {"epochs": "3"}}, PriceBook(PRICES.get), dollars)
    assert kept == {"HyperParameters": {"epochs": "3"}, "MaxRuntimeInSeconds": seconds}
    assert seconds * 3.0 / 3600 <= dollars


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([TWO], "--max-cost must be enough for a second on 2 x ml.g5.xlarge at $1.5/h, got 0.0001"),
        (
            [requested(InstanceType="ml.odd", InstanceCount=1)],
            "--max-cost needs the price of every entry of the plan: ",
        ),
    ],
)
def test_fails_on_a_cost_that_cannot_be_kept(requests: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(RunsError) as raised:
        within(Explanation(requests=requests), {}, PriceBook(PRICES.get), 0.0001)
    assert said in str(raised.value)
