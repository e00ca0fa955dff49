"""Starting, stopping, describing and listing executions as Step Functions does.

Reaches into moto/stepfunctions/responses.py, parser/models.py, parser/backend/execution.py,
parser/backend/execution_worker.py and parser/asl/eval/environment.py.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramStopped,
    ProgramTimedOut,
)
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.moto_adapters.emulation import LOOK_SECONDS, Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.api.redrives import redrive_summary
from constructs_lib.local.moto_adapters.step_functions.api.versions import association, unqualified

_STOP_WALL_SECONDS = 60.0
"""How long a stop waits for the execution to leave what it is doing; a running HTTP call is waited for."""


def patches(emulation: Emulation) -> list[Patch]:
    """Give executions a name, an end and the clock's times."""
    return [
        Patch(
            owner=StepFunctionsParserBackend,
            name="start_execution",
            signature="(self, state_machine_arn, name, execution_input, trace_header)",
            make=_named,
        ),
        Patch(
            owner=Execution,
            name="__init__",
            signature="(self, name, sm_type, role_arn, exec_arn, account_id, region_name, state_machine, start_date, "
            "cloud_watch_logging_session, activity_store, input_data, trace_header)",
            make=lambda original: _started_by(emulation, original),
        ),
        Patch(
            owner=BaseExecutionWorkerCommunication,
            name="_reflect_execution_status",
            signature="(self)",
            make=lambda _: _ended_by(emulation),
        ),
        Patch(owner=Environment, name="set_error", signature="(self, error)", make=_unless_stopped),
        Patch(owner=StepFunctionResponse, name="stop_execution", signature="(self)", make=lambda _: _stop_response),
        Patch(
            owner=StepFunctionResponse, name="describe_execution", signature="(self)", make=lambda _: _describe_response
        ),
        Patch(owner=StepFunctionResponse, name="list_executions", signature="(self)", make=lambda _: _list_response),
    ]


def execution_of(arn: str) -> Any:
    """Return an execution of any account and Region."""
    _, _, _, region, account, *_ = arn.split(":")
    return stepfunctions_parser_backends[account][region].describe_execution(arn)


def stop(execution: Any, *, error: str | None = None, cause: str | None = None) -> None:
    """Stop an execution and wait until it has ended. One that has ended stays as it is.

    Raises:
        TimeoutError: If it does not end.
    """
    until = time.monotonic() + _STOP_WALL_SECONDS
    while execution.exec_status == ExecutionStatus.RUNNING:
        env = execution.exec_worker.env
        if env is not None:  # it has none yet in its first moments
            env.set_stop(stop_date=None, error=error, cause=cause)
        if time.monotonic() > until:
            raise TimeoutError(f"execution {execution.name} did not stop within {_STOP_WALL_SECONDS} s")
        time.sleep(LOOK_SECONDS)


def stop_all() -> None:
    """Stop every execution of every account and Region."""
    for account in list(stepfunctions_parser_backends.values()):
        for backend in list(account.values()):
            for execution in backend._get_executions(ExecutionStatus.RUNNING):
                stop(execution, cause="the embedded AWS was closed")


def _named(original: Any) -> Any:
    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: Any = None,
        trace_header: Any = None,
    ) -> Any:
        if name:
            self._validate_name(name)
        return original(self, state_machine_arn, name or str(uuid.uuid4()), execution_input, trace_header)

    return start_execution


def _started_by(emulation: Emulation, original: Any) -> Any:
    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.start_date = emulation.clock.now()

    return initialise


def _ended_by(emulation: Emulation) -> Any:
    def reflect_execution_status(self: Any) -> None:
        execution = self.execution
        env = execution.exec_worker.env
        state = env.program_state()
        if isinstance(state, ProgramEnded):
            status = ExecutionStatus.SUCCEEDED
            execution.output = env.states.get_input()
        elif isinstance(state, ProgramStopped):
            status = ExecutionStatus.ABORTED
            execution.error, execution.cause = state.error, state.cause
        elif isinstance(state, ProgramTimedOut):
            status = ExecutionStatus.TIMED_OUT
        elif isinstance(state, ProgramError):
            status = ExecutionStatus.FAILED
            execution.error, execution.cause = (state.error or {}).get("error"), (state.error or {}).get("cause")
        else:
            raise RuntimeError(f"execution {execution.name} ended in an unknown way, {type(state).__name__}")
        execution.stop_date = emulation.clock.now()
        # last, so that whoever sees the status sees the rest too
        execution.exec_status = status

    return reflect_execution_status


def _unless_stopped(original: Any) -> Any:
    def set_error(self: Any, error: Any) -> None:
        # what an interrupted state complains about must not turn ABORTED into FAILED
        if not isinstance(self._program_state, ProgramStopped | ProgramTimedOut):
            original(self, error=error)

    return set_error


def _stop_response(self: Any) -> ActionResult:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    stop(execution, error=self._get_param("error"), cause=self._get_param("cause"))
    return ActionResult({"stopDate": execution.stop_date})


def _describe_response(self: Any) -> ActionResult:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    answer = {
        **_summary(execution),
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        **redrive_summary(execution),
    }
    if execution.exec_status == ExecutionStatus.SUCCEEDED:
        answer["output"] = to_json_str(execution.output, separators=(",", ":"))
        answer["outputDetails"] = {"included": True}
    answer.update({key: value for key in ("error", "cause") if (value := getattr(execution, key)) is not None})
    return ActionResult(answer)


def _list_response(self: Any) -> ActionResult:
    executions, next_token = self.stepfunction_backend.list_executions(
        self._get_param("stateMachineArn"),
        status_filter=self._get_param("statusFilter"),
        max_results=self._get_int_param("maxResults"),
        next_token=self._get_param("nextToken"),
    )
    return ActionResult({"executions": [_summary(execution) for execution in executions], "nextToken": next_token})


def _summary(execution: Any) -> dict[str, Any]:
    summary = {
        "executionArn": execution.execution_arn,
        "stateMachineArn": unqualified(execution.state_machine_arn),
        **association(execution),
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "redriveCount": redrive_summary(execution)["redriveCount"],
    }
    return summary if execution.stop_date is None else {**summary, "stopDate": execution.stop_date}
