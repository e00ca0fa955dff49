"""What a state that fails does, and how its failure is told: a test for each of the mends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.machines import Machines, one_state, task

LIST = {**task("aws-sdk:s3:listBuckets", {}), "Output": "{% $nothing %}"}
CAUGHT = {"Type": "Pass", "End": True}


def caught(state: dict[str, Any], **more: Any) -> dict[str, Any]:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    return {"StartAt": "Try", "States": {"Try": {**state, "Catch": catch, **more}, "Caught": CAUGHT}}


def test_an_error_in_its_own_output_is_retried_and_caught(machines: Machines) -> None:
    """`attempts`: moto lets the whole execution fail."""
    again = [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 2, "IntervalSeconds": 1}]
    execution = machines.start(caught(LIST, Retry=again))
    assert machines.end(execution)["output"]["Error"] == "States.QueryEvaluationError"
    assert [event["type"] for event in machines.events(execution)].count("TaskSucceeded") == 3


def test_the_runtimes_own_error_is_neither_retried_nor_caught(machines: Machines) -> None:
    """`outcomes`: States.ALL does not have States.Runtime."""
    state = {"Type": "Task", "Resource": LIST["Resource"], "OutputPath": "$.nothing", "End": True}
    again = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "IntervalSeconds": 1}]
    execution = machines.start({"QueryLanguage": "JSONPath", **caught(state, Retry=again)})
    assert machines.end(execution)["error"] == "States.Runtime"
    types = [event["type"] for event in machines.events(execution)]
    assert (types.count("TaskScheduled"), types.count("TaskFailed")) == (1, 0)


@pytest.mark.parametrize(("items", "shown"), [({"a": [1]}, '{"a":[1]}'), ("text", '"text"'), (None, "null")])
def test_items_that_are_no_array_are_shown(machines: Machines, items: object, shown: str) -> None:
    """`item_arrays`: moto shows `<class 'dict'>`."""
    state = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": one_state(Type="Pass")}
    ended = machines.run({"QueryLanguage": "JSONPath", **one_state(**state)}, {"items": items})
    assert ended["status"] == "FAILED"
    assert ended["cause"].endswith(f"Map state input must be an array but was: {shown}")


def test_an_error_names_the_event_by_which_its_state_was_entered(machines: Machines) -> None:
    """`origins`: moto names the last event."""
    states = {"First": {"Type": "Pass", "Next": "Second"}, "Second": LIST}
    execution = machines.start({"StartAt": "First", "States": states})
    cause = machines.end(execution)["cause"]
    entered = [event["id"] for event in machines.events(execution) if "stateEnteredEventDetails" in event]
    assert f"the state 'Second' (entered at the event id #{entered[1]})" in cause


def test_a_cause_out_of_a_branch_tells_its_place_once(machines: Machines) -> None:
    """`causes`: moto tells it again of the Parallel."""
    inner = {"StartAt": "Inner", "States": {"Inner": LIST}}
    cause = machines.run(one_state(Type="Parallel", Branches=[inner]))["cause"]
    assert cause.count("An error occurred while executing the state '") == 1
    assert "'Inner'" in cause
