"""Deadline, and the plans that keep one: what is refused, each with its figures, all at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.deadline.deadline import Deadline, parameters_of
from constructs_lib.workflow.deadline.plan_problems import plan_problems
from constructs_lib.workflow.deadline.rule import Parameters
from constructs_lib.workflow.deadline.terms import deadline_document, with_speeds

SPOT, ON_DEMAND = Capacity.spot("ml.g5.xlarge"), Capacity.on_demand("ml.g5.xlarge")


@dataclass(frozen=True)
class Hours:
    """As much of `aws_cdk.Duration` as the pure room reads."""

    hours: float

    def to_seconds(self, *, integral: bool | None = None) -> float:
        return self.hours * 3600


def after(hours: float, **changes: Any) -> Deadline:
    return Deadline.after(Hours(hours), **{"expected_runtime": Hours(48), **changes})


def test_the_defaults_are_those_of_the_rule() -> None:
    made = after(60)
    assert (made.after_seconds, made.expected_runtime_seconds) == (216000, 172800)
    assert parameters_of(made) == Parameters()


def test_a_stint_is_twenty_five_changeovers_unless_it_is_said() -> None:
    assert after(60, changeover=Hours(0.1)).stint_seconds == 9000
    assert after(60, changeover=Hours(0.1), stint=Hours(1)).stint_seconds == 3600


@pytest.mark.parametrize(
    ("hours", "changes", "problem"),
    [
        (48.1, {}, "got 2886 minutes, which no capacity keeps; it takes 2892 minutes or more"),
        (721, {}, "'time' must be at most 30 days"),
        (1000, {"expected_runtime": Hours(673)}, "'expected_runtime' must be at most 28 days"),
        (60, {"changeover": Hours(2)}, "'on_demand_start' must be at least 'changeover' (2 hours), got 1 hour"),
        (60, {"poll": Hours(0.01)}, "'poll' must be at least 1 minute, got 36 seconds"),
        (60, {"hold": -1}, "'hold' must be from 0 to 10"),
        (60, {"hold": "x"}, "'hold' must be a number"),
        (60, {"patience": 20}, "'patience' must be a Duration"),
        (60, {"expected_runtime": Hours(0)}, "'expected_runtime' must be at least 1 second"),
    ],
)
def test_what_no_deadline_is(hours: float, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        after(hours, **changes)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"(?s)'poll' .*'hold' "):
        after(60, poll=Hours(0), hold=20)


def problems(*plan: Capacity, deadline: Deadline | None = None, runtime: int = 200_000) -> str:
    return "\n".join(plan_problems(deadline or after(60), plan, runtime))


def test_a_plan_of_one_type_on_both_markets_is_all_right() -> None:
    assert problems(SPOT, ON_DEMAND) == ""


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ([SPOT], "'capacity' has no on-demand capacity; add a Capacity.on_demand"),
        ([ON_DEMAND], "'capacity' has none; add some"),
        ([Capacity.spot("ml.g4dn.xlarge"), ON_DEMAND], "'relative_speed' of capacity[0] is required"),
        ([Capacity.spot("ml.g5.xlarge", instance_count=2), ON_DEMAND], "because ml.g5.xlarge x2 is not"),
        ([SPOT, replace(ON_DEMAND, relative_speed=2)], "'relative_speed' of capacity[1] must be left out"),
        (
            [SPOT, Capacity.on_demand("ml.g4dn.xlarge", relative_speed=0.5), ON_DEMAND],
            "'relative_speed' of capacity[1] must be at least 1",
        ),
        ([Capacity.spot("ml.g5.xlarge", max_wait=Hours(1)), ON_DEMAND], "'max_wait' of capacity[0] is decided by"),
    ],
)
def test_what_no_plan_for_a_deadline_is(plan: list[Capacity], problem: str) -> None:
    assert problem in problems(*plan)


def test_a_told_speed_is_all_right_and_only_with_a_deadline() -> None:
    slower = Capacity.spot("ml.g4dn.xlarge", relative_speed=0.5)
    assert problems(slower, ON_DEMAND) == ""
    assert "is for a training with 'deadline'" in "\n".join(plan_problems(None, [slower], 1))


def test_the_work_has_room_in_the_budget() -> None:
    assert "'max_runtime' must be at least the 'expected_runtime' of 'deadline' (2 days), got 1 day" in problems(
        SPOT, ON_DEMAND, runtime=86400
    )


@pytest.mark.parametrize("speed", [0, -1, 101, True, "fast"])
def test_what_no_speed_is(speed: Any) -> None:
    with pytest.raises(ValueError, match="'relative_speed' must be"):
        Capacity.spot("ml.g5.xlarge", relative_speed=speed)


def test_lost_work_counts_at_the_speed_of_the_fastest() -> None:
    fast = Capacity.spot("ml.g5.12xlarge", relative_speed=3)
    assert deadline_document(after(60), [fast, ON_DEMAND])["Rule"]["Loss"] == 2700
    assert [entry["Speed"] for entry in with_speeds([{}, {}], [fast, ON_DEMAND])] == [3, 1]
