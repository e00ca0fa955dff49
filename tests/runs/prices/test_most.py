"""The most that a run can cost: its training budget, on the dearest entry of its plan."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.synthesised.most import most_cost

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
    told = most_cost(requests, PriceBook(PRICES.get))
    assert said in told
    assert ("not known" in told) == ("no price" in said)
