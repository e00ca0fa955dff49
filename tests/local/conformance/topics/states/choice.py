"""Choice: rules of both languages."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import Case, fails, gives

_BASE = "test_base_scenarios.py: "
_CHOICE = "Choice+ Choice- Pass+ Pass-"


def _choice(rules: list[dict[str, Any]], language: str = "JSONata", **more: Any) -> dict[str, Any]:
    """Return a machine whose rules lead to a state of the rule's number, or to Otherwise."""
    names = [f"Rule{n}" for n in range(len(rules))]
    ends = {name: {"Type": "Pass", "End": True} for name in (*names, "Otherwise")}
    rules = [{**rule, "Next": name} for rule, name in zip(rules, names, strict=True)]
    states = {"Choose": {"Type": "Choice", "Choices": rules, "Default": "Otherwise", **more}, **ends}
    return {"QueryLanguage": language, "StartAt": "Choose", "States": states}


def _told(rules: list[dict[str, Any]], language: str = "JSONata") -> dict[str, Any]:
    """Return the same, whose states say their names."""
    machine = _choice(rules, language)
    for name, state in machine["States"].items():
        if name != "Choose":
            state.update({"Result": name} if language == "JSONPath" else {"Output": name})
    return machine


def _operator(name: str, operator: str, value: object, variable: object, chosen: bool, source: str) -> Case:
    """Ask one operator of JSONPath about one value."""
    rule = {"Variable": "$.v", operator: value}
    return Case(
        name=f"{operator} {name}",
        source=source,
        machine=_told([rule], "JSONPath"),
        run_input={"v": variable, "w": value},
        want=gives("Rule0" if chosen else "Otherwise", _CHOICE),
    )


_NUMERIC, _STRING = "test_numeric.py: test_numeric_", "test_string_operators.py: test_string_"
_IS, _BOOLEAN = "test_is_operators.py: test_is_", "test_boolean_equals.py: test_boolean_equals"
_TWENTIES: list[dict[str, Any]] = [
    {"Condition": "{% $states.input.type != 'Private' %}"},
    {"Condition": "{% $states.input.value = 0 %}"},
    {"Condition": "{% $states.input.value >= 20 and $states.input.value < 30 %}"},
]
_TWENTIES_OF_PATHS: list[dict[str, Any]] = [
    {"Not": {"Variable": "$.type", "StringEquals": "Private"}},
    {"Variable": "$.value", "NumericEquals": 0},
    {
        "And": [
            {"Variable": "$.value", "NumericGreaterThanEquals": 20},
            {"Variable": "$.value", "NumericLessThan": 30},
        ]
    },
]
_PRIVATE = {"type": "Private", "value": 22}

CASES = (
    Case(
        name="rules in JSONata",
        source=f"{_BASE}test_choice_aws_docs_scenario[CHOICE_STATE_AWS_SCENARIO_JSONATA]",
        machine=_choice(_TWENTIES),
        run_input=_PRIVATE,
        want=gives(_PRIVATE, _CHOICE),
    ),
    Case(
        name="rules in JSONPath",
        source=f"{_BASE}test_choice_aws_docs_scenario[CHOICE_STATE_AWS_SCENARIO]",
        machine=_choice(_TWENTIES_OF_PATHS, "JSONPath"),
        run_input=_PRIVATE,
        want=gives(_PRIVATE, _CHOICE),
    ),
    Case(
        name="a boolean as condition",
        source=f"{_BASE}test_choice_unsorted_parameters_positive[CHOICE_STATE_UNSORTED_CHOICE_PARAMETERS_JSONATA]",
        machine=_told([{"Condition": "{% $states.input.done %}"}, {"Condition": "{% $not($states.input.done) %}"}]),
        run_input={"done": True},
        want=gives("Rule0", _CHOICE),
    ),
    Case(
        name="a boolean as condition, false",
        source=f"{_BASE}test_choice_unsorted_parameters_negative[CHOICE_STATE_UNSORTED_CHOICE_PARAMETERS_JSONATA]",
        machine=_told([{"Condition": "{% $states.input.done %}"}, {"Condition": "{% $not($states.input.done) %}"}]),
        run_input={"done": False},
        want=gives("Rule1", _CHOICE),
    ),
    Case(
        name="a constant as condition",
        source=f"{_BASE}test_choice_condition_constant_jsonata",
        machine=_choice([{"Condition": True}]),
        want=gives({}, _CHOICE),
    ),
    Case(
        name="members of a rule in another order",
        source=f"{_BASE}test_choice_unsorted_parameters_positive[CHOICE_STATE_UNSORTED_CHOICE_PARAMETERS]",
        machine=_choice([{"BooleanEquals": True, "Variable": "$.done"}], "JSONPath"),
        run_input={"done": True},
        want=gives({"done": True}, _CHOICE),
    ),
    Case(
        name="Not around one rule",
        source=f"{_BASE}test_choice_singleton_composite[CHOICE_STATE_SINGLETON_COMPOSITE]",
        machine=_told([{"And": [{"Variable": "$.type", "StringEquals": "Public"}]}], "JSONPath"),
        run_input={"type": "Public", "value": 22},
        want=gives("Rule0", _CHOICE),
    ),
    Case(
        name="a rule's own Output",
        source="test_output.py: test_output_in_choice[CONDITION_TRUE]",
        machine=_choice([{"Condition": "{% $states.input.c %}", "Output": "of the rule"}], Output="of the default"),
        run_input={"c": True},
        want=gives("of the rule", _CHOICE),
    ),
    Case(
        name="the Choice's Output on Default",
        source="test_output.py: test_output_in_choice[CONDITION_FALSE]",
        machine={
            "StartAt": "Choose",
            "States": {
                "Choose": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $states.input.c %}", "Next": "Stop", "Output": "of the rule"}],
                    "Default": "Stop",
                    "Output": "of the default",
                },
                "Stop": {"Type": "Fail", "Cause": "{% $states.input %}"},
            },
        },
        run_input={"c": False},
        want=fails(None, "of the default", "Choice+ Choice- Fail+"),
    ),
    Case(
        name="a rule's own Assign",
        source="test_assign_base.py: test_assign_in_choice[CONDITION_TRUE]",
        machine={
            "StartAt": "Choose",
            "States": {
                "Choose": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $states.input.c %}", "Assign": {"v": "of the rule"}, "Next": "Tell"}],
                    "Assign": {"v": "of the default"},
                    "Default": "Tell",
                },
                "Tell": {"Type": "Pass", "Output": "{% $v %}", "End": True},
            },
        },
        run_input={"c": True},
        want=gives("of the rule", _CHOICE),
    ),
    Case(
        name="the Choice's own Assign on Default",
        source="test_assign_reference_variables.py: test_assign_in_choice_state[INCORRECT]",
        machine={
            "QueryLanguage": "JSONPath",
            "StartAt": "Choose",
            "States": {
                "Choose": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.v", "NumericEquals": 42, "Assign": {"s": "CORRECT"}, "Next": "Tell"}],
                    "Assign": {"s": "INCORRECT", "guess.$": "$.v"},
                    "Default": "Tell",
                },
                "Tell": {"Type": "Pass", "Parameters": {"result.$": "$s", "guess.$": "$guess"}, "End": True},
            },
        },
        run_input={"v": "0"},
        want=gives({"result": "INCORRECT", "guess": "0"}, _CHOICE),
    ),
    Case(
        name="rules that see variables",
        source="test_assign_reference_variables.py: test_reference_assign[BASE_REFERENCE_IN_CHOICE]",
        machine={
            "QueryLanguage": "JSONPath",
            "StartAt": "Set",
            "States": {
                "Set": {"Type": "Pass", "Assign": {"guess": "a", "answer": "a"}, "Next": "Choose"},
                "Choose": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$guess", "StringEqualsPath": "$answer", "Next": "Right"}],
                    "Default": "Wrong",
                },
                "Right": {"Type": "Pass", "Result": {"state": "CORRECT"}, "End": True},
                "Wrong": {"Type": "Fail"},
            },
        },
        want=gives({"state": "CORRECT"}, f"Pass+ Pass- {_CHOICE}"),
    ),
    _operator("of null", "IsNull", True, None, True, f"{_IS}null"),
    _operator("of 0", "IsNull", True, 0, False, f"{_IS}null"),
    _operator("of null", "IsPresent", True, None, True, f"{_IS}present"),
    _operator("of 0.0", "IsNumeric", True, 0.0, True, f"{_IS}numeric"),
    _operator("of null", "IsBoolean", False, None, True, f"{_IS}boolean"),
    _operator("of 1", "IsString", True, 1, False, f"{_IS}string"),
    _operator("of null", "BooleanEquals", False, None, False, _BOOLEAN),
    _operator("of 0", "BooleanEquals", False, 0, False, _BOOLEAN),
    _operator("of 0 and 0.0", "NumericEquals", 0.0, 0, True, f"{_NUMERIC}equals"),
    _operator("of null", "NumericEquals", 0, None, False, f"{_NUMERIC}equals"),
    _operator("of equals", "NumericGreaterThan", 1, 1, False, f"{_NUMERIC}greater_than"),
    _operator("of equals", "NumericLessThanEquals", 1, 1, True, f"{_NUMERIC}less_than_equals"),
    _operator("of a longer one", "StringGreaterThanEquals", "A", "AB", True, f"{_STRING}greater_than_equals"),
    _operator("of a number", "StringEquals", "HelloWorld", 1, False, f"{_STRING}equals"),
)
