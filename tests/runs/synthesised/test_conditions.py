"""Conditions of a template, decided as far as that can be before it is deployed."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.runs.synthesised.conditions import defaults_of, holds

YES, NO, UNKNOWN = ({"Fn::Equals": ["a", other]} for other in ("a", "b", {"Ref": "X"}))


def text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (YES, True),
        (NO, False),
        (UNKNOWN, None),
        ("Named", True),
        ("Nowhere", None),
        ({"Condition": "Named"}, True),
        ({"Fn::Not": [YES]}, False),
        ({"Fn::Not": [NO]}, True),
        ({"Fn::Not": [UNKNOWN]}, None),
        ({"Fn::And": [YES, YES]}, True),
        ({"Fn::And": [UNKNOWN, NO]}, False),
        ({"Fn::And": [UNKNOWN, YES]}, None),
        ({"Fn::Or": [NO, NO]}, False),
        ({"Fn::Or": [UNKNOWN, YES]}, True),
        ({"Fn::Or": [UNKNOWN, NO]}, None),
    ],
)
def test_a_condition_is_decided_where_what_it_takes_is_known(condition: Any, expected: bool | None) -> None:
    assert holds(condition, {"Named": YES}, text) is expected


def test_only_a_default_that_is_the_value_itself_is_one() -> None:
    parameters = {
        "Text": {"Type": "String", "Default": ""},
        "Count": {"Type": "Number", "Default": 3},
        "Needed": {"Type": "String"},
        "Kept": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"},
    }
    assert defaults_of({"Parameters": parameters}) == {"Text": "", "Count": "3"}
    assert defaults_of({}) == {}
