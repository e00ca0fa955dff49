"""The watch beside a spot job: when it is over, when it stops the job, how often it looks."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, settings_document

MIDNIGHT = "2026-01-01T00:00:00.123Z"
WAITING = {
    "TrainingJobStatus": "InProgress",
    "SecondaryStatus": "Starting",
    "CreationTime": MIDNIGHT,
    "SecondaryStatusTransitions": [{"Status": "Starting", "StartTime": MIDNIGHT}],
}


def steps(*lasting: tuple[str, str, str | None]) -> list[dict[str, str]]:
    """Render the transitions of a job: status, start, end."""
    return [
        {"Status": status, "StartTime": start, **({} if end is None else {"EndTime": end})}
        for status, start, end in lasting
    ]


def look(
    engine: Engine, job: dict[str, Any], now: str, *plan: Capacity, entry: int = 0, max_wait_seconds: int = 7200
) -> dict[str, Any]:
    settings = settings_document(
        *(plan or (SPOT, ON_DEMAND)), capacity_patience_seconds=600, max_wait_seconds=max_wait_seconds
    )
    run = {**begin(engine, settings), "Entry": entry}
    found: dict[str, Any] = engine.call("$look($s, $r, $j, $n)", s=settings, r=run, j=job, n=now)
    return found


@pytest.mark.parametrize(
    ("now", "then", "seconds"),
    [
        ("2026-01-01T00:00:00.123Z", "look again", 600),
        ("2026-01-01T00:09:58.123Z", "look again", 2),
        ("2026-01-01T00:10:00.122Z", "look again", 1),
        ("2026-01-01T00:10:00.123Z", "stop", 1),
    ],
)
def test_patience_ends_to_the_millisecond(engine: Engine, now: str, then: str, seconds: int) -> None:
    assert look(engine, WAITING, now) == {"Then": then, "Seconds": seconds}


INTERRUPTED = steps(
    ("Starting", MIDNIGHT, "2026-01-01T00:01:00Z"),
    ("Downloading", "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"),
    ("Training", "2026-01-01T00:02:00Z", "2026-01-01T05:00:00Z"),
    ("Interrupted", "2026-01-01T05:00:00Z", "2026-01-01T05:04:00Z"),
    ("Starting", "2026-01-01T05:04:00Z", None),
)


@pytest.mark.parametrize(
    ("now", "then", "seconds"),
    [("2026-01-01T05:06:00Z", "look again", 240), ("2026-01-01T05:10:00Z", "stop", 1)],
)
def test_a_stretch_without_an_instance_begins_with_the_interruption(
    engine: Engine, now: str, then: str, seconds: int
) -> None:
    job = {**WAITING, "SecondaryStatusTransitions": INTERRUPTED}
    assert look(engine, job, now) == {"Then": then, "Seconds": seconds}


@pytest.mark.parametrize("status", ["Downloading", "DownloadingTrainingImage", "Training", "Uploading"])
def test_a_job_that_has_an_instance_is_looked_at_again(engine: Engine, status: str) -> None:
    job = {
        **WAITING,
        "SecondaryStatus": status,
        "SecondaryStatusTransitions": steps(
            ("Starting", MIDNIGHT, "2026-01-01T00:01:00Z"), (status, "2026-01-01T00:01:00Z", None)
        ),
    }
    assert look(engine, job, "2026-01-02T00:00:00Z") == {"Then": "look again", "Seconds": 600}
    # 1,500 looks at the most, however long the job may last: a history holds 25,000 events
    rare = look(engine, job, "2026-01-02T00:00:00Z", max_wait_seconds=30 * 86400)
    assert rare["Seconds"] == 30 * 86400 / 1500


@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Failed", "Completed"])
def test_it_is_over_when_the_job_has_ended(engine: Engine, status: str) -> None:
    assert look(engine, {**WAITING, "TrainingJobStatus": status}, "2026-01-02T00:00:00Z")["Then"] == "over"


@pytest.mark.parametrize(("plan", "entry"), [((SPOT,), 0), ((SPOT, ON_DEMAND), 1), ((ON_DEMAND, SPOT), 1)])
def test_the_last_entry_and_on_demand_may_wait_as_long_as_sagemaker_lets_them(
    engine: Engine, plan: tuple[Capacity, ...], entry: int
) -> None:
    assert look(engine, WAITING, "2026-01-03T00:00:00Z", *plan, entry=entry)["Then"] == "look again"
