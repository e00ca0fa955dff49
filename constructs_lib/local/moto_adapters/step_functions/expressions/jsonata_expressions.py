"""JSONata in state machines, which moto parses but cannot evaluate.

Reaches into moto/stepfunctions/parser/asl/component/common/string/string_expression.py, and reads the values that
moto/stepfunctions/parser/asl/eval/states.py and eval/variable_store.py hold. Values are bound to variables rather than
written into the expression, as moto would, so that nothing in them needs to be escaped.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.expressions.places import place
from constructs_lib.local.moto_adapters.step_functions.failures import query_evaluation_error
from constructs_lib.runs.synthesised.jsonata_engine.evaluate import JsonataError, evaluate

_ONLY_WHERE_THEY_EXIST = ("result", "errorOutput")


def patches(emulation: Emulation) -> list[Patch]:
    """Evaluate `{% … %}`, and JSONPath's `$variable`, by jsonata-python."""

    def eval_jsonata(self: Any, env: Any) -> None:
        env.stack.append(_evaluate(emulation, env, self.expression, {"states": _states(env)}))

    def eval_variable(self: Any, env: Any) -> None:
        with_states = self.query_language_mode == QueryLanguageMode.JSONata
        env.stack.append(_evaluate(emulation, env, self.expression, {"states": _states(env)} if with_states else {}))

    return [
        Patch(owner=StringJSONata, name="_eval_body", signature="(self, env)", make=lambda _: eval_jsonata),
        Patch(owner=StringVariableSample, name="_eval_body", signature="(self, env)", make=lambda _: eval_variable),
        Patch(
            owner=VariableStore, name="get_assigned_variables", signature="(self)", make=lambda _: _assigned_variables
        ),
    ]


def evaluated(emulation: Emulation, env: Any, document: Any) -> Any:
    """Evaluate every expression in a document that moto does not read as one."""
    if isinstance(document, dict):
        return {key: evaluated(emulation, env, item) for key, item in document.items()}
    if isinstance(document, list):
        return [evaluated(emulation, env, item) for item in document]
    if isinstance(document, str) and document.startswith("{%") and document.endswith("%}"):
        return _evaluate(emulation, env, document[2:-2].strip(), {"states": _states(env)})
    return document


def _evaluate(emulation: Emulation, env: Any, expression: str, variables: dict[str, Any]) -> Any:
    now = int(emulation.clock.now().timestamp() * 1000)
    store = env.variable_store
    try:
        return evaluate(expression, {**variables, **store._outer_scope, **store._inner_scope}, now_milliseconds=now)
    except JsonataError as error:
        field = place(env)
        raise query_evaluation_error(env, error.at(field), field) from error


def _assigned_variables(self: Any) -> dict[str, str]:
    """Return what the state that is left has assigned, each value as JSON; moto does not escape its strings."""
    return {name: to_json_str(self.get(name), separators=(",", ":")) for name in sorted(self._declaration_tracing)}


def _states(env: Any) -> dict[str, Any]:
    """Return `$states`; moto holds None where Step Functions has no field at all."""
    data = env.states._states_data
    return {key: data[key] for key in data if data[key] is not None or key not in _ONLY_WHERE_THEY_EXIST}
