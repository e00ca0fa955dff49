"""What JSONata gives in Output, Arguments, Assign and the other fields."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import Case, gives
from tests.local.machines import one_state

_OUTPUT = "test_output.py: "
_EVALUATE = "test_base_evaluate_expressions.py: "
_PASS = "Pass+ Pass-"

_LITERALS: dict[str, object] = {
    "null": None,
    "whole": 0,
    "fraction": 0.1,
    "boolean": True,
    "text": "constant string",
    "not an expression": " {% states.input %} ",
    "like a variable": "$states.input",
    "no such variable": "$no.such.path",
    "JSONPath": "$",
    "JSONPath.$": "$",
    "context": "$$",
    "intrinsic": "States.Format('Format:{}', 101)",
    "nothing in a list": [],
    "list": [None, 0, 0.1, True, [], {"constant": 0}, " {% states.input %} ", "$states.input"],
    "nothing in an object": {},
    "object": {"null": None, "inner": {"list": [None, 0], "object": {}}},
}


def _gives(name: str, output: object, want: object, source: str, run_input: object = None) -> Case:
    return Case(
        name=name,
        source=source,
        machine=one_state(Type="Pass", Output=output),
        run_input=run_input or {"text": "string literal", "numbers": [1, 2, 3]},
        want=gives(want, _PASS),
    )


def _any(name: str, value: object) -> Case:
    return _gives(f"Output is {name}", value, value, f"{_OUTPUT}test_base_output_any_non_dict")


def _parameters(**fields: Any) -> dict[str, Any]:
    """Return a Map over one number whose other fields are expressions."""
    return one_state(Type="Map", Items=[1], ItemProcessor=one_state(Type="Pass"), **fields)


CASES = (
    _gives("Output is an empty object", {}, {}, f"{_OUTPUT}test_base_cases[BASE_EMPTY]"),
    _gives("Output has constants", _LITERALS, _LITERALS, f"{_OUTPUT}test_base_cases[BASE_LITERALS]"),
    _any("null", None),
    _any("a whole number", 0),
    _any("a fraction", 0.1),
    _any("a boolean", True),
    _any("a text", "string literal"),
    _any("an empty list", []),
    _gives(
        "Output is an expression",
        "{% $states.input %}",
        {"text": "string literal", "numbers": [1, 2, 3]},
        f"{_OUTPUT}test_base_output_any_non_dict[JSONATA_EXPR]",
    ),
    _gives(
        "Output is a list with expressions in it",
        [None, 0, "{% $states.input.text %}", {"in": "{% $sum($states.input.numbers) %}"}],
        [None, 0, "string literal", {"in": 6}],
        f"{_OUTPUT}test_base_output_any_non_dict[LIST_RICH]",
    ),
    Case(
        name="an expression with a variable",
        source=f"{_OUTPUT}test_base_cases[BASE_DIRECT_EXPR]",
        machine={
            "StartAt": "Set",
            "States": {
                "Set": {"Type": "Pass", "Assign": {"one": 1}, "Next": "Sum"},
                "Sum": {"Type": "Pass", "Output": "{% $sum($states.input.numbers) + $one %}", "End": True},
            },
        },
        run_input={"numbers": [1, 2, 3]},
        want=gives(7, "Pass+ Pass- Pass+ Pass-"),
    ),
    _gives("a regular expression", "{% $contains('abc', /^a.c$/) %}", True, f"{_EVALUATE}test_base_jsonata_regular"),
    _gives(
        "a regular expression that does not match",
        "{% $contains('abd', /^a.c$/) %}",
        False,
        f"{_EVALUATE}test_base_jsonata_regular_expressions[BASE_FALSE]",
    ),
    _gives(
        "double quotes in an expression",
        '{% $contains("abc", /"|b/) %}',
        True,
        f"{_EVALUATE}test_base_jsonata_regular_expressions[BASE]",
    ),
    _gives(
        "merging objects",
        "{% $merge([{'hello': 'world'}, $states.input.more]) %}",
        {"hello": "world", "foo": "bar"},
        f"{_EVALUATE}test_merge_with_dynamic_args",
        {"more": {"foo": "bar"}},
    ),
    Case(
        name="Items is an expression",
        source=f"{_EVALUATE}test_base_map[ITEMS]",
        machine=one_state(Type="Map", Items="{% [1, 2, 3] %}", ItemProcessor=one_state(Type="Pass")),
        want=gives([1, 2, 3]),
    ),
    Case(
        name="Items comes from the input",
        source=f"{_EVALUATE}test_base_map_from_input[ITEMS]",
        machine=one_state(Type="Map", Items="{% $states.input.items %}", ItemProcessor=one_state(Type="Pass")),
        run_input={"items": [1, 2, 3]},
        want=gives([1, 2, 3]),
    ),
    Case(
        name="MaxConcurrency is an expression",
        source=f"{_EVALUATE}test_base_map[MAX_CONCURRENCY]",
        machine=_parameters(MaxConcurrency="{% 1 %}"),
        want=gives([1]),
    ),
    Case(
        name="ToleratedFailureCount is an expression",
        source=f"{_EVALUATE}test_base_map[TOLERATED_FAILURE_COUNT]",
        machine=_parameters(ToleratedFailureCount="{% 1 %}"),
        want=gives([1]),
    ),
    Case(
        name="ToleratedFailurePercentage is an expression",
        source=f"{_EVALUATE}test_base_map[TOLERATED_FAILURE_PERCENTAGE]",
        machine=_parameters(ToleratedFailurePercentage="{% $states.input.percent %}"),
        run_input={"percent": 1},
        want=gives([1]),
    ),
    _gives(
        "escapes in a text",
        {"quotes": "Text with \"double\" and 'single' quotes.", "back": "a \\\\ b", "lines": "1\n2\t3", "sign": "🆗"},
        {"quotes": "Text with \"double\" and 'single' quotes.", "back": "a \\\\ b", "lines": "1\n2\t3", "sign": "🆗"},
        "test_base_scenarios.py: test_escape_sequence_parsing[ESCAPE_SEQUENCES_STRING_LITERALS]",
    ),
    Case(
        name="escapes in an Assign that is compared",
        source="test_base_scenarios.py: test_escape_sequence_parsing[ESCAPE_SEQUENCES_JSONATA_COMPARISON_ASSIGN]",
        machine={
            "StartAt": "Set",
            "States": {
                "Set": {"Type": "Pass", "Assign": {"text": 'a "b" \\ c'}, "Next": "Compare"},
                "Compare": {"Type": "Pass", "Output": "{% $text = 'a \"b\" \\\\ c' %}", "End": True},
            },
        },
        want=gives(True, "Pass+ Pass- Pass+ Pass-"),
    ),
)
