"""Which errors a Catch and a Retry see.

AWS's page says that States.ALL does not catch States.DataLimitExceeded. Two recorded executions say that it does, when
a task's result is too large, and so it is here.

Reaches into moto/stepfunctions/parser/asl/component/common/error_name/error_equals_decl.py.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_NEVER_CAUGHT = "States.Runtime"


def patches(_: Emulation) -> list[Patch]:
    """Let nothing catch States.Runtime, and States.ALL all else."""

    def matching(original: Any) -> Any:
        def eval_body(self: Any, env: Any) -> None:
            name = env.stack[-1].error_name if env.stack[-1] is not None else None
            if name == _NEVER_CAUGHT:
                env.stack.pop()
                env.stack.append(False)
                return
            original(self, env)

        return eval_body

    return [Patch(owner=ErrorEqualsDecl, name="_eval_body", signature="(self, env)", make=matching)]


def name_of(error_name: str | None) -> Any:
    """Name an error of a branch or an iteration; moto takes each for a person's, which may not begin with `States.`."""
    if error_name is not None and error_name in {name.to_name() for name in StatesErrorNameType}:
        return StatesErrorName(typ=StatesErrorNameType.from_name(error_name))
    return CustomErrorName(error_name)
