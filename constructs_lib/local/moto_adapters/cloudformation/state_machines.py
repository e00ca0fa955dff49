"""State machines made by CloudFormation, put where executions are run from.

Reaches into moto/stepfunctions/models.py: CloudFormation writes to `stepfunctions_backends`, which only pretends to
execute, while StartExecution looks into parser/models.py's `stepfunctions_parser_backends`.
"""

from __future__ import annotations

from moto.stepfunctions import models
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import VALUE, Patch


def patches(_: Emulation) -> list[Patch]:
    """Let both be the one that executes."""
    return [
        Patch(
            owner=models, name="stepfunctions_backends", signature=VALUE, make=lambda _: stepfunctions_parser_backends
        )
    ]
