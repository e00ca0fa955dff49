"""A Map whose items are no array says what they are, in JSON; moto shows their Python type.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_map/state_map.py.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch


def patches(_: Emulation) -> list[Patch]:
    """Replace what moto's module calls `type` by."""
    return [Patch(owner=state_map, name="type", signature=ABSENT, make=lambda _: _shown)]


def _shown(value: Any) -> str:
    return to_json_str(value, separators=(",", ":"))
