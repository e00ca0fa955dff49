"""Makes moto's failures: errors that a state can catch.

Reaches into moto/stepfunctions/parser/asl/component/common/error_name/.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import (
    EvaluationFailedEventDetails,
    ExecutionFailedEventDetails,
    HistoryEventType,
    TaskFailedEventDetails,
)
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str


def details(**of_event: Any) -> Any:
    """Return an event's details; moto's type of them says that every event has all."""
    return of_event


def task_failed(task: Any, env: Any, error: str, cause: str) -> FailureEventException:
    """Return the failure of a task.

    Args:
        task: The state.
        env: Its environment.
        error: The error's name; `States.TaskFailed` is Step Functions' own.
        cause: The cause.
    """
    own = error == StatesErrorNameType.StatesTaskFailed.to_name()
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed) if own else CustomErrorName(error),
            event_type=HistoryEventType.TaskFailed,
            event_details=details(
                taskFailedEventDetails=TaskFailedEventDetails(
                    resource=task._get_sfn_resource(),
                    resourceType=task._get_sfn_resource_type(),
                    error=error,
                    cause=cause,
                )
            ),
        )
    )


def runtime_error(env: Any, cause: str) -> FailureEventException:
    """Return States.Runtime, which nothing catches."""
    name = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.TaskFailed,
            event_details=details(taskFailedEventDetails=TaskFailedEventDetails(error=name.error_name, cause=cause)),
        )
    )


def map_run_failed(env: Any, kind: StatesErrorNameType, cause: str) -> FailureEventException:
    """Return the failure of a Map Run, such as States.ItemReaderFailed or States.ExceedToleratedFailureThreshold.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """
    name = StatesErrorName(typ=kind)
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.MapRunFailed,
            event_details=details(
                executionFailedEventDetails=ExecutionFailedEventDetails(error=name.error_name, cause=cause)
            ),
        )
    )


def no_choice_matched(env: Any) -> FailureEventException:
    """Return States.NoChoiceMatched."""
    name = StatesErrorName(typ=StatesErrorNameType.StatesNoChoiceMatched)
    cause = f"Failed to transition out of the state '{env.next_state_name}'. The state does not point to a next state."
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.ExecutionFailed,
            event_details=details(
                executionFailedEventDetails=ExecutionFailedEventDetails(error=name.error_name, cause=cause)
            ),
        )
    )


def parameters_problem(env: Any, parameters: Any, *problems: str) -> FailureEventException:
    """Return the failure of a task whose parameters do not fit what it calls.

    Args:
        env: Its environment.
        parameters: What it was given.
        problems: What is wrong with them, as Step Functions writes it, without a full stop.
    """
    given = to_json_str(parameters, separators=(",", ":"))
    return runtime_error(env, f"The Parameters '{given}' could not be used to start the Task: [{', '.join(problems)}]")


def query_evaluation_error(env: Any, cause: str, location: str = "") -> FailureEventException:
    """Return States.QueryEvaluationError, with its event in the history.

    Args:
        env: The environment of the state.
        cause: The cause.
        location: The field of the state that could not be evaluated, such as `Output/result`.
    """
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    told = EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    if location:
        told["location"] = location
    failure = FailureEventException(
        FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=details(evaluationFailedEventDetails=told),
        )
    )
    tell_evaluation_failed(env, failure)
    return failure


def tell_evaluation_failed(env: Any, failure: Any) -> None:
    """Write the event of a failed evaluation into the history, once, however many states it goes through."""
    if not getattr(failure, "is_told", False):
        failure.is_told = True
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=details(evaluationFailedEventDetails=failure.get_evaluation_failed_event_details()),
        )
