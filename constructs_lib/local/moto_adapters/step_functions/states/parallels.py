"""A Parallel whose branch fails: the other branches are stopped, and the history tells which states were aborted.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_parallel/branches_decl.py.
https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
"""

from __future__ import annotations

import copy
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import (
    BranchesDecl,
    BranchWorkerPool,
)

from constructs_lib.local.moto_adapters.emulation import LOOK_SECONDS, Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import details
from constructs_lib.local.moto_adapters.step_functions.states.error_names import name_of

_ABORTED = {
    "Map": HistoryEventType.MapStateAborted,
    "Parallel": HistoryEventType.ParallelStateAborted,
    "Task": HistoryEventType.TaskStateAborted,
    "Wait": HistoryEventType.WaitStateAborted,
}
"""The event of an aborted state, by its type; the others take no time."""


def patches(_: Emulation) -> list[Patch]:
    """Run the branches."""
    return [Patch(owner=BranchesDecl, name="_eval_body", signature="(self, env)", make=lambda _: _run)]


def _run(self: Any, env: Any) -> None:
    given = env.stack.pop()
    pool = BranchWorkerPool(workers_num=len(self.programs))
    workers = []
    for program in self.programs:
        frame = env.open_inner_frame()
        frame.states.reset(input_value=copy.deepcopy(given))
        worker: Any = BranchWorker(branch_worker_comm=pool, program=program, env=frame)
        workers.append(worker)
        worker.start()
    while not pool._termination_event.wait(LOOK_SECONDS) and env.is_running():
        pass
    failed = pool.get_exit_event_details()
    if failed is not None:
        for worker in workers:
            _abort(env, worker)
        raise FailureEventException(
            FailureEvent(
                env=env,
                error_name=name_of(failed.get("error")),
                event_type=HistoryEventType.ExecutionFailed,
                event_details=details(executionFailedEventDetails=failed),
            )
        )
    for worker in workers:
        env.close_frame(worker.env)
    env.stack.append([worker.env.states.get_input() for worker in workers])


def tell_aborted(env: Any, frame: Any) -> None:
    """Tell of the state that a branch or an iteration was in; a task that has failed was in it until now."""
    state = getattr(frame, "current_state", None)
    event = _ABORTED.get(state.state_type.name) if state is not None else None
    if event is not None:
        env.event_manager.add_event(context=env.event_history_context, event_type=event, update_source_event_id=False)


def _abort(env: Any, worker: Any) -> None:
    """Stop a branch and tell of the state it was in."""
    worker.stop(stop_date=None, cause=None, error=None)
    env.close_frame(worker.env)
    tell_aborted(env, worker.env)
