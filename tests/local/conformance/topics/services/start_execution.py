"""Executions that start executions."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, fails, gives
from tests.local.conformance.play import arn_of
from tests.local.machines import one_state, task

_SFN = "test_sfn_task_service.py: test_start_execution"
_CALLBACK = "test_callback.py: test_start_execution_sync"
_METADATA = {"SdkHttpMetadata": {"AllHttpHeaders": ANY, "HttpHeaders": ANY, "HttpStatusCode": 200}}
_STARTED = {"ExecutionArn": ANY, "StartDate": ANY, "SdkResponseMetadata": {"RequestId": ANY}, **_METADATA}
_CALLED = "Task+ TaskScheduled TaskStarted TaskSucceeded Task-"
_WAITED = "Task+ TaskScheduled TaskStarted TaskSubmitted TaskSucceeded Task-"


def _run(child: str, run_input: object = None, pattern: str = "", **more: Any) -> dict[str, Any]:
    arguments = {"StateMachineArn": arn_of(child), "Input": run_input, **more}
    return one_state(**task(f"states:startExecution{pattern}", arguments))


def _ended(child: str, run_input: object, output: object) -> dict[str, object]:
    return {
        "ExecutionArn": f"arn:aws:states:us-east-1:123456789012:execution:{child}:…",
        "Input": run_input,
        "InputDetails": {"Included": True},
        "Name": "…",
        "Output": output,
        "OutputDetails": {"Included": True},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "…",
        "StartDate": ANY,
        "StateMachineArn": arn_of(child),
        "Status": "SUCCEEDED",
        "StopDate": ANY,
    }


CASES = (
    Case(
        name="a start without input",
        source=_SFN,
        machine=_run("child-echoes"),
        want=gives(_STARTED, _CALLED),
    ),
    Case(
        name="a start with an object as input",
        source=f"{_SFN}_input_json",
        machine=_run("child-echoes", {"Hello": "World"}),
        want=gives(_STARTED, _CALLED),
    ),
    Case(
        name="a start with a name",
        source=_SFN,
        machine=_run("child-echoes", Name="TestStartTarget"),
        want=gives({**_STARTED, "ExecutionArn": "…:execution:child-echoes:TestStartTarget"}, _CALLED),
    ),
    Case(
        name="a machine that is not there",
        source="test_task_service_sfn.py: test_start_execution_no_such_arn",
        machine=_run("nobody"),
        want=fails(
            "StepFunctions.StateMachineDoesNotExistException",
            "State Machine Does Not Exist: '…:stateMachine:nobody' (Service: AWSStepFunctions; Status Code: 400; "
            "Error Code: StateMachineDoesNotExist; Request ID: …; Proxy: null)",
            "Task+ TaskScheduled TaskStarted TaskFailed",
        ),
    ),
    Case(
        name=".sync gives input and output as text",
        source=_CALLBACK,
        machine=_run("child-succeeds", None, ".sync"),
        want=gives(_ended("child-succeeds", "{}", '{"Arg1":"argument1"}'), _WAITED),
    ),
    Case(
        name=".sync gives a string as input as it is",
        source="test_credentials_base.py: test_cross_account_states_start_sync_execution",
        machine=_run("child-succeeds", '"InputFromTrustedAccount"', ".sync"),
        want=gives(_ended("child-succeeds", '"InputFromTrustedAccount"', '{"Arg1":"argument1"}'), _WAITED),
    ),
    Case(
        name=".sync:2 gives input and output as JSON",
        source=f"{_CALLBACK}2",
        machine=_run("child-succeeds", None, ".sync:2"),
        want=gives(_ended("child-succeeds", {}, {"Arg1": "argument1"}), _WAITED),
    ),
    Case(
        name=".sync of a child that fails",
        source=f"{_CALLBACK}_delegate_failure",
        machine=_run("child-fails", None, ".sync"),
        want=fails(
            "States.TaskFailed",
            '{…"Error":"SomeFailure","Cause":"it was to fail"…}',
            "Task+ TaskScheduled TaskStarted TaskSubmitted TaskFailed",
        ),
    ),
    Case(
        name=".sync of a child that fails, caught",
        source=f"{_CALLBACK}_delegate_failure",
        machine={
            "StartAt": "Call",
            "States": {
                "Call": {
                    **_run("child-fails", None, ".sync:2")["States"]["Only"],
                    "Catch": [
                        {
                            "ErrorEquals": ["States.TaskFailed"],
                            "Output": "{% $parse($states.errorOutput.Cause).Error %}",
                            "Next": "Caught",
                        }
                    ],
                },
                "Caught": {"Type": "Pass", "End": True},
            },
        },
        want=gives("SomeFailure", "Task+ TaskScheduled TaskStarted TaskSubmitted TaskFailed Task- Pass+ Pass-"),
    ),
    Case(
        name="aws-sdk:sfn:startExecution",
        source="test_aws_sdk_task_service.py: test_sfn_start_execution",
        machine=one_state(
            **task("aws-sdk:sfn:startExecution", {"StateMachineArn": arn_of("child-echoes"), "Input": "{}"})
        ),
        want=gives({"ExecutionArn": ANY, "StartDate": "…Z"}, _CALLED),
    ),
    Case(
        name="aws-sdk:sfn:startExecution with an object as input",
        source="test_aws_sdk_task_service.py: test_sfn_start_execution_implicit_json_serialisation",
        machine=one_state(
            **task("aws-sdk:sfn:startExecution", {"StateMachineArn": arn_of("child-echoes"), "Input": {"a": [1]}})
        ),
        want=gives({"ExecutionArn": ANY, "StartDate": "…Z"}, _CALLED),
    ),
    Case(
        name="a token that nobody has",
        source="test_aws_sdk_task_service.py: test_sfn_send_task_outcome_with_no_such_token",
        machine=one_state(**task("aws-sdk:sfn:sendTaskSuccess", {"Output": "{}", "TaskToken": "no such token"})),
        want=fails(
            "Sfn.InvalidTokenException",
            "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: …) (SDK Attempt Count: 1)",
            "Task+ TaskScheduled TaskStarted TaskFailed",
        ),
    ),
)
