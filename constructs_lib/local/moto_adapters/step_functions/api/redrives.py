"""RedriveExecution: an execution that failed, was aborted or timed out goes on at the state it was in.

moto has no redrive. Here each state that is entered is remembered with its input and the variables as they were, and a
redrive evaluates the same machine from there, in the same history. A Parallel or Map that is redriven runs all its
branches again, where Step Functions runs only those that did not succeed.

Reaches into moto/stepfunctions/responses.py, parser/asl/component/state/state.py and parser/backend/execution.py.
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionRedrivenEventDetails, ExecutionStatus, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.flow.start_at import StartAt
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch
from constructs_lib.local.moto_adapters.step_functions import failures

_REDRIVABLE = (ExecutionStatus.FAILED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT)


class ExecutionNotRedrivable(AWSError):  # noqa: N818 - the API's name
    """What RedriveExecution answers for an execution that runs or has succeeded."""

    TYPE = "ExecutionNotRedrivable"
    STATUS = 400


@dataclass(frozen=True, kw_only=True)
class _Entered:
    """The state that an execution is in, as it was when it was entered."""

    state: str
    state_input: Any
    variables: dict[str, Any]


def patches(emulation: Emulation) -> list[Patch]:
    """Remember each state that is entered, and answer RedriveExecution."""
    return [
        Patch(owner=CommonStateField, name="_eval_state_input", signature="(self, env)", make=_remembered),
        Patch(
            owner=StepFunctionResponse,
            name="redrive_execution",
            signature=ABSENT,
            make=lambda _: _redrive_response(emulation),
        ),
    ]


def redrive_summary(execution: Any) -> dict[str, Any]:
    """Return what DescribeExecution says about redrives."""
    summary = {"redriveCount": getattr(execution, "redrive_count", 0)}
    if summary["redriveCount"]:
        summary["redriveDate"] = execution.redrive_date
    if execution.exec_status in _REDRIVABLE:
        return {**summary, "redriveStatus": "REDRIVABLE"}
    return {
        **summary,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": f"Execution is {execution.status} and cannot be redriven",
    }


def _remembered(original: Any) -> Any:
    def eval_state_input(self: Any, env: Any) -> None:
        if not env.is_frame():
            env.entered = _Entered(
                state=self.name,
                state_input=env.states.get_input(),
                variables=copy.deepcopy(env.variable_store._inner_scope),
            )
        original(self, env)

    return eval_state_input


def _redrive_response(emulation: Emulation) -> Any:
    def redrive_execution(self: Any) -> ActionResult:
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        entered = getattr(execution.exec_worker.env, "entered", None)
        if execution.exec_status not in _REDRIVABLE or entered is None:
            raise ExecutionNotRedrivable(f"Execution is {execution.status} and cannot be redriven")
        _redrive(emulation, execution, entered)
        return ActionResult({"redriveDate": execution.redrive_date})

    return redrive_execution


def _redrive(emulation: Emulation, execution: Any, entered: _Entered) -> None:
    execution.redrive_count = getattr(execution, "redrive_count", 0) + 1
    execution.redrive_date = emulation.clock.now()
    before = execution.exec_worker.env
    worker = execution._get_start_execution_worker()
    env = worker._get_evaluation_environment()
    env.event_manager, env.event_history_context = before.event_manager, before.event_history_context
    env.variable_store._inner_scope.update(copy.deepcopy(entered.variables))
    env.states.reset(entered.state_input)
    context = env.states.context_object.context_object_data["Execution"]
    context["RedriveCount"] = execution.redrive_count
    context["RedriveTime"] = emulation.timestamp()
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.ExecutionRedriven,
        event_details=failures.details(
            executionRedrivenEventDetails=ExecutionRedrivenEventDetails(redriveCount=execution.redrive_count)
        ),
    )
    program = worker._get_evaluation_entrypoint()
    program.start_at = StartAt(entered.state)
    worker.env = env

    def evaluate() -> None:
        program.eval(env)
        worker._execution_communication.terminated()

    execution.exec_worker = worker
    execution.error = execution.cause = execution.stop_date = None
    execution.exec_status = ExecutionStatus.RUNNING
    threading.Thread(target=evaluate, daemon=True).start()
