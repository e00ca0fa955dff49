"""Definitions: what is refused, in which words, and a state that is tested by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.local.conformance.case import Case, answers, refuses
from tests.local.machines import ROLE, one_state

_VALIDATION = "test_sfn_api_validation.py: test_validate_state_machine_definition_"
_STATE = "test_test_state_scenarios.py: test_base_inspection_level_info"
_FINE: dict[str, object] = {"result": "OK", "diagnostics": [], "truncated": False}
_PASS = one_state(Type="Pass")
_RESOURCE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
_DOWNGRADED = {"QueryLanguage": "JSONata", **one_state(Type="Pass", QueryLanguage="JSONPath")}


def _validated(name: str, definition: object, source: str, *diagnostics: Mapping[str, str], kind: str) -> Case:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    failed = {"result": "FAIL", "truncated": False}
    found = [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", **one} for one in diagnostics]
    return Case(
        name=f"{name}, {kind}",
        source=f"{_VALIDATION}{source}",
        call=("validate_state_machine_definition", {"definition": text, "type": kind}),
        want=answers({**failed, "diagnostics": found} if diagnostics else _FINE),
    )


def _refused(name: str, definition: object, source: str, told: str, kind: str = "STANDARD") -> Case:
    parameters = {"name": "refused", "definition": json.dumps(definition), "roleArn": ROLE, "type": kind}
    return Case(
        name=f"CreateStateMachine: {name}",
        source=source,
        call=("create_state_machine", parameters),
        want=refuses("InvalidDefinition", f"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: {told}'"),
    )


def _tested(name: str, state: dict[str, Any], run_input: object, answer: dict[str, object]) -> Case:
    call = {"definition": json.dumps(state), "roleArn": ROLE, "input": json.dumps(run_input)}
    return Case(name=f"TestState: {name}", source=f"{_STATE}[{name}]", call=("test_state", call), want=answers(answer))


_NO_START = {"location": "/", "message": "These fields are required: [StartAt]"}
_DOWNGRADE = {
    "location": "/States/Only",
    "message": "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
}
_GREETING = {"Value": "HelloWorld"}
_TWENTIES = {"And": [{"Variable": "$.value", "NumericGreaterThanEquals": 20}], "Next": "ValueInTwenties"}

CASES = (
    *(
        case
        for kind, suffix in (("STANDARD", "type_standard"), ("EXPRESS", "type_express"))
        for case in (
            _validated("a machine", _PASS, f"{suffix}[VALID_BASE_PASS]", kind=kind),
            _validated(
                "no StartAt", {"States": _PASS["States"]}, f"{suffix}[INVALID_BASE_NO_STARTAT]", _NO_START, kind=kind
            ),
            _validated(
                "a state in the lesser language",
                _DOWNGRADED,
                f"{suffix}[INVALID_DOWNGRADE_QUERY_LANGUAGE]",
                _DOWNGRADE,
                kind=kind,
            ),
            _validated(
                "a state in its own language",
                one_state(Type="Pass", QueryLanguage="JSONata"),
                f"{suffix}[VALID_QUERY_LANGUAGE_PASS]",
                kind=kind,
            ),
        )
    ),
    _validated(
        "a token that is waited for",
        one_state(Type="Task", Resource=_RESOURCE, Parameters={"QueueUrl": "x", "MessageBody": "y"}),
        "type_express[ILLEGAL_WFTT]",
        {
            "location": "/States/Only/Resource",
            "message": "Express state machine does not support '.waitForTaskToken' service integration ",
        },
        kind="EXPRESS",
    ),
    _validated(
        "nothing",
        " ",
        "not_a_definition[EMPTY_STRING]",
        {"message": "Definition must be a valid JSON object"},
        kind="STANDARD",
    ),
    _validated(
        "an empty object",
        {},
        "not_a_definition[EMPTY_DICT]",
        {"location": "/", "message": "These fields are required: [States, StartAt]"},
        kind="STANDARD",
    ),
    Case(
        name="what is no JSON",
        source=f"{_VALIDATION}not_a_definition[NOT_A_DEF]",
        call=("validate_state_machine_definition", {"definition": "not a definition"}),
        want=answers(
            {
                "result": "FAIL",
                "truncated": False,
                "diagnostics": [
                    {
                        "severity": "ERROR",
                        "code": "INVALID_JSON_DESCRIPTION",
                        "location": '[Source: (String)"not a definition"; line: 1, column: 4]',
                        "message": "Unrecognized token 'not': …",
                    }
                ],
            }
        ),
    ),
    _refused(
        "no States",
        {"StartAt": "A"},
        "test_sfn_api.py: test_create_delete_invalid_sm",
        "These fields are required: [States] at /",
    ),
    _refused(
        "an unknown type",
        {"StartAt": "A", "States": {"A": {"Type": "Nonsense"}}},
        "test_test_state_machine_scenarios.py: test_state_name_invalid_state_definition",
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at "
        "/States/A/Type",
    ),
    _refused(
        "a Parallel without branches",
        one_state(Type="Parallel", Branches=[]),
        "test_state_mock_validation.py: test_parallel_state_empty_branches",
        "Value cannot be empty at /States/Only/Branches",
    ),
    _refused(
        ".sync in an Express workflow",
        one_state(
            Type="Task", Resource="arn:aws:states:::states:startExecution.sync", Parameters={"StateMachineArn": "x"}
        ),
        "test_sfn_api_express.py: test_illegal_callbacks[SYNC]",
        "Express state machine does not support '.sync' service integration at /States/Only/Resource",
        "EXPRESS",
    ),
    _refused(
        "an activity in an Express workflow",
        one_state(Type="Task", Resource="arn:aws:states:us-east-1:123456789012:activity:a"),
        "test_sfn_api_express.py: test_illegal_activity_task",
        "Express state machine does not support Activity ARN at /States/Only/Resource",
        "EXPRESS",
    ),
    Case(
        name="CreateStateMachine: a name that is taken",
        source="test_sfn_api.py: test_create_duplicate_sm_name",
        call=("create_state_machine", {"name": "child-echoes", "definition": json.dumps(_PASS), "roleArn": ROLE}),
        want=refuses("StateMachineAlreadyExists", "State Machine Already Exists: '…:stateMachine:child-echoes'"),
    ),
    _tested(
        "BASE_PASS_STATE",
        {"Type": "Pass", "End": True},
        _GREETING,
        {"status": "SUCCEEDED", "output": '{"Value":"HelloWorld"}'},
    ),
    _tested(
        "BASE_RESULT_PASS_STATE",
        {"Type": "Pass", "Result": {"resultKey": "result value"}, "End": True},
        _GREETING,
        {"status": "SUCCEEDED", "output": '{"resultKey":"result value"}'},
    ),
    _tested(
        "BASE_FAIL_STATE",
        {"Type": "Fail", "Error": "SomeFailure", "Cause": "it was to fail"},
        _GREETING,
        {"status": "FAILED", "error": "SomeFailure", "cause": "it was to fail"},
    ),
    _tested(
        "BASE_SUCCEED_STATE",
        {"Type": "Succeed"},
        _GREETING,
        {"status": "SUCCEEDED", "output": '{"Value":"HelloWorld"}'},
    ),
    _tested(
        "BASE_CHOICE_STATE",
        {"Type": "Choice", "Choices": [_TWENTIES], "Default": "DefaultState"},
        {"type": "Private", "value": 22},
        {"status": "SUCCEEDED", "output": '{"type":"Private","value":22}', "nextState": "ValueInTwenties"},
    ),
    Case(
        name="TestState: a task without a role",
        source="test_test_state_scenarios.py: test_base_lambda_service_task_state_no_role_arn_validation",
        call=(
            "test_state",
            {
                "definition": json.dumps(
                    {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:listBuckets", "End": True}
                )
            },
        ),
        want=refuses("ValidationException", "RoleArn must be specified when testing a Task state"),
    ),
)
