"""What the runs of a period took and cost, for each training and for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from constructs_lib.runs.prices.price_book import PriceBook
from constructs_lib.runs.reports.attempt import Attempt, savings_percent
from constructs_lib.runs.reports.cost import Cost
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.verbs.listing import ListedRun

_HOUR = 3600
ALL = "all"
"""What the totals of several trainings stand for."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What runs took and cost together.

    Attributes:
        training: The name of their state machine, or `all`.
        trained_hours: Hours of training, times instances.
        billed_hours: Hours that are billed, times instances; jobs whose bill is not known are not in it.
        dollars: What the runs cost whose cost is known.
        on_demand: What those would have cost on-demand.
        unknown: How many runs have no known cost.
        problem: Why one has none.
    """

    training: str
    runs: int
    succeeded: int
    interruptions: int
    trained_hours: float
    billed_hours: float
    savings_percent: float | None
    dollars: float
    on_demand: float
    unknown: int
    problem: str

    @classmethod
    def of(cls, training: str, runs: Iterable[ListedRun], book: PriceBook) -> Self:
        """Add up.

        Args:
            training: What the runs are of.
            runs: The runs, with reports.
            book: The prices of their Region.
        """
        every = list(runs)
        reports = [run.report for run in every if run.report is not None]
        attempts = [attempt for report in reports for attempt in report.attempts]
        billed = [attempt for attempt in attempts if attempt.billable_seconds is not None]
        costs = [_cost(report, book) for report in reports]
        known = [cost for cost in costs if not cost.problem and not cost.unsettled]
        trained_hours = _hours(billed, "training_seconds")
        billed_hours = _hours(billed, "billable_seconds")
        return cls(
            training=training,
            runs=len(every),
            succeeded=sum(run.status == "SUCCEEDED" for run in every),
            interruptions=sum(report.interruptions for report in reports),
            trained_hours=_hours(attempts, "training_seconds"),
            billed_hours=billed_hours,
            savings_percent=savings_percent(trained_hours, billed_hours),
            dollars=sum(cost.dollars or 0 for cost in known),
            on_demand=sum(cost.on_demand or 0 for cost in known),
            unknown=len(costs) - len(known),
            problem=next((cost.problem for cost in costs if cost.problem), ""),
        )

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read; with no known cost at all, there are no dollars."""
        some = self.unknown < self.runs or not self.runs
        return {
            "StateMachine": self.training,
            "Runs": self.runs,
            "Succeeded": self.succeeded,
            "Interruptions": self.interruptions,
            "TrainedInstanceHours": round(self.trained_hours, 4),
            "BilledInstanceHours": round(self.billed_hours, 4),
            "SavingsPercent": self.savings_percent,
            "CostInDollars": round(self.dollars, 4) if some else None,
            "OnDemandCostInDollars": round(self.on_demand, 4) if some else None,
            "RunsWithoutCost": self.unknown,
        }


def costs_of(runs: Iterable[ListedRun], book: PriceBook) -> list[Costs]:
    """Add up what runs took, for each training; the last entry is that of all."""
    every = list(runs)
    trainings = sorted({run.training for run in every})
    each = [Costs.of(name, (run for run in every if run.training == name), book) for name in trainings]
    return [*each, Costs.of(ALL, every, book)]


def _cost(report: Report, book: PriceBook) -> Cost:
    """Reckon what a run cost; a sweep trains by runs of its own, whose instances its report does not tell."""
    if report.training_seconds and not report.attempts:
        return Cost(dollars=None, on_demand=None, problem="the costs of a sweep are those of its runs")
    return Cost.of(report.attempts, book)


def _hours(attempts: Iterable[Attempt], field: str) -> float:
    return sum((getattr(attempt, field) or 0) * (attempt.instance_count or 1) for attempt in attempts) / _HOUR
