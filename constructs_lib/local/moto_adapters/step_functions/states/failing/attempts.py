"""A Task, Map or Parallel is tried as one: its work and its Output, which is evaluated after the last attempt only.

In moto an error in a state's own Output is not the state's failure, and can neither be retried nor caught.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/: execute_state.py, state_map/state_map.py and
state_parallel/state_parallel.py, which do the same three times.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

import copy
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.state_parallel import StateParallel

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.states.failing.outcomes import is_retried
from constructs_lib.local.moto_adapters.step_functions.states.steps import forget_assigned


def patches(_: Emulation) -> list[Patch]:
    """Do it once for all three."""
    return [
        Patch(owner=state, name="_eval_state", signature="(self, env)", make=lambda _: _eval_state)
        for state in (ExecutionState, StateMap, StateParallel)
    ]


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
            if not is_retried(self, env, failure, event):
                break


def _branch_input(self: Any, env: Any) -> Any:
    if self.parargs is not None:
        self.parargs.eval(env=env)
    return env.stack.pop()
