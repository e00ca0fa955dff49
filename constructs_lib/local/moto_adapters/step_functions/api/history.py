"""GetExecutionHistory in pages, forwards or backwards.

Reaches into moto/stepfunctions/responses.py, which gives every event at once.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.api.versions import association

_DEFAULT_PAGE = 100
_LARGEST_PAGE = 1000


def patches(_: Emulation) -> list[Patch]:
    """Answer by pages."""
    return [
        Patch(owner=StepFunctionResponse, name="get_execution_history", signature="(self)", make=lambda _: _response)
    ]


def _response(self: Any) -> ActionResult:
    backend = self.stepfunction_backend
    backend._validate_execution_arn(self._get_param("executionArn"))
    events = backend.get_execution_history(self._get_param("executionArn"))["events"]
    if events:
        events = [_first(events[0], backend.describe_execution(self._get_param("executionArn"))), *events[1:]]
    if self._get_param("reverseOrder"):
        events = events[::-1]
    token = self._get_param("nextToken") or "0"
    if not str(token).isdigit():
        raise InvalidToken(f"'{token}'")
    start = int(token)
    size = min(self._get_int_param("maxResults") or _DEFAULT_PAGE, _LARGEST_PAGE)
    page: dict[str, Any] = {"events": events[start : start + size]}
    if start + size < len(events):
        page["nextToken"] = str(start + size)
    return ActionResult(page)


def _first(event: dict[str, Any], execution: Any) -> dict[str, Any]:
    """Add the version and the alias that the execution was started by."""
    details = event["executionStartedEventDetails"]
    return {**event, "executionStartedEventDetails": {**details, **association(execution)}}
