"""Variables: who sees them when, and the error's own."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.conformance.topics.language.errors import told
from tests.local.machines import one_state, task

_ASSIGN = "test_assign_reference_variables.py: "
_BASE = "test_assign_base.py: test_base"
_ERROR = "test_error_output.py: "
_TWO = "Pass+ Pass- Pass+ Pass-"
_FAILING = task("aws-sdk:s3:getObject", {"Bucket": "no-such-bucket-anywhere", "Key": "k"})


def _two(first: dict[str, Any], second: dict[str, Any], language: str = "JSONata") -> dict[str, Any]:
    """Return a machine of two Pass states."""
    return {
        "QueryLanguage": language,
        "StartAt": "First",
        "States": {
            "First": {"Type": "Pass", **first, "Next": "Second"},
            "Second": {"Type": "Pass", **second, "End": True},
        },
    }


def _caught(
    catcher: dict[str, Any], fallback: dict[str, Any], language: str = "JSONata", **more: Any
) -> dict[str, Any]:
    """Return a machine whose task fails and is caught."""
    failing = {key: value for key, value in _FAILING.items() if key != "End"}
    return {
        "QueryLanguage": language,
        "StartAt": "Call",
        "States": {
            "Call": {
                **failing,
                "QueryLanguage": "JSONata",
                "Catch": [{"ErrorEquals": ["States.ALL"], **catcher, "Next": "Fallback"}],
                **more,
                "Next": "Finish",
            },
            "Fallback": {"Type": "Pass", **fallback, "End": True},
            "Finish": {"Type": "Pass", "End": True},
        },
    }


def _nested(machine: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in machine.items() if key != "QueryLanguage"}


_EVENTS = "Task+ TaskScheduled TaskStarted TaskFailed Task- Pass+ Pass-"
_TOLD = {"Error": "S3.NoSuchBucketException", "Cause": ANY}
_BOTH = {"stateInput": "{% $states.input %}", "stateError": "{% $states.errorOutput %}"}

CASES = (
    Case(
        name="OutputPath sees a variable as it was on entry",
        source=f"{_ASSIGN}test_state_assign_evaluation_order[BASE_EVALUATION_ORDER_PASS_STATE]",
        machine=_two(
            {"Assign": {"answer": 42}},
            {"InputPath": "$answer", "OutputPath": "$answer", "ResultPath": "$.x", "Assign": {"answer": "later"}},
            "JSONPath",
        ),
        want=gives(42, _TWO),
    ),
    Case(
        name="Output sees a variable as it was on entry",
        source=f"{_ASSIGN}test_state_assign_evaluation_order[BASE_EVALUATION_ORDER_PASS_STATE] (JSONPath)",
        machine=_two({"Assign": {"answer": 42}}, {"Assign": {"answer": "later"}, "Output": "{% $answer %}"}),
        want=gives(42, _TWO),
    ),
    Case(
        name="one variable of an Assign does not see another of it",
        source=f"{_ASSIGN}test_state_assign_evaluation_order[BASE_EVALUATION_ORDER_PASS_STATE] (JSONPath)",
        machine={
            "StartAt": "First",
            "States": {
                "First": {"Type": "Pass", "Assign": {"a": 1}, "Next": "Second"},
                "Second": {"Type": "Pass", "Assign": {"a": 2, "b": "{% $a %}"}, "Next": "Third"},
                "Third": {"Type": "Pass", "Output": "{% [$a, $b] %}", "End": True},
            },
        },
        want=gives([2, 1]),
    ),
    Case(
        name="Parameters see a variable",
        source=f"{_ASSIGN}test_reference_assign[BASE_REFERENCE_IN_PARAMETERS]",
        machine=_two({"Assign": {"v": "foobar"}}, {"Parameters": {"result.$": "$v"}}, "JSONPath"),
        want=gives({"result": "foobar"}, _TWO),
    ),
    Case(
        name="InputPath sees a variable",
        source=f"{_ASSIGN}test_reference_assign[BASE_REFERENCE_IN_INPUTPATH]",
        machine=_two({"Assign": {"v": 42}}, {"InputPath": "$v"}, "JSONPath"),
        want=gives(42, _TWO),
    ),
    Case(
        name="a Fail state sees variables",
        source=f"{_ASSIGN}test_reference_assign[BASE_REFERENCE_IN_FAIL]",
        machine={
            "StartAt": "First",
            "States": {
                "First": {"Type": "Pass", "Assign": {"e": "Exception", "c": "it was to fail"}, "Next": "Stop"},
                "Stop": {"Type": "Fail", "Error": "{% $e %}", "Cause": "{% $c %}"},
            },
        },
        want=fails("Exception", "it was to fail", "Pass+ Pass- Fail+"),
    ),
    Case(
        name="variables go from JSONPath to JSONata",
        source="test_mixed_query_language.py: test_variable_sampling[JSONPATH_ASSIGN_JSONATA_REF]",
        machine=_two({"Assign": {"v": "x"}}, {"QueryLanguage": "JSONata", "Output": "{% $v %}"}, "JSONPath"),
        want=gives("x", _TWO),
    ),
    Case(
        name="output goes from JSONata to JSONPath",
        source="test_mixed_query_language.py: test_output_to_state[JSONATA_OUTPUT_TO_JSONPATH]",
        machine=_two(
            {"QueryLanguage": "JSONata", "Output": {"foo": "foobar", "bar": "{% $states.input %}"}},
            {"Parameters": {"foo.$": "$.foo", "bar.$": "$.bar"}},
            "JSONPath",
        ),
        run_input={"input_data": "test"},
        want=gives({"foo": "foobar", "bar": {"input_data": "test"}}, _TWO),
    ),
    Case(
        name="iterations see the variables around them",
        source=f"{_BASE}_cases[BASE_SCOPE_MAP]",
        machine={
            "StartAt": "Set",
            "States": {
                "Set": {"Type": "Pass", "Assign": {"x": 42, "items": [1, 2, 3]}, "Next": "Each"},
                "Each": {
                    "Type": "Map",
                    "Items": "{% $items %}",
                    "MaxConcurrency": 1,
                    "ItemProcessor": one_state(Type="Pass", Assign={"inner": "{% $x %}"}),
                    "Next": "After",
                },
                "After": {"Type": "Pass", "Assign": {"final": "{% $x %}"}, "End": True},
            },
        },
        want=gives([1, 2, 3]),
    ),
    Case(
        name="branches see the variables around them",
        source=f"{_BASE}_parallel_cases[BASE_SCOPE_PARALLEL]",
        machine={
            "StartAt": "Set",
            "States": {
                "Set": {"Type": "Pass", "Assign": {"x": 42}, "Next": "Both"},
                "Both": {
                    "Type": "Parallel",
                    "Branches": [
                        {"StartAt": f"In{n}", "States": {f"In{n}": {"Type": "Pass", "Output": "{% $x %}", "End": True}}}
                        for n in (1, 2, 3)
                    ],
                    "End": True,
                },
            },
        },
        want=gives([42, 42, 42]),
    ),
    Case(
        name="a Catch's Output has the error",
        source=f"{_ERROR}test_task_catch_error_output[TASK_CATCH_ERROR_OUTPUT]",
        machine=_caught({"Output": _BOTH}, {"Output": {"error": "{% $states.input %}"}}),
        run_input={"inputData": "dummy"},
        want=gives({"error": {"stateInput": {"inputData": "dummy"}, "stateError": _TOLD}}, _EVENTS),
    ),
    Case(
        name="a Catch's Output goes to JSONPath",
        source=f"{_ERROR}test_task_catch_error_output[TASK_CATCH_ERROR_OUTPUT_TO_JSONPATH]",
        machine=_caught({"Output": _BOTH}, {}, "JSONPath"),
        run_input={"inputData": "dummy"},
        want=gives({"stateInput": {"inputData": "dummy"}, "stateError": _TOLD}, _EVENTS),
    ),
    Case(
        name="a Catch's Assign has the error",
        source=f"{_ERROR}test_catch_error_variable_sampling[TASK_CATCH_ERROR_VARIABLE_SAMPLING]",
        machine=_caught({"Assign": {"e": "{% $states.errorOutput %}"}}, {"Output": {"error": "{% $e %}"}}),
        want=gives({"error": _TOLD}, _EVENTS),
    ),
    Case(
        name="a Catch without Output gives the error",
        source=f"{_ASSIGN}test_assign_in_catch_state",
        machine=_caught({}, {}),
        want=gives(_TOLD, _EVENTS),
    ),
    Case(
        name="a Catch's Output leaves no variable behind",
        source=f"{_ERROR}test_map_catch_error[MAP_CATCH_ERROR_OUTPUT_WITH_RETRY]",
        machine=one_state(
            Type="Map",
            Items=[1],
            MaxConcurrency=1,
            ItemProcessor=_nested(_caught({"Output": _BOTH}, {"Output": {"error": "{% $stateError %}"}})),
        ),
        want=fails(
            "States.QueryEvaluationError",
            told(
                "The JSONata expression '$stateError' specified for the field 'Output/error' returned nothing "
                "(undefined).",
                state="Fallback",
                event=10,
            ),
            "Map+ MapStateStarted MapIterationStarted Task+ TaskScheduled TaskStarted TaskFailed Task- Pass+ "
            "EvaluationFailed MapIterationFailed MapStateFailed",
        ),
    ),
)
