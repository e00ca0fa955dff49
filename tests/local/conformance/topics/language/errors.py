"""The causes of States.QueryEvaluationError and of errors in paths: people read them."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import Case, fails
from tests.local.machines import one_state, task

_UNDEFINED = "test_assign_reference_variables.py: test_undefined_reference"
_ITEMS = "test_base_scenarios.py: test_map_state_items_eval_jsonata_fail"
_PATH = "test_base_scenarios.py: test_invalid_jsonpath"
_QUERY = "States.QueryEvaluationError"


def told(cause: str, *, state: str = "Only", event: int = 2) -> str:
    """Return a cause with what Step Functions writes before it."""
    return f"An error occurred while executing the state '{state}' (entered at the event id #{event}). {cause}"


def _undefined(field: str, state: dict[str, Any], source: str, events: str = "Pass+ EvaluationFailed") -> Case:
    return Case(
        name=f"an undefined {field}",
        source=f"{_UNDEFINED}[{source}]",
        machine=one_state(**state),
        want=fails(
            _QUERY,
            told(
                f"The JSONata expression '$doesNotExist' specified for the field '{field}' returned nothing "
                "(undefined)."
            ),
            events,
        ),
    )


def _items(name: str, expression: str, cause: str) -> Case:
    return Case(
        name=f"Items is {name}",
        source=f"{_ITEMS}[{name}]",
        machine=one_state(Type="Map", Items=f"{{% {expression} %}}", ItemProcessor=one_state(Type="Pass")),
        want=fails(
            _QUERY,
            told(f"The JSONata expression '{expression}' specified for the field 'Items' {cause}"),
            "Map+ EvaluationFailed MapStateFailed",
        ),
    )


def _no_array(kind: str, shown: str) -> str:
    return f"returned an unexpected result type. Expected 'array', but was '{kind}' for value: {shown}"


def _input(name: str, run_input: object, shown: str) -> Case:
    return Case(
        name=f"a Map's input is {name}",
        source=f"test_base_scenarios.py: test_map_state_items_input_types[{name}]",
        machine={
            "StartAt": "First",
            "States": {
                "First": {"Type": "Pass", "Output": "{% $states.input.value %}", "Next": "Only"},
                "Only": {"Type": "Map", "ItemProcessor": one_state(Type="Pass"), "End": True},
            },
        },
        run_input={"value": run_input},
        want=fails(
            _QUERY,
            told(f"Map state input must be an array but was: {shown}", event=4),
            "Pass+ Pass- Map+ EvaluationFailed MapStateFailed",
        ),
    )


def _path(name: str, source: str, state: dict[str, Any], cause: str, events: str) -> Case:
    return Case(
        name=f"JSONPath: {name}",
        source=f"{_PATH}[{source}]",
        machine={**one_state(**state), "QueryLanguage": "JSONPath"},
        want=fails("States.Runtime", told(cause), events),
    )


_ECHO = "sfn:listStateMachines"

CASES = (
    _undefined("Output", {"Type": "Pass", "Output": "{% $doesNotExist %}"}, "BASE_UNDEFINED_OUTPUT"),
    _undefined(
        "Output/result", {"Type": "Pass", "Output": {"result": "{% $doesNotExist %}"}}, "BASE_UNDEFINED_OUTPUT_FIELD"
    ),
    _undefined("Assign/result", {"Type": "Pass", "Assign": {"result": "{% $doesNotExist %}"}}, "BASE_UNDEFINED_ASSIGN"),
    _undefined(
        "Arguments",
        task(f"aws-sdk:{_ECHO}", "{% $doesNotExist %}"),
        "BASE_UNDEFINED_ARGUMENTS",
        "Task+ EvaluationFailed",
    ),
    _undefined(
        "Arguments/MaxResults",
        task(f"aws-sdk:{_ECHO}", {"MaxResults": "{% $doesNotExist %}"}),
        "BASE_UNDEFINED_ARGUMENTS_FIELD",
        "Task+ EvaluationFailed",
    ),
    Case(
        name="an undefined Output of a later state",
        source=f"{_UNDEFINED}[BASE_UNDEFINED_OUTPUT_MULTIPLE_STATES]",
        machine={
            "StartAt": "First",
            "States": {
                "First": {"Type": "Pass", "Next": "Second"},
                "Second": {"Type": "Pass", "Next": "Third"},
                "Third": {"Type": "Pass", "Output": {"result": "{% $doesNotExist %}"}, "End": True},
            },
        },
        want=fails(
            _QUERY,
            told(
                "The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing "
                "(undefined).",
                state="Third",
                event=6,
            ),
            "Pass+ Pass- Pass+ Pass- Pass+ EvaluationFailed",
        ),
    ),
    _items("number", "1", _no_array("number", "1")),
    _items("string", "'string'", _no_array("string", '"string"')),
    _items("boolean", "true", _no_array("boolean", "true")),
    _items("object", "{'foo': 'bar'}", _no_array("object", '{"foo":"bar"}')),
    _items("null", "null", _no_array("null", "null")),
    _items("function", "$fn := function($x){$x}", "returned an unsupported result type."),
    _input("number", 1, "1"),
    _input("string", "string", '"string"'),
    _input("boolean", True, "true"),
    _input("object", {"foo": "bar"}, '{"foo":"bar"}'),
    _input("null", None, "null"),
    _path(
        "Parameters",
        "INVALID_JSONPATH_IN_STRING_EXPR_JSONPATH",
        {"Type": "Pass", "Parameters": {"value.$": "$.nowhere"}},
        "The JSONPath '$.nowhere' specified for the field 'value.$' could not be found in the input '{}'",
        "Pass+",
    ),
    _path(
        "Parameters, of the context object",
        "INVALID_JSONPATH_IN_STRING_EXPR_CONTEXTPATH",
        {"Type": "Pass", "Parameters": {"value.$": "$$.Execution.Input.nowhere"}},
        "The JSONPath '$$.Execution.Input.nowhere' specified for the field 'value.$' could not be found in …",
        "Pass+",
    ),
    _path(
        "InputPath",
        "ST.INVALID_JSONPATH_IN_INPUTPATH",
        {"Type": "Pass", "InputPath": "$.nowhere"},
        "Invalid path '$.nowhere' : No results for path: $['nowhere']",
        "Pass+",
    ),
    _path(
        "OutputPath",
        "ST.INVALID_JSONPATH_IN_OUTPUTPATH",
        {"Type": "Pass", "OutputPath": "$.nowhere"},
        "Invalid path '$.nowhere' : No results for path: $['nowhere']",
        "Pass+",
    ),
    _path(
        "ErrorPath",
        "INVALID_JSONPATH_IN_ERRORPATH",
        {"Type": "Fail", "ErrorPath": "$.nowhere"},
        "The JSONPath '$.nowhere' specified for the field 'ErrorPath' could not be found in the input '{}'",
        "Fail+",
    ),
    _path(
        "CausePath",
        "ST.INVALID_JSONPATH_IN_CAUSEPATH",
        {"Type": "Fail", "CausePath": "$.nowhere"},
        "The JSONPath '$.nowhere' specified for the field 'CausePath' could not be found in the input '{}'",
        "Fail+",
    ),
)
