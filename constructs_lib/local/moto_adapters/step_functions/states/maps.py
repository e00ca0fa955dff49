"""An inline Map whose iteration fails: the others are stopped, and the history tells which were aborted in which state.

The first failure is the Map's; an iteration that fails after it is aborted like those that still run. When the whole
execution is stopped nothing is told of its iterations.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_map/iteration/iteration_worker.py, which lets the
others run on.
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType, MapIterationEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import details
from constructs_lib.local.moto_adapters.step_functions.states.error_names import name_of
from constructs_lib.local.moto_adapters.step_functions.states.parallels import tell_aborted


def patches(_: Emulation) -> list[Patch]:
    """Run one iteration."""
    return [Patch(owner=IterationWorker, name="_eval_job", signature="(self, env, job)", make=lambda _: _run)]


def _run(self: Any, env: Any, job: Any) -> None:
    pool = self._job_pool
    with pool._mutex:
        running: dict[int, Any] = vars(pool).setdefault("running_frames", {})
        running[job.job_index] = env
    _tell(self, env, HistoryEventType.MapIterationStarted, "mapIterationStartedEventDetails", job.job_index, moves=True)
    failure = _failure(self, env, job)
    with pool._mutex:
        if running.pop(job.job_index, None) is None:
            # another has failed before, and has told what became of this one
            job.job_output = failure or _aborted(env)
        elif failure is None:
            _tell(self, env, HistoryEventType.MapIterationSucceeded, "mapIterationSucceededEventDetails", job.job_index)
            job.job_output = env.states.get_input()
        else:
            job.job_output = failure
            if self._env.is_running():
                _fail(self, env, job.job_index, running)


def _failure(self: Any, env: Any, job: Any) -> Exception | None:
    """Run the iteration to its end; return why it has failed."""
    try:
        item = ItemData(Index=job.job_index, Value=job.job_input)
        env.states.context_object.context_object_data["Map"] = MapData(Item=item)
        env.states.reset(input_value=job.job_input)
        self._eval_input(env_frame=env)
        job.job_program.eval(env)
    except Exception as error:  # noqa: BLE001 - whatever it is, the Map fails with it
        return error
    state = env.program_state()
    if isinstance(state, ProgramError):
        told: Any = state.error or {}
        name = told.get("error")
        return FailureEventException(
            FailureEvent(
                env=env,
                error_name=None if name is None else name_of(name),
                event_type=HistoryEventType.MapIterationFailed,
                event_details=details(executionFailedEventDetails=told),
            )
        )
    return _aborted(env) if not self._env.is_running() else None


def _aborted(env: Any) -> FailureEventException:
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=CustomErrorName(HistoryEventType.MapIterationAborted),
            event_type=HistoryEventType.MapIterationAborted,
            event_details=details(executionFailedEventDetails={}),
        )
    )


def _fail(self: Any, env: Any, index: int, running: dict[int, Any]) -> None:
    _tell(self, env, HistoryEventType.MapIterationFailed, "mapIterationFailedEventDetails", index)
    tell_aborted(env, env)
    for other in sorted(running):
        frame = running.pop(other)
        # what came last before all this is the failure
        _tell(self, env, HistoryEventType.MapIterationAborted, "mapIterationAbortedEventDetails", other)
        tell_aborted(env, frame)
        frame.set_stop(stop_date=None, cause=None, error=None)


def _tell(self: Any, env: Any, event: Any, of_event: str, index: int, *, moves: bool = False) -> None:
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=event,
        event_details=details(**{of_event: MapIterationEventDetails(name=self._work_name, index=index)}),
        update_source_event_id=moves,
    )
