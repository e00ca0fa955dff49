"""The context object."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.machines import ROLE, one_state, task

_FILE = "test_context_object.py: "
_EXECUTION = {
    "Id": "arn:aws:states:us-east-1:123456789012:execution:…:…",
    "Input": {"input-value": 0},
    "StartTime": "…Z",
    "Name": "…",
    "RoleArn": ROLE,
    "RedriveCount": 0,
}
_CONTEXT = {
    "Execution": _EXECUTION,
    "StateMachine": {"Id": "arn:aws:states:us-east-1:123456789012:stateMachine:…", "Name": "…"},
    "State": {"Name": "Only", "EnteredTime": "…Z"},
}
_INPUT = {"input-value": 0}
_WITH_COUNT = {**_CONTEXT, "State": {"Name": "Only", "EnteredTime": "…Z", "RetryCount": 0}}


def _path(**state: Any) -> dict[str, Any]:
    return {**one_state(Type="Pass", **state), "QueryLanguage": "JSONPath"}


CASES = (
    Case(
        name="InputPath $$",
        source=f"{_FILE}test_input_path[$$]",
        machine=_path(InputPath="$$"),
        run_input=_INPUT,
        want=gives(_CONTEXT, "Pass+ Pass-"),
    ),
    Case(
        name="InputPath of a part",
        source=f"{_FILE}test_input_path[$$.Execution.Input]",
        machine=_path(InputPath="$$.Execution.Input"),
        run_input=_INPUT,
        want=gives(_INPUT, "Pass+ Pass-"),
    ),
    Case(
        name="OutputPath $$",
        source=f"{_FILE}test_output_path[$$]",
        machine=_path(OutputPath="$$"),
        run_input=_INPUT,
        want=gives(_CONTEXT, "Pass+ Pass-"),
    ),
    Case(
        name="$states.context in a Pass state",
        source="test_output.py: test_base_cases[BASE_EXPR]",
        machine=one_state(Type="Pass", Output="{% $states.context %}"),
        run_input=_INPUT,
        want=gives(_CONTEXT, "Pass+ Pass-"),
    ),
    Case(
        name="$states.context in a Task state",
        source="test_test_state_scenarios.py: test_state_task_catch_error[INFO]",
        machine=one_state(**task("aws-sdk:sfn:listStateMachines", {"MaxResults": 1}, Output="{% $states.context %}")),
        run_input=_INPUT,
        want=gives(_WITH_COUNT),
    ),
    Case(
        name="$states.context in a Wait state",
        source="test_output.py: test_base_cases[BASE_EXPR], of a Pass state",
        machine=one_state(Type="Wait", Seconds=0, Output="{% $states.context %}"),
        run_input=_INPUT,
        want=gives(_CONTEXT),
    ),
    Case(
        name="ItemsPath of the context",
        source=f"{_FILE}test_items_path",
        machine={
            **one_state(
                Type="Map", ItemsPath="$$.Execution.Input.items", ItemProcessor=one_state(Type="Pass"), MaxConcurrency=1
            ),
            "QueryLanguage": "JSONPath",
        },
        run_input={"items": ["item-0"]},
        want=gives(["item-0"]),
    ),
    Case(
        name="ErrorPath and CausePath of the context",
        source=f"{_FILE}test_error_cause_path",
        machine={
            "QueryLanguage": "JSONPath",
            "StartAt": "Only",
            "States": {
                "Only": {
                    "Type": "Fail",
                    "ErrorPath": "$$.State.Name",
                    "CausePath": "States.Format('{}', $$.State.Name)",
                }
            },
        },
        want=fails("Only", "Only", "Fail+"),
    ),
    Case(
        name="the execution's input in a later state",
        source="test_base.py: test_query_context_object_values",
        machine={
            "StartAt": "First",
            "States": {
                "First": {"Type": "Pass", "Output": "x", "Next": "Second"},
                "Second": {
                    "Type": "Pass",
                    "Output": "{% [$states.context.Execution.Input, $states.context.State.Name] %}",
                    "End": True,
                },
            },
        },
        run_input={"message": "TestMessage"},
        want=gives([{"message": "TestMessage"}, "Second"], "Pass+ Pass- Pass+ Pass-"),
    ),
    Case(
        name="ResultSelector of the context",
        source=f"{_FILE}test_result_selector",
        machine={
            "QueryLanguage": "JSONPath",
            **one_state(
                Type="Task",
                Resource="arn:aws:states:::aws-sdk:sfn:listStateMachines",
                ResultSelector={"Context.$": "$$.Execution.Input", "Machines.$": "$.StateMachines"},
            ),
        },
        run_input=_INPUT,
        want=gives({"Context": _INPUT, "Machines": ANY}),
    ),
)
