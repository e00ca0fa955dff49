"""A definition with an expression that Step Functions would refuse is refused when the machine is made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.local.moto_adapters.step_functions.api.definitions import expressions
from tests.local.machines import Machines, one_state

PASS = {"Type": "Pass", "Output": "{% 1 ?? 2 %}"}


@pytest.mark.parametrize("expression", ["(", "1 ?? 2", "$x ?: 2", "$f("])
def test_fails_to_create_with_a_wrong_expression(machines: Machines, expression: str) -> None:
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition, match=r"cannot be read.*/States/Only/Output"):
        machines.create(one_state(Type="Pass", Output=f"{{% {expression} %}}"))


def test_fails_to_update_with_a_wrong_expression(machines: Machines) -> None:
    arn = machines.create(one_state(Type="Succeed"))
    wrong = {"QueryLanguage": "JSONata", **one_state(Type="Pass", Output="{% ( %}")}
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition, match="cannot be read"):
        machines.sfn.update_state_machine(stateMachineArn=arn, definition=json.dumps(wrong))


def test_fails_to_create_when_it_is_no_machine(machines: Machines) -> None:
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition):
        machines.create({"StartAt": "Nowhere"})


def test_a_refused_definition_does_not_spoil_the_next_one(machines: Machines) -> None:
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition):
        machines.create(one_state(Type="Parallel", Branches=[one_state(Type="Pass", Next="Nowhere", Parameters={})]))
    machine = {"QueryLanguage": "JSONPath", **one_state(Type="Pass", Parameters={"a.$": "$.b"})}
    assert machines.output(machine, {"b": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("machine", "places"),
    [
        ({"QueryLanguage": "JSONata", **one_state(**PASS)}, ["/States/Only/Output"]),
        (one_state(**PASS), []),
        (one_state(QueryLanguage="JSONata", **PASS), ["/States/Only/Output"]),
        (one_state(Type="Parallel", QueryLanguage="JSONata", Branches=[one_state(**PASS)]), []),
        (
            one_state(Type="Parallel", Branches=[one_state(QueryLanguage="JSONata", **PASS)]),
            ["/States/Only/Output"],
        ),
        (
            {"QueryLanguage": "JSONata", **one_state(Type="Map", Items="{% [1] %}", ItemProcessor=one_state(**PASS))},
            ["/States/Only/Items", "/States/Only/Output"],
        ),
        (
            one_state(
                Type="Choice", QueryLanguage="JSONata", Choices=[{"Condition": "{% true %}", "Assign": {"a": 1}}]
            ),
            ["/States/Only/Choices/0/Condition"],
        ),
    ],
)
def test_expressions_are_found_where_jsonata_is_the_language(machine: dict[str, Any], places: list[str]) -> None:
    assert [place for place, _ in expressions(machine)] == places
