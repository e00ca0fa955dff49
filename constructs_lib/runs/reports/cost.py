"""What a run costs: billable seconds, times instances, at the on-demand price of their type.

SageMaker tells what spot saves by fewer billable seconds, at the same price: so no spot price is needed, and none is
told. Storage and data are left out.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from constructs_lib.runs.prices.price_book import Price, PriceBook
from constructs_lib.runs.reports.attempt import Attempt

_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What attempts cost together, in US dollars; None where it is not known.

    Attributes:
        dollars: What is billed for their instances.
        on_demand: What their training time would have cost on-demand.
        each: What each attempt costs, in their order.
        prices: The prices that were taken, by instance type.
        problem: Why it is not known; empty where it is.
        unsettled: How many attempts are left out, because SageMaker tells a spot job's bill when it has ended.
    """

    dollars: float | None
    on_demand: float | None
    each: tuple[float | None, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    problem: str = ""
    unsettled: int = 0

    @classmethod
    def of(cls, attempts: Iterable[Attempt], book: PriceBook) -> Self:
        """Reckon what attempts cost.

        Args:
            attempts: The attempts of a run, or of several.
            book: The prices of their Region.
        """
        billed: list[float | None] = []
        trained: list[float | None] = []
        unsettled = 0
        prices: dict[str, Price] = {}
        problem = ""
        for attempt in attempts:
            seconds = attempt.training_seconds or 0
            bill = attempt.billable_seconds if attempt.billable_seconds is not None else _until_now(attempt)
            if not seconds and not bill:
                billed.append(0.0)
                trained.append(0.0)
                continue
            price, why_not = _price(attempt, book)
            if price is None:
                problem = problem or why_not
            else:
                prices[str(attempt.instance_type)] = price
            rate = None if price is None else price.dollars_per_hour * (attempt.instance_count or 1) / _HOUR
            unsettled += bill is None
            billed.append(None if rate is None or bill is None else bill * rate)
            trained.append(None if rate is None or bill is None else seconds * rate)
        return cls(
            dollars=None if problem else sum(cost or 0 for cost in billed),
            on_demand=None if problem else sum(cost or 0 for cost in trained),
            each=tuple(billed),
            prices=prices,
            problem=problem,
            unsettled=unsettled,
        )

    @property
    def as_of(self) -> str:
        """The day of the oldest price; empty where nobody says."""
        return min((price.as_of for price in self.prices.values()), default="")

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read."""
        if self.problem:
            return {"CostInDollars": None, "CostNotKnown": self.problem}
        return {
            "CostInDollars": _cents(self.dollars),
            "OnDemandCostInDollars": _cents(self.on_demand),
            "DollarsPerHour": {name: price.dollars_per_hour for name, price in self.prices.items()},
            **({"PricesAsOf": self.as_of} if self.as_of else {}),
            **({"UnsettledAttempts": self.unsettled} if self.unsettled else {}),
        }


def _until_now(attempt: Attempt) -> float | None:
    """Return what an on-demand job is billed for although SageMaker does not say yet; a spot job's is not known."""
    return attempt.training_seconds if attempt.market == "on-demand" else None


def _price(attempt: Attempt, book: PriceBook) -> tuple[Price | None, str]:
    name = attempt.instance_type
    if not name:
        return None, "an attempt does not tell its instance type"
    if " " in name:
        return None, f"an attempt has several instance types ({name}), and nobody tells how many of each"
    price = book.of(name)
    return price, "" if price else book.problem


def _cents(dollars: float | None) -> float | None:
    return None if dollars is None else round(dollars, 4)
