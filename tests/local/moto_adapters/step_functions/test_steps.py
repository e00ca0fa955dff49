"""The steps of states: what sees which variables, what an error leaves behind, what the history tells of it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent

from constructs_lib.local.moto_adapters.step_functions.expressions.grammar import as_parsed
from constructs_lib.local.moto_adapters.step_functions.expressions.json_paths import names_one_value
from constructs_lib.local.moto_adapters.step_functions.expressions.places import FIELDS
from tests.local.machines import BUCKET, Machines, one_state, task, wait_for

NOBODY = task("aws-sdk:sagemaker:describeTrainingJob", {"TrainingJobName": "nobody"})


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"Type": "Pass", "Output": [1, {"a": "{% $no %}"}]}, "Output[1]/a"),
        ({"Type": "Pass", "Assign": {"a": ["{% $no %}"]}}, "Assign/a[0]"),
        ({"Type": "Fail", "Error": "{% $no %}"}, "Error"),
        ({"Type": "Fail", "Cause": "{% $no %}"}, "Cause"),
        ({"Type": "Wait", "Seconds": "{% $no %}"}, "Seconds"),
        ({"Type": "Wait", "Timestamp": "{% $no %}"}, "Timestamp"),
        (
            {
                "Type": "Choice",
                "Choices": [{"Condition": False, "Next": "Only"}, {"Condition": "{% $no %}", "Next": "Only"}],
                "Default": "Only",
            },
            "Choices[1]/Condition",
        ),
        (
            {"Type": "Map", "Items": [1], "ItemSelector": {"a": "{% $no %}"}, "ItemProcessor": one_state(Type="Pass")},
            "",
        ),
        ({"Type": "Map", "MaxConcurrency": "{% $no %}", "ItemProcessor": one_state(Type="Pass")}, "MaxConcurrency"),
        ({**NOBODY, "TimeoutSeconds": "{% $no %}"}, "TimeoutSeconds"),
        ({**NOBODY, "Output": {"a": {"b": "{% $no %}"}}, "Arguments": {}, "Resource": "LIST"}, "Output/a/b"),
        ({"Type": "Parallel", "Arguments": {"a": "{% $no %}"}, "Branches": [one_state(Type="Pass")]}, "Arguments/a"),
    ],
)
def test_an_error_tells_its_place(machines: Machines, state: dict[str, Any], place: str) -> None:
    if state.get("Resource") == "LIST":
        state = {**state, "Resource": "arn:aws:states:::aws-sdk:s3:listBuckets"}
    machine = {
        "StartAt": "Only",
        "States": {"Only": state if state["Type"] in ("Fail", "Choice") else {**state, "End": True}},
    }
    execution = machines.start(machine)
    cause = machines.end(execution)["cause"]
    where = f"specified for the field '{place}' returned nothing" if place else "returned nothing"
    assert where in cause
    failed = [e["evaluationFailedEventDetails"] for e in machines.events(execution) if e["type"] == "EvaluationFailed"]
    assert [event.get("location") for event in failed if place] == ([place] if place else [])


def test_every_field_is_a_part_of_moto() -> None:
    def kinds(kind: Any) -> set[str]:
        return {kind.__name__}.union(*(kinds(child) for child in kind.__subclasses__()))

    assert set(FIELDS) <= kinds(EvalComponent)


def test_variables_are_assigned_when_a_state_is_left(machines: Machines) -> None:
    states = {
        "First": {"Type": "Pass", "Assign": {"v": 1}, "Output": "{% $exists($v) %}", "Next": "Second"},
        "Second": {
            **task("aws-sdk:s3:listBuckets", {}),
            "End": False,
            "Assign": {"v": "{% $v + 1 %}", "first": "{% $states.input %}"},
            "Output": "{% $v %}",
            "Next": "Third",
        },
        "Third": {"Type": "Pass", "Output": "{% [$states.input, $v, $first] %}", "End": True},
    }
    del states["Second"]["End"]
    assert machines.output({"StartAt": "First", "States": states}) == [1, 2, False]


def test_a_failing_branch_aborts_the_others(machines: Machines) -> None:
    waits = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 99_999, "End": True}}}
    late = {
        "StartAt": "Later",
        "States": {"Later": {"Type": "Wait", "Seconds": 60, "Next": "Call"}, "Call": NOBODY},
    }
    execution = machines.start(one_state(Type="Parallel", Branches=[waits, late]))
    assert machines.end(execution)["error"] == "SageMaker.SageMakerException"
    types = [event["type"] for event in machines.events(execution)]
    assert types[-5:] == [
        "TaskFailed",
        "WaitStateAborted",
        "TaskStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


def test_a_failing_iteration_aborts_the_others(machines: Machines) -> None:
    """Nothing is told of them afterwards, and a Map that is tried again runs them all again."""
    states = {
        "Hold": {"Type": "Wait", "Seconds": "{% $states.input %}", "Next": "Call"},
        "Call": NOBODY,
    }
    again = {"ErrorEquals": ["States.ALL"], "MaxAttempts": 1, "IntervalSeconds": 1}
    execution = machines.start(
        one_state(
            Type="Map", Items=[30, 600, 99_999], ItemProcessor={"StartAt": "Hold", "States": states}, Retry=[again]
        )
    )
    assert machines.end(execution)["error"] == "SageMaker.SageMakerException"
    time.sleep(1)
    events = machines.events(execution)
    ends = ["MapIterationFailed", "TaskStateAborted", *["MapIterationAborted", "WaitStateAborted"] * 2]
    types = [event["type"] for event in events]
    assert types[-8:] == [*ends, "MapStateFailed", "ExecutionFailed"]
    assert types[: types.index("MapIterationFailed") + 7][-7:] == [*ends, "MapStateStarted"]
    aborted = [event["mapIterationAbortedEventDetails"]["index"] for event in events if event["type"] == ends[2]]
    assert aborted == [1, 2] * 2
    failure = next(event["id"] for event in events if event["type"] == "TaskFailed")
    told = events[types.index("MapIterationFailed") :][: len(ends)]
    assert {event["previousEventId"] for event in told} == {failure}


def test_a_map_that_is_stopped_tells_nothing_of_its_iterations(machines: Machines) -> None:
    waits = one_state(Type="Wait", Seconds=99_999)
    execution = machines.start(one_state(Type="Map", Items=[1, 2], ItemProcessor=waits))
    wait_for("the iterations", lambda: machines.entered(execution, "Only"))
    machines.sfn.stop_execution(executionArn=execution)
    assert machines.end(execution)["status"] == "ABORTED"
    assert not [
        event for event in machines.events(execution) if "Iteration" in event["type"] and "Started" not in event["type"]
    ]


@pytest.mark.parametrize(
    ("path", "one"),
    [
        ("$[0].x", True),
        ("$.a[0].b[1].c", True),
        ("$['a:b'].c", True),
        ("$.a[*].b", False),
        ("$.a[0:1]", False),
        ("$.a[0,1]", False),
        ("$..a", False),
        ("$.a[?(@.b==1)]", False),
    ],
)
def test_paths_that_name_one_value(path: str, one: bool) -> None:
    assert names_one_value(path) is one


def test_a_choice_on_a_member_of_an_item(machines: Machines) -> None:
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$[0].x", "NumericEquals": 1, "Next": "Right"}],
            "Default": "Wrong",
        },
        "Right": {"Type": "Pass", "Parameters": {"x.$": "$[0].x", "all.$": "$[*].x"}, "End": True},
        "Wrong": {"Type": "Fail", "Error": "Wrong"},
    }
    machine = {"QueryLanguage": "JSONPath", "StartAt": "Choose", "States": states}
    assert machines.output(machine, [{"x": 1}]) == {"x": 1, "all": [1]}


def test_keywords_are_names_and_texts_in_documents(machines: Machines) -> None:
    document = {"RoleArn.$": "$.role", "JSONPath": "JSONata", "Task": {"Type": "Map", "Next": ["INLINE", "States.ALL"]}}
    machine = {"QueryLanguage": "JSONPath", **one_state(Type="Pass", Parameters=document)}
    assert machines.output(machine, {"role": "mine"}) == {
        "RoleArn": "mine",
        "JSONPath": "JSONata",
        "Task": {"Type": "Map", "Next": ["INLINE", "States.ALL"]},
    }


def test_a_task_gets_its_role_by_a_path(machines: Machines) -> None:
    put = task("aws-sdk:s3:putObject", {})
    del put["Arguments"]
    given = {"Bucket": BUCKET, "Key": "role", "Body": {"RoleArn.$": "$.role"}}
    machines.output({"QueryLanguage": "JSONPath", **one_state(**put, Parameters=given)}, {"role": "mine"})
    stored = machines.aws.client("s3").get_object(Bucket=BUCKET, Key="role")["Body"].read()
    assert stored == b'{"RoleArn":"mine"}'


def test_a_definition_that_is_no_json_is_left_as_it_is() -> None:
    assert as_parsed("{") == "{"


def test_long_expressions_are_read_as_they_are_written(machines: Machines) -> None:
    long = "'\\u00e9 \\\\ \\\"%} {% \ue001' & $states.input.a & '" + "x" * 200 + "'"
    output = {f"{{% {long} %}}": f"{{% {long} %}}", "no expression": "{% " + "x" * 200, "short": "{% 'y' %}"}
    value = 'é \\ "%} {% \ue001!' + "x" * 200
    found = machines.output(one_state(Type="Pass", Output=output), {"a": "!"})
    assert found == {**output, f"{{% {long} %}}": value, "short": "y"}


def test_what_is_wrong_with_a_definition_is_said_where_it_stands(machines: Machines) -> None:
    long = "{% '" + "x" * 200 + "' %}"
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": long, "Nothing": 1}}}
    with pytest.raises(ClientError, match=r"line 1:[23]\d\d, at \"Nothing\""):
        machines.create(definition)


def test_an_execution_without_a_matching_rule_fails_by_its_name(machines: Machines) -> None:
    choose = {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "Other"}]}
    states = {"Choose": choose, "Other": {"Type": "Succeed"}}
    description = machines.run({"StartAt": "Choose", "States": states})
    assert description["error"] == "States.NoChoiceMatched"
    assert "'Choose'" in description["cause"]


def test_a_stopped_parallel_ends(machines: Machines) -> None:
    waits = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 99_999, "End": True}}}
    execution = machines.start(one_state(Type="Parallel", Branches=[waits]))
    wait_for("the branch", lambda: machines.entered(execution, "Wait"))
    machines.sfn.stop_execution(executionArn=execution)
    assert machines.end(execution)["status"] == "ABORTED"
