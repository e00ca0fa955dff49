"""Map Runs: how many of a distributed Map's children wait, run and have ended, and which they are.

moto counts what has begun only, leaves failed children running, and goes by the clock of the wall.

Reaches into moto/stepfunctions/responses.py and, below parser/asl/component/state/exec/state_map/,
iteration/itemprocessor/map_run_record.py; states/distributed_maps.py notes the children.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken, ResourceNotFound
from moto.stepfunctions.parser.api import ExecutionStatus, MapRunStatus
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.states.distributed_maps import child_arn

_LARGEST_PAGE = 1000
_DEFAULT_PAGE = 100
_STATUSES = {"ABORTED": "aborted", "FAILED": "failed", "RUNNING": "running", "SUCCEEDED": "succeeded"}
_RUNNING = "RUNNING"


def patches(emulation: Emulation) -> list[Patch]:
    """Answer by what is noted of each child."""
    return [
        Patch(
            owner=MapRunRecord,
            name="__init__",
            signature="(self, state_machine_arn, execution_arn, max_concurrency, tolerated_failure_count, "
            "tolerated_failure_percentage, label)",
            make=lambda original: _begun(emulation, original),
        ),
        Patch(owner=MapRunRecord, name="set_stop", signature="(self, status)", make=lambda _: _stopped(emulation)),
        Patch(owner=StepFunctionResponse, name="describe_map_run", signature="(self)", make=lambda _: _describe),
        Patch(owner=StepFunctionResponse, name="list_map_runs", signature="(self)", make=lambda _: _list),
        Patch(owner=StepFunctionResponse, name="list_executions", signature="(self)", make=_list_children),
    ]


def _begun(emulation: Emulation, original: Any) -> Any:
    def initialise(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.start_date = emulation.clock.now()
        self.item_total, self.children, self.are_results_written = 0, {}, False

    return initialise


def _stopped(emulation: Emulation) -> Any:
    def set_stop(self: Any, status: MapRunStatus) -> None:
        self.stop_date = emulation.clock.now()
        self.status = status

    return set_stop


def _describe(self: Any) -> ActionResult:
    execution, record = _record(self.stepfunction_backend, self._get_param("mapRunArn"))
    status = _status(execution, record)
    found = Counter(_status_of(child, status) for child in list(record.children.values()))
    counts: dict[str, int] = {name: found[each] for each, name in _STATUSES.items()}
    counts |= {"total": record.item_total, "pending": record.item_total - sum(found.values()), "timedOut": 0}
    counts["resultsWritten"] = found["SUCCEEDED"] + found["FAILED"] if record.are_results_written else 0
    return ActionResult(
        {
            **_dates(execution, record),
            "mapRunArn": record.map_run_arn,
            "executionArn": record.execution_arn,
            "status": status,
            "maxConcurrency": record.max_concurrency,
            "toleratedFailurePercentage": record.tolerated_failure_percentage,
            "toleratedFailureCount": record.tolerated_failure_count,
            "itemCounts": counts,
            "executionCounts": counts,
            "redriveCount": 0,
        }
    )


def _list(self: Any) -> ActionResult:
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    runs = [
        {
            **_dates(execution, record),
            "executionArn": record.execution_arn,
            "mapRunArn": record.map_run_arn,
            "stateMachineArn": record.map_state_machine_arn,
        }
        for record in _records_of(execution)
    ]
    return ActionResult({"mapRuns": runs[::-1]})


def _list_children(original: Any) -> Any:
    """List the children of a Map Run, the newest first, or leave the others to who lists those of a machine."""

    def list_executions(self: Any) -> Any:
        if not (arn := self._get_param("mapRunArn")):
            return original(self)
        execution, record = _record(self.stepfunction_backend, arn)
        wanted = self._get_param("statusFilter")
        told = [_child(execution, record, child) for child in list(record.children.values())]
        told = [child for child in told if wanted in (None, child["status"])][::-1]
        token = str(self._get_param("nextToken") or "0")
        if not token.isdigit():
            raise InvalidToken(f"'{token}'")
        start, size = int(token), min(self._get_int_param("maxResults") or _DEFAULT_PAGE, _LARGEST_PAGE)
        page: dict[str, Any] = {"executions": told[start : start + size]}
        return ActionResult(page | ({"nextToken": str(start + size)} if start + size < len(told) else {}))

    return list_executions


def _child(execution: Any, record: Any, child: dict[str, Any]) -> dict[str, Any]:
    stopped = child.get("stopDate", record.stop_date)
    return {
        "executionArn": child_arn(record, child["name"]),
        "stateMachineArn": record.map_state_machine_arn,
        "mapRunArn": record.map_run_arn,
        "name": child["name"],
        "status": _status_of(child, _status(execution, record)),
        "startDate": child["startDate"],
        "itemCount": 1,
        "redriveCount": 0,
        **({} if stopped is None else {"stopDate": stopped}),
    }


def _status_of(child: dict[str, Any], status: str) -> str:
    """Return a child's status; what ran when the Map Run ended was aborted with it."""
    return str(child.get("status", _RUNNING if status == _RUNNING else "ABORTED"))


def _status(execution: Any, record: Any) -> str:
    """Return a Map Run's status; one whose execution was stopped or timed out was aborted."""
    if execution.exec_status in (ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT) and record.status != "FAILED":
        return "ABORTED"
    return str(getattr(record.status, "value", record.status))


def _dates(execution: Any, record: Any) -> dict[str, Any]:
    stopped = record.stop_date if _status(execution, record) != "ABORTED" else execution.stop_date
    return {"startDate": record.start_date, **({} if stopped is None else {"stopDate": stopped})}


def _records_of(execution: Any) -> Iterator[Any]:
    env = execution.exec_worker.env
    yield from () if env is None else env.map_run_record_pool_manager.get_all()


def _record(backend: Any, arn: str) -> tuple[Any, Any]:
    for execution in backend._get_executions():
        for record in _records_of(execution):
            if record.map_run_arn == arn:
                return execution, record
    raise ResourceNotFound(arn)
