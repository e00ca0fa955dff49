"""What becomes of an attempt that has failed: it is told, and then retried, caught, or given on.

States.Runtime is neither retried nor caught nor told in an event of its own, and Retry goes before Catch.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/execute_state.py.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.retry.retry_outcome import RetryOutcome
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel

from constructs_lib.local.moto_adapters.step_functions.failures import tell_evaluation_failed

_RUNTIME = "States.Runtime"


def is_retried(self: Any, env: Any, failure: FailureEventException, event: Any) -> bool:
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
