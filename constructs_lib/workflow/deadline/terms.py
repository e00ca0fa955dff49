"""A deadline as the state machine reads it: among the settings that a deployment fixes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.deadline.deadline import Deadline, most_looks, parameters_of
from constructs_lib.workflow.figures import DEADLINE_FIGURES


def deadline_document(deadline: Deadline, plan: Sequence[Capacity]) -> dict[str, Any]:
    """Render a deadline; lost work is counted at the speed of the fastest capacity.

    Args:
        deadline: The deadline.
        plan: The capacity plan.
    """
    rule = parameters_of(deadline)
    fastest = max(1.0, *(speed(capacity) for capacity in plan))
    return {
        "AfterSeconds": deadline.after_seconds,
        "ExpectedRuntimeInSeconds": deadline.expected_runtime_seconds,
        "MostLooks": most_looks(deadline),
        "Rule": {
            "OnDemandStart": rule.on_demand_start,
            "Changeover": rule.changeover,
            "Loss": rule.loss * fastest if fastest > 1 else rule.loss,
            "Hold": rule.hold,
            "Patience": rule.patience,
            "Stint": rule.stint,
            "Poll": rule.poll,
            **({"LookOutStint": deadline.lookout_stint_seconds} if deadline.lookout else {}),
        },
        "Figures": [{"MetricName": figure.name, "Unit": figure.unit} for figure in DEADLINE_FIGURES],
    }


def with_speeds(entries: Sequence[dict[str, Any]], plan: Sequence[Capacity]) -> list[dict[str, Any]]:
    """Say of each rendered entry of a plan how fast it is, where the last on-demand one has 1."""
    return [{**entry, "Speed": speed(capacity)} for entry, capacity in zip(entries, plan, strict=True)]


def speed(capacity: Capacity) -> float:
    """Return how fast a capacity is."""
    return 1 if capacity.relative_speed is None else capacity.relative_speed
