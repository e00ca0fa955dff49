"""An error names the event by which its state was entered; moto names the last event that there was.

Reaches into moto/stepfunctions/parser/asl/component/common/error_name/failure_event.py.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Note the event at which the state began."""
    return [
        Patch(
            owner=FailureEvent,
            name="__init__",
            signature="(self, env, error_name, event_type, event_details)",
            make=_at_its_state,
        )
    ]


def _at_its_state(original: Any) -> Any:
    def initialise(self: Any, env: Any, error_name: Any, event_type: Any, event_details: Any = None) -> None:
        original(self, env, error_name, event_type, event_details)
        self.source_event_id = getattr(env, "entered_event_id", self.source_event_id)

    return initialise
