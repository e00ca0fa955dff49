"""Parallel.

What the recorder wrote down of some histories lacks the event before ParallelStateExited, which its own sorting drops;
it is here as in the histories that were not sorted.
"""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.machines import one_state, task

_BASE = "test_base_scenarios.py: "
_ERROR = "test_error_output.py: test_parallel_catch_error"
_FAIL = one_state(Type="Fail", Error="FailureType", Cause="Cause description")
_TASK = one_state(**task("aws-sdk:s3:getObject", {"Bucket": "no-such-bucket-anywhere", "Key": "k"}))
_TOLD = {"Error": "S3.NoSuchBucketException", "Cause": ANY}
_CALLED = "Task+ TaskScheduled TaskStarted TaskFailed TaskStateAborted"


def _named(state: str, **fields: Any) -> dict[str, Any]:
    return {"StartAt": state, "States": {state: {"Type": "Pass", **fields, "End": True}}}


def _caught(branches: list[dict[str, Any]], catcher: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "StartAt": "Both",
        "States": {
            "Both": {
                "Type": "Parallel",
                "Branches": branches,
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught", **(catcher or {})}],
                **more,
                "Next": "Caught",
            },
            "Caught": {"Type": "Pass", "End": True},
        },
    }


CASES = (
    Case(
        name="the order of branches",
        source=f"{_BASE}test_parallel_state_order",
        machine=one_state(Type="Parallel", Branches=[_named(f"B{n}", Output={"branch": n}) for n in range(4)]),
        want=gives([{"branch": n} for n in range(4)]),
    ),
    Case(
        name="one branch",
        source=f"{_BASE}test_parallel_state_nested",
        machine=one_state(Type="Parallel", Branches=[_named("B")]),
        run_input=[[1, 2, 3], [4, 5, 6]],
        want=gives(
            [[[1, 2, 3], [4, 5, 6]]], "Parallel+ ParallelStateStarted Pass+ Pass- ParallelStateSucceeded Parallel-"
        ),
    ),
    Case(
        name="Arguments for the branches",
        source=f"{_BASE}test_parallel_state[PARALLEL_STATE_PARAMETERS]",
        machine=one_state(
            Type="Parallel", Arguments={"static": 0, "list": "{% [1] %}"}, Branches=[_named("A"), _named("B")]
        ),
        want=gives([{"static": 0, "list": [1]}] * 2),
    ),
    Case(
        name="Parameters for the branches",
        source=f"{_BASE}test_parallel_state[PARALLEL_STATE_PARAMETERS]",
        machine={
            "QueryLanguage": "JSONPath",
            **one_state(Type="Parallel", Parameters={"static": 0, "list": [1]}, Branches=[_named("A"), _named("B")]),
        },
        want=gives([{"static": 0, "list": [1]}] * 2),
    ),
    Case(
        name="a branch that fails",
        source=f"{_BASE}test_parallel_state_fail",
        machine=one_state(Type="Parallel", Branches=[one_state(Type="Fail", Error="FailureType")]),
        want=fails("FailureType", None, "Parallel+ ParallelStateStarted Fail+ ParallelStateFailed"),
    ),
    Case(
        name="a failure that is caught",
        source=f"{_BASE}test_parallel_state_catch",
        machine=_caught([_FAIL]),
        want=gives(
            {"Error": "FailureType", "Cause": "Cause description"},
            "Parallel+ ParallelStateStarted Fail+ ParallelStateFailed Parallel- Pass+ Pass-",
        ),
    ),
    Case(
        name="a failure that is retried",
        source=f"{_BASE}test_parallel_state_retry",
        machine=one_state(
            Type="Parallel",
            Branches=[_FAIL],
            Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "IntervalSeconds": 1}],
        ),
        want=fails(
            "FailureType",
            "Cause description",
            "Parallel+ ParallelStateStarted Fail+ ParallelStateStarted Fail+ ParallelStateStarted Fail+ "
            "ParallelStateFailed",
        ),
    ),
    Case(
        name="a task that fails is aborted, JSONPath",
        source="test_callback.py: test_sqs_failure_in_wait_for_task_tok_no_error_field",
        machine={
            "QueryLanguage": "JSONPath",
            **_caught(
                [
                    one_state(
                        Type="Task",
                        Resource="arn:aws:states:::aws-sdk:s3:getObject",
                        Parameters={"Bucket": "no-such-bucket-anywhere", "Key": "k"},
                    )
                ]
            ),
        },
        want=gives(_TOLD, f"Parallel+ ParallelStateStarted {_CALLED} ParallelStateFailed Parallel- Pass+ Pass-"),
    ),
    Case(
        name="a task that fails, caught with Output",
        source=f"{_ERROR}[PARALLEL_CATCH_ERROR_OUTPUT]",
        machine=_caught(
            [_TASK], {"Output": {"stateInput": "{% $states.input %}", "stateError": "{% $states.errorOutput %}"}}
        ),
        run_input={"inputData": "dummy"},
        want=gives(
            {"stateInput": {"inputData": "dummy"}, "stateError": _TOLD},
            f"Parallel+ ParallelStateStarted {_CALLED} ParallelStateFailed Parallel- Pass+ Pass-",
        ),
    ),
    Case(
        name="a task that fails, caught with Assign",
        source=f"{_ERROR}[PARALLEL_CATCH_ERROR_VARIABLE_SAMPLING]",
        machine=_caught([_TASK], {"Assign": {"e": "{% $states.errorOutput %}"}, "Output": "x"}),
        want=gives("x", f"Parallel+ ParallelStateStarted {_CALLED} ParallelStateFailed Parallel- Pass+ Pass-"),
    ),
    Case(
        name="a task that fails, retried",
        source=f"{_ERROR}[PARALLEL_CATCH_ERROR_OUTPUT_WITH_RETRY]",
        machine=_caught([_TASK], Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 1}]),
        want=gives(
            _TOLD,
            f"Parallel+ ParallelStateStarted {_CALLED} ParallelStateStarted {_CALLED} ParallelStateFailed Parallel- "
            "Pass+ Pass-",
        ),
    ),
)
