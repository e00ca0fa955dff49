"""A definition with an expression that Step Functions would refuse is refused when the machine is made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.local.moto_adapters.step_functions.api.schema import problems
from tests.local.machines import ROLE, Machines, one_state, task

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
            ["/States/Only/Branches[0]/States/Only/Output"],
        ),
        (
            {"QueryLanguage": "JSONata", **one_state(Type="Map", Items="{% [1] %}", ItemProcessor=one_state(**PASS))},
            ["/States/Only/ItemProcessor/States/Only/Output"],
        ),
        (
            one_state(
                Type="Choice", QueryLanguage="JSONata", Choices=[{"Condition": "{% 1 ?? 2 %}", "Assign": {"a": 1}}]
            ),
            ["/States/Only/Choices[0]/Condition"],
        ),
    ],
)
def test_expressions_are_found_where_jsonata_is_the_language(machine: dict[str, Any], places: list[str]) -> None:
    assert [problem.place for problem in problems(json.dumps(machine))] == places


def test_a_taken_name_is_another_machines_unless_all_is_the_same(machines: Machines) -> None:
    def make(definition: dict[str, Any], role: str = ROLE) -> str:
        made = machines.sfn.create_state_machine(name="taken", definition=json.dumps(definition), roleArn=role)
        return str(made["stateMachineArn"])

    assert make(one_state(Type="Pass")) == make(one_state(Type="Pass"))
    with pytest.raises(machines.sfn.exceptions.StateMachineAlreadyExists, match="stateMachine:taken"):
        make(one_state(Type="Succeed"))
    with pytest.raises(machines.sfn.exceptions.StateMachineAlreadyExists):
        make(one_state(Type="Pass"), f"{ROLE}-of-another")


def test_fails_to_create_when_a_catch_reads_the_result(machines: Machines) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Output": {"a": "{% $states.result.x %}"}, "Next": "Only"}]
    state = task("aws-sdk:s3:listBuckets", {}, Catch=catch)
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition, match=r"at /States/Only/Catch\[0\]/Output/a"):
        machines.create(one_state(**state))


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("$states.errorOutput.Cause", "'$states.errorOutput' is only available in a catcher"),
        ("$map([1], function($x) { {'a': $states.errorOutput} })", "is only available in a catcher"),
        ("$states.input ? $eval('1')", "$eval is not supported; use $parse"),
        ("{'a': [$eval(?)]}", "$eval is not supported; use $parse"),
    ],
)
def test_fails_to_create_with_what_is_found_by_reading(machines: Machines, expression: str, told: str) -> None:
    state = {"Type": "Pass", "Assign": {"a": [f"{{% {expression} %}}"]}}
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition) as refused:
        machines.create(one_state(**state))
    assert told in str(refused.value)
    assert "/States/Only/Assign/a[0]" in str(refused.value)


@pytest.mark.parametrize(
    "expression",
    [
        "'$states.errorOutput and $eval(1) in a text'",
        "$states.input.errorOutput",
        "($eval := function($x) { $x }; $eval(1))",
        "/* $eval(1) */ 1",
    ],
)
def test_what_only_looks_like_it_is_created(machines: Machines, expression: str) -> None:
    assert machines.create(one_state(Type="Pass", Output=f"{{% {expression} %}}"))


def test_fails_to_create_when_a_state_leads_nowhere(machines: Machines) -> None:
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition, match="Missing 'Next' target: Nowhere at /States/A/"):
        machines.create({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}})


def test_what_only_the_parser_finds_is_told_too(machines: Machines) -> None:
    wrong = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True, "Nonsense": 1}}})
    told = machines.sfn.validate_state_machine_definition(definition=wrong)
    assert told["result"] == "FAIL"
    assert "Nonsense" in told["diagnostics"][0]["message"]


@pytest.mark.parametrize(
    ("state", "run_input", "answer"),
    [
        (
            {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.a + 1 %}", "Next": "Later"},
            {"a": 1},
            {"status": "SUCCEEDED", "output": "2", "nextState": "Later"},
        ),
        (
            {
                **task("aws-sdk:s3:getObject", {"Bucket": "no-such-bucket-anywhere", "Key": "k"}, Output="x"),
                "QueryLanguage": "JSONata",
                "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "caught", "Next": "Caught"}],
            },
            {},
            {
                "status": "CAUGHT_ERROR",
                "output": '"caught"',
                "nextState": "Caught",
                "error": "S3.NoSuchBucketException",
            },
        ),
        (
            {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $no %}", "End": True},
            {},
            {"status": "FAILED", "error": "States.QueryEvaluationError"},
        ),
    ],
)
def test_a_state_is_tested(
    machines: Machines, state: dict[str, Any], run_input: object, answer: dict[str, str]
) -> None:
    before = len(machines.sfn.list_state_machines(maxResults=1000)["stateMachines"])
    told = machines.sfn.test_state(definition=json.dumps(state), roleArn=ROLE, input=json.dumps(run_input))
    assert {key: told[key] for key in answer} == answer
    assert len(machines.sfn.list_state_machines(maxResults=1000)["stateMachines"]) == before
