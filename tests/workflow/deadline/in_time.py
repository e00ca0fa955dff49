"""A run with a deadline of 20 hours, and what it is told of its jobs."""

from __future__ import annotations

from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.deadline.deadline import Deadline
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import CONTEXT, ON_DEMAND, SPOT, described, settings_document

IN_TIME = Deadline(after_seconds=20 * 3600, expected_runtime_seconds=10 * 3600)
CHANGES: dict[str, Any] = {"deadline": IN_TIME, "max_runtime_seconds": 40 * 3600, "max_wait_seconds": 40 * 3600}
"""The deadline is 20 hours and a second and a half after midnight: M is 5,820 seconds."""


def deployed(*plan: Capacity) -> dict[str, Any]:
    return settings_document(*(plan or (SPOT, ON_DEMAND)), **CHANGES)


def begin(engine: Engine, settings: dict[str, Any], run_input: Any = None, run: Any = None) -> dict[str, Any]:
    begun: dict[str, Any] = engine.call(
        "$checkWithDeadline($s, $i, 'run-1', $c, $r)", s=settings, i=run_input or {}, c=CONTEXT, r=run or {}
    )
    return begun


def request(engine: Engine, settings: dict[str, Any], run: dict[str, Any], now: str) -> dict[str, Any]:
    planned: dict[str, Any] = engine.call("$planByDeadline($s, $r, $n)", s=settings, r=run, n=f"2026-01-01T{now}Z")
    return planned


def job(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], *steps: tuple[str, ...], **more: Any
) -> dict[str, Any]:
    """Describe the run's present job, created at one o'clock, with steps of a name, a start and perhaps an end."""
    transitions = [
        {"Status": name, **{key: f"2026-01-01T{at}Z" for key, at in zip(("StartTime", "EndTime"), times, strict=False)}}
        for name, *times in steps
    ]  # fmt: skip
    asked = request(engine, settings, run, "01:00:00")
    made = {"CreationTime": "2026-01-01T01:00:00Z", "SecondaryStatusTransitions": transitions}
    return described(asked, "InProgress", steps[-1][0], **{**made, **more})


def look(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], of: dict[str, Any], now: str, file: str = ""
) -> dict[str, Any]:
    found: dict[str, Any] = engine.call(
        "$lookAhead($s, $r, $j, $n, $f)", s=settings, r=run, j=of, n=f"2026-01-01T{now}Z", f=file
    )
    return found


def step(
    engine: Engine, settings: dict[str, Any], run: dict[str, Any], of: dict[str, Any], now: str, moves: str = ""
) -> dict[str, Any]:
    outcome = {"Error": "SpotTraining.Moves", "Cause": moves} if moves else {}
    stepped: dict[str, Any] = engine.call(
        "$stepByDeadline($s, $r, $o, $a, '', $lookAhead($s, $r, $a.Job, $n), $n)",
        s=settings, r=run, o=outcome, a={"Job": of}, n=f"2026-01-01T{now}Z",
    )  # fmt: skip
    return stepped
