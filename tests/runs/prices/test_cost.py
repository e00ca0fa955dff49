"""What a run costs: billable seconds, times instances, at the on-demand price of their type."""

from __future__ import annotations

import pytest

from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.cost import Cost

PRICES = {
    "ml.g5.xlarge": Price(dollars_per_hour=1.44, as_of="2026-11-27"),
    "ml.m5.xlarge": Price(dollars_per_hour=0.36, as_of="2026-11-20"),
}


def attempt(**changes: object) -> Attempt:
    given = {
        "job_name": "churn-1", "instance_type": "ml.g5.xlarge", "instance_count": 2, "market": "spot",
        "status": "Completed", "training_seconds": 1000.0, "billable_seconds": 400.0,
    }  # fmt: skip
    return Attempt(**{**given, **changes})  # type: ignore[arg-type]


def test_seconds_times_instances_times_price() -> None:
    cost = Cost.of(
        [
            attempt(),
            attempt(status="Stopped", training_seconds=0, billable_seconds=0, instance_type="ml.p5.48xlarge"),
            attempt(instance_type="ml.m5.xlarge", instance_count=1, market="on-demand", billable_seconds=1000.0),
        ],
        PriceBook(PRICES.get),
    )
    assert cost.each == pytest.approx((0.32, 0.0, 0.1))
    assert [cost.dollars, cost.on_demand] == pytest.approx([0.42, 0.9])
    assert cost.as_document() == {
        "CostInDollars": 0.42,
        "OnDemandCostInDollars": 0.9,
        "DollarsPerHour": {"ml.g5.xlarge": 1.44, "ml.m5.xlarge": 0.36},
        "PricesAsOf": "2026-11-20",
    }


def test_a_live_spot_job_has_no_bill_yet_and_an_on_demand_one_has() -> None:
    book = PriceBook(PRICES.get)
    live = attempt(status="InProgress", billable_seconds=None)
    assert Cost.of([attempt(), live], book).as_document()["UnsettledAttempts"] == 1
    assert Cost.of([attempt(), live], book).dollars == pytest.approx(0.32)
    dear = attempt(status="InProgress", billable_seconds=None, market="on-demand")
    assert Cost.of([dear], book).dollars == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"instance_type": "ml.p5.48xlarge"}, "there is no price of ml.p5.48xlarge; pass it with --prices FILE"),
        ({"instance_type": "ml.a + ml.b"}, "has several instance types (ml.a + ml.b)"),
        ({"instance_type": None}, "does not tell its instance type"),
    ],
)
def test_what_is_not_known_is_said(changes: dict[str, object], said: str) -> None:
    cost = Cost.of([attempt(), attempt(**changes)], PriceBook(PRICES.get))
    assert (cost.dollars, cost.on_demand) == (None, None)
    assert said in cost.problem
    assert said in cost.as_document()["CostNotKnown"]
