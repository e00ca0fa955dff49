"""TestState: one state, run by itself.

The state becomes a machine of its own, whose other states are where it leads; what came of it is read from the history.
Mocks, and the inspection data of the levels DEBUG and TRACE, are not made.

Reaches into moto/stepfunctions/responses.py, which has no TestState.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.moto_adapters.emulation import LOOK_SECONDS, Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch
from constructs_lib.local.moto_adapters.step_functions.api.executions import stop

_LONGEST_SECONDS = 300
"""Seconds that a state may take in a test, of the embedded AWS's clock; AWS ends it after five minutes too."""

_STATE = "StateName"
_BEFORE = "Variables"
_NOBODY = "arn:aws:iam::123456789012:role/none"


class ValidationException(AWSError):  # noqa: N818 - the API's name
    """The call is wrong."""

    TYPE = "ValidationException"
    STATUS = 400


def patches(emulation: Emulation) -> list[Patch]:
    """Answer TestState."""
    return [Patch(owner=StepFunctionResponse, name="test_state", signature=ABSENT, make=lambda _: _response(emulation))]


def _response(emulation: Emulation) -> Any:
    def test_state(self: Any) -> ActionResult:
        state = json.loads(self._get_param("definition"))
        role = self._get_param("roleArn")
        if state.get("Type") == "Task" and not role:
            raise ValidationException("RoleArn must be specified when testing a Task state")
        machine = self.stepfunction_backend.create_state_machine(
            name=f"test-state-{uuid.uuid4()}",
            definition=json.dumps(_alone(state, json.loads(self._get_param("variables") or "{}"))),
            roleArn=role or _NOBODY,
        )
        try:
            execution = self.stepfunction_backend.start_execution(
                machine.arn, name=str(uuid.uuid4()), execution_input=self._get_param("input") or "{}"
            )
            until = emulation.clock.elapsed() + _LONGEST_SECONDS
            while execution.exec_status == ExecutionStatus.RUNNING and emulation.clock.elapsed() < until:
                time.sleep(LOOK_SECONDS)
            stop(execution, error="States.Timeout")
            return ActionResult(_told(execution, execution.to_history_output()["events"]))
        finally:
            self.stepfunction_backend.delete_state_machine(machine.arn)

    return test_state


def _alone(state: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    """Return a machine of the state and of empty ones where it leads, and of one before it that has the variables."""
    targets = {name: {"Type": "Succeed"} for name in _targets(state) if name != _STATE}
    language = state.get("QueryLanguage", "JSONPath")
    machine = {"QueryLanguage": language, "StartAt": _STATE, "States": {_STATE: state, **targets}}
    if not variables:
        return machine
    # as JSON in a text, so that none of their texts is taken for an expression
    text = json.dumps(json.dumps(variables))
    assign = {name: f"{{% $lookup($parse({text}), {json.dumps(name)}) %}}" for name in variables}
    before = {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": assign, "Next": _STATE}
    return {**machine, "StartAt": _BEFORE, "States": {_BEFORE: before, **machine["States"]}}


def _targets(state: dict[str, Any]) -> Iterator[str]:
    yield from (state[field] for field in ("Next", "Default") if field in state)
    for field in ("Catch", "Choices"):
        yield from (member["Next"] for member in state.get(field, []) if "Next" in member)


def _told(execution: Any, events: list[dict[str, Any]]) -> dict[str, Any]:
    own = [event for event in events if _name(event) != _BEFORE]
    entered = [event["stateEnteredEventDetails"]["name"] for event in own if "stateEnteredEventDetails" in event]
    exited = [event["stateExitedEventDetails"]["output"] for event in own if "stateExitedEventDetails" in event]
    failed = _failure(own)
    if not exited and execution.exec_status == ExecutionStatus.SUCCEEDED:
        exited = [json.dumps(execution.output, separators=(",", ":"))]
    if not exited:
        told = {"error": execution.error, "cause": execution.cause}
        return {"status": "FAILED", **{key: value for key, value in told.items() if value is not None}}
    answer: dict[str, Any] = {"status": "SUCCEEDED", "output": exited[0]}
    if len(entered) > 1:
        answer["nextState"] = entered[1]
    # what the state itself has failed of was caught, since it was left
    return {**answer, "status": "CAUGHT_ERROR", **failed} if failed else answer


def _name(event: dict[str, Any]) -> str:
    details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails") or {}
    return str(details.get("name", ""))


def _failure(events: list[dict[str, Any]]) -> dict[str, str]:
    """Return the last error of the state itself, if it was not retried since."""
    told: dict[str, str] = {}
    for event in events:
        details = event.get("taskFailedEventDetails") or event.get("evaluationFailedEventDetails")
        if details is not None:
            told = {key: details[key] for key in ("error", "cause") if key in details}
        elif event["type"] in ("TaskSucceeded", "TaskScheduled"):
            told = {}
        elif "stateExitedEventDetails" in event:
            break
    return told
