"""The steps of a state: entered, its input, its work, its output, its variables, left.

moto assigns before Output and OutputPath are evaluated.

Reaches into moto/stepfunctions/parser/asl/component/: state/state.py and common/assign/assign_decl.py.
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import details, runtime_error


def patches(_: Emulation) -> list[Patch]:
    """Take the steps in Step Functions' order."""
    return [
        Patch(owner=CommonStateField, name="_eval_body", signature="(self, env)", make=lambda _: _take_steps),
        Patch(owner=AssignDecl, name="_eval_body", signature="(self, env)", make=lambda _: _prepare),
    ]


def forget_assigned(env: Any) -> None:
    """Forget what an attempt has evaluated to be assigned, before the next one or a Catch."""
    env.to_assign = {}


def _take_steps(self: Any, env: Any) -> None:
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=self.state_entered_event_type,
        event_details=details(stateEnteredEventDetails=self._get_state_entered_event_details(env=env)),
    )
    env.entered_event_id = env.event_history_context.source_event_id
    env.current_state = self
    env.is_output_made = False
    forget_assigned(env)
    env.states.context_object.context_object_data["State"] = {"EnteredTime": "", "Name": self.name}
    try:
        self._eval_state_input(env=env)
        self._eval_state(env)
        if not env.is_running():
            return
        if not env.is_output_made:
            self._eval_state_output(env=env)
    except NoSuchJsonPathError as error:
        given = to_json_str(error.data)
        raise runtime_error(
            env,
            f"The JSONPath '{error.json_path}' specified for the field '{env.next_field_name}' could not be found in "
            f"the input '{given}'",
        ) from error
    self._verify_size_quota(env=env, value=env.states.get_input())
    for name, value in env.to_assign.items():
        env.variable_store.set(variable_identifier=name, variable_value=value)
    self._set_next(env)
    if self.state_exited_event_type is not None:
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=self.state_exited_event_type,
            event_details=details(stateExitedEventDetails=self._get_state_exited_event_details(env=env)),
        )
    env.current_state = None


def _prepare(self: Any, env: Any) -> None:
    """Evaluate what is to be assigned; it is, when the state is left."""
    for binding in self.declaration_bindings:
        binding.eval(env=env)
        env.to_assign.update(env.stack.pop())
