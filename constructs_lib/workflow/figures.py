"""The figures of a run and of a sweep that no AWS metric has: what they are called in CloudWatch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity

NAMESPACE = "SpotTraining"
"""The CloudWatch namespace of every figure."""

BY_DEPLOYMENT = "BaseJobName"
"""The dimension that every figure has."""

BY_CAPACITY = "Capacity"
"""The dimension that the figures of one capacity have besides; see `capacity_name`."""

BY_SWEEP = "Sweep"
"""The dimension that the figures of sweeps have besides: the name of the sweep's state machine."""


@dataclass(frozen=True)
class Figure:
    """One figure of a run, or of a sweep.

    Args:
        name: Its metric's name.
        unit: CloudWatch's unit of it.
        meaning: What it says of one of them.
        by_capacity: Whether each capacity that a run used has it too.
    """

    name: str
    unit: str
    meaning: str
    by_capacity: bool = False


SAVINGS = Figure(
    "SavingsPercent", "Percent", "(1 - billable time / training time) * 100; a run that has not trained has none"
)
TRAINING_TIME = Figure("TrainingTime", "Seconds", "`TrainingTimeInSeconds` over all attempts", by_capacity=True)
BILLABLE_TIME = Figure("BillableTime", "Seconds", "`BillableTimeInSeconds` over all attempts", by_capacity=True)
INTERRUPTIONS = Figure("Interruptions", "Count", "how often SageMaker lost the spot instance", by_capacity=True)
ATTEMPTS = Figure("Attempts", "Count", "attempts, as the report lists them", by_capacity=True)
FALLBACKS = Figure("Fallbacks", "Count", "how many capacities of the plan were left behind")
ON_LAST_CAPACITY = Figure(
    "RunsOnLastCapacity", "Count", "1 when the run ended on the last capacity of a plan with more than one, else 0"
)

FIGURES = (SAVINGS, TRAINING_TIME, BILLABLE_TIME, INTERRUPTIONS, ATTEMPTS, FALLBACKS, ON_LAST_CAPACITY)
"""Every figure; `jsonata/report/figures.jsonata` makes them of a run."""

DEADLINE_SLACK = Figure("DeadlineSlack", "Seconds", "the time from the run's end to its deadline; below 0: late")
DEADLINES_AT_RISK = Figure(
    "DeadlinesAtRisk",
    "Count",
    "1 as soon as a run can no longer keep its deadline; at its end 1 if late, else 0",
)

DEADLINE_FIGURES = (DEADLINE_SLACK, DEADLINES_AT_RISK)
"""What a run with a deadline has besides; `jsonata/deadline/deadline_figures.jsonata` makes them."""

SWEEP_RUNS_SUCCEEDED = Figure("SweepRunsSucceeded", "Count", "`Counts.Succeeded` of its report")
SWEEP_RUNS_FAILED = Figure("SweepRunsFailed", "Count", "`Counts.Failed` of its report")
SWEEP_BILLABLE_TIME = Figure("SweepBillableTime", "Seconds", "`BillableTimeInSeconds` over all its runs")
SWEEP_BEST_OBJECTIVE = Figure(
    "SweepBestObjective", "None", "the objective of its best run; a sweep in which no run has it has none"
)

SWEEP_FIGURES = (SWEEP_RUNS_SUCCEEDED, SWEEP_RUNS_FAILED, SWEEP_BILLABLE_TIME, SWEEP_BEST_OBJECTIVE)
"""Every figure of a sweep; `jsonata/sweep/report/sweep_figures.jsonata` makes them of its report."""


def figures_document(base_job_name: str) -> dict[str, Any]:
    """Render what `jsonata/report/figures.jsonata` puts values to."""
    data = {figure: {"MetricName": figure.name, "Unit": figure.unit} for figure in FIGURES}
    return {
        "Run": list(data.values()),
        "Capacity": [datum for figure, datum in data.items() if figure.by_capacity],
        "Dimensions": [{"Name": BY_DEPLOYMENT, "Value": base_job_name}, {"Name": BY_CAPACITY, "Value": "-"}],
    }


def sweep_figures_document(base_job_name: str) -> dict[str, Any]:
    """Render what `jsonata/sweep/report/sweep_figures.jsonata` puts values to."""
    return {
        "Sweep": [{"MetricName": figure.name, "Unit": figure.unit} for figure in SWEEP_FIGURES],
        "Dimensions": [{"Name": BY_DEPLOYMENT, "Value": base_job_name}, {"Name": BY_SWEEP, "Value": "-"}],
    }


def capacity_name(capacity: Capacity) -> str:
    """Return the value of the dimension `Capacity`, such as `spot ml.g5.xlarge x1`.

    Raises:
        ValueError: SageMaker chooses among instance types, so that the name is only known when it has.
    """
    if capacity.preferences:
        raise ValueError(
            "'capacity' must be one that a job runs on, got a list of preferences; its figures go by the instance type "
            "that SageMaker chose, so name that one with Capacity.on_demand"
        )
    types = dict.fromkeys(group.instance_type for group in capacity.groups) or {capacity.instance_type: None}
    return f"{capacity.market} {' + '.join(types)} x{capacity.instance_count}"
