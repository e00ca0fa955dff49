"""A cause that comes out of a branch or an iteration tells once where it arose; moto tells it again at each state.

Reaches into moto/stepfunctions/parser/asl/component/common/error_name/failure_event.py.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_AROSE = "An error occurred while executing the state '"


def patches(_: Emulation) -> list[Patch]:
    """Leave a cause as it is that tells its place already."""
    return [
        Patch(
            owner=FailureEventException,
            name="get_execution_failed_event_details",
            signature="(self)",
            make=_told_once,
        )
    ]


def _told_once(original: Any) -> Any:
    def get_execution_failed_event_details(self: Any) -> Any:
        found = original(self)
        cause = (self.extract_error_cause_pair() or (None, None))[1]
        if found is not None and cause and cause.startswith(_AROSE):
            found["cause"] = cause
        return found

    return get_execution_failed_event_details
