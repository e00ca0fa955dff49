"""The watch beside a spot job: when it is over, when it stops the job, how often it looks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.engines.jsonata_engine import Engine

WAITING = {"TrainingJobStatus": "InProgress", "SecondaryStatus": "Starting", "CreationTime": "2026-01-01T00:00:00.123Z"}


def look(engine: Engine, job: dict[str, Any], now: str) -> Any:
    return engine.call("$look(600, $j, $n)", j=job, n=now)


@pytest.mark.parametrize(
    ("now", "then"), [("2026-01-01T00:10:00.122Z", "look again"), ("2026-01-01T00:10:00.123Z", "stop")]
)
def test_patience_ends_to_the_millisecond(engine: Engine, now: str, then: str) -> None:
    assert look(engine, WAITING, now) == then


@pytest.mark.parametrize(
    "change",
    [
        {"TrainingStartTime": "2026-01-01T00:05:00Z"},
        {"SecondaryStatus": "Downloading"},
        {"SecondaryStatus": "Training"},
        {"TrainingJobStatus": "Stopped", "SecondaryStatus": "MaxWaitTimeExceeded"},
        {"TrainingJobStatus": "Stopping", "SecondaryStatus": "Stopping"},
        {"TrainingJobStatus": "Failed", "SecondaryStatus": "Failed"},
    ],
)
def test_it_is_over_when_the_job_has_begun_or_ended(engine: Engine, change: dict[str, str]) -> None:
    assert look(engine, {**WAITING, **change}, "2026-01-02T00:00:00Z") == "over"


def test_it_looks_about_sixty_times_and_then_ever_more_seldom(engine: Engine) -> None:
    pauses = [engine.call("$pause(3600, $n)", n=count) for count in range(200)]
    assert pauses[:60] == [60] * 60
    assert pauses == sorted(pauses)
    # a job lasts at most 30 days, and a look is seven events of the 25,000 that a history holds
    elapsed, looks = 0, 0
    while elapsed < 30 * 86400:
        elapsed += engine.call("$pause(60, $n)", n=looks)
        looks += 1
    assert looks * 7 < 2500
