"""Choice: a rule's Assign and Output, and the state's own where no rule matches.

moto tells the two apart by where they lead, so that a rule that leads where Default leads gets Default's too.

Reaches into moto/stepfunctions/parser/asl/component/state/choice/: state_choice.py and comparison/variable.py.
https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import Variable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import no_choice_matched


def patches(_: Emulation) -> list[Patch]:
    """Remember whether a rule has matched; leave errors of the language to be errors."""
    return [
        Patch(owner=StateChoice, name="_eval_state", signature="(self, env)", make=lambda _: _choose),
        Patch(owner=StateChoice, name="_eval_state_output", signature="(self, env)", make=lambda _: _make_output),
        Patch(owner=Variable, name="_eval_body", signature="(self, env)", make=_kept_stack),
    ]


def _choose(self: Any, env: Any) -> None:
    for rule in self.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            env.next_by_rule = rule.next_stmt.name
            return
    if self.default_state is None:
        raise no_choice_matched(env)
    env.next_by_rule = None
    if self.assign_decl:
        self.assign_decl.eval(env=env)
    if self.output:
        self.output.eval(env=env)


def _make_output(self: Any, env: Any) -> None:
    if self._is_language_query_jsonpath():
        if self.output_path:
            self.output_path.eval(env=env)
        else:
            env.states.reset(input_value=env.stack.pop())
    env.next_state_name = env.next_by_rule or self.default_state.state_name


def _kept_stack(original: Any) -> Any:
    """Evaluate a variable whose path may not be there, without what was left half done."""

    def eval_body(self: Any, env: Any) -> None:
        depth = len(env.stack)
        original(self, env)
        value = env.stack.pop()
        del env.stack[depth:]
        env.stack.append(value)

    return eval_body
