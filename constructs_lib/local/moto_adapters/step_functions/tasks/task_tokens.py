"""A task's token is looked for among the executions that have begun.

moto looks at the environment of every execution, and one that is just being started has none yet: whoever sent a token
in that moment got an internal failure.

Reaches into moto/stepfunctions/parser/models.py.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Leave out the executions that have not begun."""

    def begun(original: Any) -> Any:
        def executions(self: Any, execution_status: Any = None) -> list[Any]:
            found = original(self, execution_status)
            return [execution for execution in found if execution.exec_worker and execution.exec_worker.env]

        return executions

    owner = StepFunctionsParserBackend
    return [Patch(owner=owner, name="_get_executions", signature="(self, execution_status)", make=begun)]
