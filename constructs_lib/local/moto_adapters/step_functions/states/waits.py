"""Waits, timeouts and retries by the embedded AWS's clock, given up when their execution is stopped.

Reaches into moto/stepfunctions/parser/asl/component/: state/wait/wait_function/wait_function.py, seconds.py and
timestamp.py; common/retry/retrier_decl.py; state/exec/execute_state.py and state_task/service/state_task_service.py;
program/program.py.
"""

from __future__ import annotations

import copy
import math
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry.max_attempts_decl import MaxAttemptsOutcome
from moto.stepfunctions.parser.asl.component.common.retry.retrier_decl import RetrierDecl
from moto.stepfunctions.parser.asl.component.common.retry.retrier_outcome import RetrierOutcome
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.seconds import SecondsJSONata
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp, TimestampPath
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from constructs_lib.local.clock import Clock
from constructs_lib.local.moto_adapters.emulation import LOOK_SECONDS, Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import query_evaluation_error, runtime_error

_LONGEST_WAIT_SECONDS = 99_999_999
_LONGEST_DELAY = timedelta(days=24_856)
"""How far ahead a timestamp may be: 24,855 days went well on AWS, 24,856 did not."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z")

_Method = Callable[[Any, Any], Any]


def patches(emulation: Emulation) -> list[Patch]:
    """Take every duration of a state machine by the clock."""
    clock = emulation.clock
    in_env = "(self, env)"
    return [
        Patch(
            owner=WaitFunction,
            name="_wait_interval",
            signature="(self, env, wait_seconds)",
            make=lambda _: lambda _, env, wait_seconds: wait_while_running(clock, env, wait_seconds),
        ),
        Patch(owner=SecondsJSONata, name="_get_wait_seconds", signature=in_env, make=lambda _: _seconds_of_jsonata),
        Patch(owner=Timestamp, name="_get_wait_seconds", signature=in_env, make=lambda _: _seconds_until(clock)),
        Patch(owner=RetrierDecl, name="_eval_body", signature=in_env, make=lambda _: _retry(clock)),
        Patch(
            owner=ExecutionState,
            name="_evaluate_with_timeout",
            signature=in_env,
            make=lambda _: _evaluate_with_timeout(clock),
        ),
        Patch(owner=Program, name="eval", signature=in_env, make=lambda _: _run_program(clock)),
        *(
            Patch(
                owner=task,
                name="_after_eval_execution",
                signature="(self, env, resource_runtime_part, normalised_parameters, state_credentials)",
                make=_unless_given_up,
            )
            for task in (StateTaskService, StateTaskServiceCallback)
        ),
    ]


def wait_while_running(clock: Clock, env: Any, seconds: float) -> None:
    """Wait, unless the execution is stopped; moto wakes nobody for sure, so look again and again."""
    until = clock.elapsed() + seconds
    while env.is_running() and (left := until - clock.elapsed()) > 0:
        env.program_state_event.wait(min(clock.wall_seconds(left), LOOK_SECONDS))


def _seconds_of_jsonata(self: Any, env: Any) -> float:
    self.string_jsonata.eval(env=env)
    seconds = env.stack.pop()
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not whole or not 0 <= seconds <= _LONGEST_WAIT_SECONDS:
        raise query_evaluation_error(
            env,
            f"The field 'Seconds' must be a whole number from 0 to {_LONGEST_WAIT_SECONDS}, got {seconds!r}.",
            "Seconds",
        )
    return int(seconds)


def _seconds_until(clock: Clock) -> _Method:
    def seconds_until(self: Any, env: Any) -> float:
        self.string.eval(env=env)
        text = env.stack.pop()
        at = _time_of(text)
        if at is None:
            shown = text if isinstance(text, str) else to_json_str(text, separators=(",", ":"))
            if isinstance(self, TimestampPath):
                raise runtime_error(
                    env,
                    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format "
                    f"string: {self.string.literal_value} == {shown}",
                )
            raise query_evaluation_error(
                env,
                f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {shown}",
                "Timestamp",
            )
        seconds = (at - clock.now()).total_seconds()
        if seconds > _LONGEST_DELAY.total_seconds():
            raise runtime_error(env, "Wait state delay is too long.")
        return seconds

    return seconds_until


def _retry(clock: Clock) -> _Method:
    def retry(self: Any, env: Any) -> None:
        # moto's own steps, but for the wait
        self.error_equals.eval(env)
        if not env.stack.pop():
            env.stack.append(RetrierOutcome.Skipped)
            return
        self.max_attempts.eval(env=env)
        if env.stack.pop() == MaxAttemptsOutcome.EXHAUSTED:
            env.stack.append(RetrierOutcome.Failed)
            return
        for step in (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy):
            step.eval(env=env)
        wait_while_running(clock, env, env.stack.pop())
        env.stack.append(RetrierOutcome.Executed)

    return retry


def _evaluate_with_timeout(clock: Clock) -> _Method:
    def evaluate_with_timeout(self: Any, env: Any) -> None:
        # moto's own steps, but for the clock, and for leaving quietly when the execution is stopped
        self.timeout.eval(env=env)
        timeout_seconds = env.stack.pop()
        frame = env.open_frame()
        frame.states.reset(input_value=env.states.get_input())
        frame.stack = copy.deepcopy(env.stack)
        frame.entered_event_id = env.entered_event_id
        failures: list[Exception] = []

        def run() -> None:
            try:
                self._eval_execution(frame)
            except Exception as error:  # noqa: BLE001 - it is raised below, in the state's own thread
                failures.append(error)

        on_time = clock.wait(_in_thread(run), timeout_seconds)
        frame.set_ended()
        env.close_frame(frame)
        if not env.is_running():
            return
        if not on_time:
            raise EvalTimeoutError
        if failures:
            raise failures[0]
        _take_result(self, env, frame.stack.pop())

    return evaluate_with_timeout


def _unless_given_up(original: Any) -> Any:
    """Leave the history alone after a task that has been given up: its thread comes to its end later."""

    def after_eval_execution(self: Any, env: Any, **more: Any) -> None:
        if env.is_running():
            original(self, env=env, **more)

    return after_eval_execution


def _run_program(clock: Clock) -> _Method:
    def run_program(self: Any, env: Any) -> None:
        if env.program_state() is not None and not env.is_running():
            return  # an abort, or another branch's failure, came before this branch had begun
        env.next_state_name = self.start_at.start_at_name
        # not by `eval`, which does nothing, and so tells no end, once a stop has come
        ended = _in_thread(lambda: self._eval_body(env))
        limit = self.timeout_seconds.timeout_seconds if self.timeout_seconds else math.inf
        if not clock.wait(ended, limit):
            env.set_timed_out()

    return run_program


def _in_thread(run: Callable[[], None]) -> threading.Event:
    """Run something in a thread of its own; the event is set when it has ended, however it ends."""
    ended = threading.Event()

    def run_and_say() -> None:
        try:
            run()
        finally:
            ended.set()

    threading.Thread(target=run_and_say, daemon=True).start()
    return ended


def _take_result(state: Any, env: Any, result: Any) -> None:
    """What moto's `_evaluate_with_timeout` does with a result: assign, select, put it into the state's output."""
    env.stack.append(result)
    if not state._is_language_query_jsonpath():
        env.states.set_result(result)
    if state.assign_decl:
        state.assign_decl.eval(env=env)
    if state.result_selector:
        state.result_selector.eval(env=env)
    if state.result_path:
        state.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())


def _time_of(text: object) -> datetime | None:
    """Read a time with any number of digits of a second; None if it is not one."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC, microsecond=int(f"{found[2] or ''}000000"[:6]))
    except ValueError:
        return None
