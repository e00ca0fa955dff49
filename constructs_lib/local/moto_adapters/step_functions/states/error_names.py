"""Which errors a Catch and a Retry see.

Reaches into moto/stepfunctions/parser/asl/component/common/error_name/error_equals_decl.py and
parser/asl/component/state/exec/state_parallel/branches_decl.py.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_NEVER_IN_ALL = frozenset({"States.DataLimitExceeded", "States.Runtime"})
_ALL = "States.ALL"


def patches(_: Emulation) -> list[Patch]:
    """Let States.ALL catch what it catches in Step Functions, and a Parallel fail with its branch's own error."""

    def matching(original: Any) -> Any:
        def eval_body(self: Any, env: Any) -> None:
            name = env.stack[-1].error_name if env.stack[-1] is not None else None
            if name in _NEVER_IN_ALL and any(wanted.error_name == _ALL for wanted in self.error_names):
                env.stack.pop()
                env.stack.append(False)
                return
            original(self, env)

        return eval_body

    return [
        Patch(owner=ErrorEqualsDecl, name="_eval_body", signature="(self, env)", make=matching),
        Patch(owner=branches_decl, name="CustomErrorName", signature="value", make=lambda _: _branch_error),
    ]


def _branch_error(error_name: str | None) -> Any:
    """Name a branch's error; moto takes it for one that a person named, which may not begin with `States.`."""
    if error_name is not None and error_name in {name.to_name() for name in StatesErrorNameType}:
        return StatesErrorName(typ=StatesErrorNameType.from_name(error_name))
    return CustomErrorName(error_name)
