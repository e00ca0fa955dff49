"""The context object as Step Functions writes it: times by the clock, ending in Z, and the count of redrives.

Reaches into moto/stepfunctions/parser/backend/execution_worker.py, parser/asl/component/state/state.py and
parser/asl/eval/event/event_manager.py.
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from constructs_lib.local.moto_adapters.emulation import Emulation, iso_milliseconds
from constructs_lib.local.moto_adapters.patching import Patch


def patches(emulation: Emulation) -> list[Patch]:
    """Correct the context object when an execution begins and when a state is entered, and the times in the history."""

    def with_execution(original: Any) -> Any:
        def get_evaluation_environment(self: Any) -> Any:
            env = original(self)
            execution = env.states.context_object.context_object_data["Execution"]
            execution["StartTime"] = iso_milliseconds(execution["StartTime"])
            execution["RedriveCount"] = 0
            return env

        return get_evaluation_environment

    def with_state(original: Any) -> Any:
        def eval_state_input(self: Any, env: Any) -> None:
            # moto writes the state into the context just before it calls this
            state = env.states.context_object.context_object_data["State"]
            state["EnteredTime"] = emulation.timestamp()
            original(self, env)

        return eval_state_input

    def current_timestamp() -> datetime:
        return emulation.clock.now()

    return [
        Patch(owner=ExecutionWorker, name="_get_evaluation_environment", signature="(self)", make=with_execution),
        Patch(owner=CommonStateField, name="_eval_state_input", signature="(self, env)", make=with_state),
        Patch(
            owner=EventManager,
            name="_get_current_timestamp",
            signature="()",
            make=lambda _: staticmethod(current_timestamp),
        ),
    ]
