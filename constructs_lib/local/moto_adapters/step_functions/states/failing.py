"""What a Task, Map or Parallel does when it fails: told, retried, caught, or given on.

An error in its own Output is its own failure too, States.Runtime is neither retried nor caught nor told in an event of
its own, and the Output of what has been retried sees the last attempt only.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/: execute_state.py, state_map/state_map.py and
state_parallel/state_parallel.py, which do the same three times.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import copy
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch
from constructs_lib.local.moto_adapters.step_functions.failures import tell_evaluation_failed
from constructs_lib.local.moto_adapters.step_functions.states.steps import forget_assigned

_RUNTIME = "States.Runtime"


def patches(_: Emulation) -> list[Patch]:
    """Do it once for all three."""
    return [
        Patch(owner=state, name="_eval_state", signature="(self, env)", make=lambda _: _eval_state)
        for state in (ExecutionState, StateMap, StateParallel)
    ] + [Patch(owner=state_map, name="type", signature=ABSENT, make=lambda _: _shown)]


def _eval_state(self: Any, env: Any) -> None:
    env.states.context_object.context_object_data["State"]["RetryCount"] = 0
    entered_with = copy.deepcopy(env.states.get_input())
    stack = list(env.stack)
    branch_input = _branch_input(self, env) if isinstance(self, StateParallel) else None
    while env.is_running():
        try:
            if isinstance(self, StateParallel):
                env.stack.append(copy.deepcopy(branch_input))
            self._evaluate_with_timeout(env)
            if env.is_running():
                self._eval_state_output(env)
                env.is_output_made = True
            break
        except Exception as error:  # whatever it is, moto names it
            forget_assigned(env)
            event = self._from_error(env=env, ex=error)
            failure = error if isinstance(error, FailureEventException) else FailureEventException(failure_event=event)
            if not env.is_running():
                raise failure from error
            env.states.reset(entered_with)
            env.stack[:] = stack
            if not _is_retried(self, env, failure, event):
                break


def _shown(value: Any) -> str:
    """Show a Map's input that is no array; moto shows its Python type."""
    return to_json_str(value, separators=(",", ":"))


def _branch_input(self: Any, env: Any) -> Any:
    if self.parargs is not None:
        self.parargs.eval(env=env)
    return env.stack.pop()


def _is_retried(self: Any, env: Any, failure: FailureEventException, event: Any) -> bool:
    """Say whether a failure is retried; or catch it, or raise it."""
    name = event.error_name.error_name if event.error_name is not None else None
    if name == _RUNTIME:
        raise failure
    _tell(self, env, failure, event)
    output = self._construct_error_output_value(failure_event=event)
    if event.event_type == HistoryEventType.EvaluationFailed:
        output["Cause"] = (failure.get_evaluation_failed_event_details() or {}).get("cause", output["Cause"])
    env.states.set_error_output(output)
    if self.retry and self._handle_retry(env=env, failure_event=event) == RetryOutcome.CanRetry:
        return True
    if isinstance(self, StateMap | StateParallel):
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.MapStateFailed
            if isinstance(self, StateMap)
            else HistoryEventType.ParallelStateFailed,
        )
    if self.catch:
        self._handle_catch(env=env, failure_event=event)
        if env.stack[-1] == CatchOutcome.Caught:
            env.is_output_made = True
            return False
    raise failure


def _tell(self: Any, env: Any, failure: FailureEventException, event: Any) -> None:
    """Write the failure into the history, unless it is there already."""
    if event.event_type == HistoryEventType.EvaluationFailed:
        tell_evaluation_failed(env, failure)
    elif not isinstance(self, StateMap | StateParallel):
        env.event_manager.add_event(
            context=env.event_history_context, event_type=event.event_type, event_details=event.event_details
        )
