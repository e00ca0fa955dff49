"""The clock of the embedded AWS."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from constructs_lib.local.clock import Clock

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_begins_at_its_start_and_goes_on() -> None:
    clock = Clock(1000, START)
    first, second = clock.now(), clock.now()
    assert START <= first <= second
    assert first.tzinfo is UTC


def test_begins_now_unless_told() -> None:
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC) + timedelta(seconds=1)


def test_turns_another_time_zone_into_utc() -> None:
    clock = Clock(1, START.astimezone(timezone(timedelta(hours=5))))
    assert (clock.start, clock.start.tzinfo) == (START, UTC)


def test_an_hour_passes_in_a_moment() -> None:
    clock, began = Clock(100_000, START), time.monotonic()
    clock.sleep(3600)
    wall = time.monotonic() - began
    assert clock.now() - START >= timedelta(hours=1)
    assert wall >= 3600 / 100_000


def test_tells_what_clock_seconds_are_on_the_wall() -> None:
    assert Clock(60).wall_seconds(120) == 2
    assert Clock(60).wall_seconds(-5) == 0
    assert Clock(60).wall_seconds(math.inf) == math.inf


def test_waits_for_an_event_no_longer_than_asked() -> None:
    clock, event = Clock(1000), threading.Event()
    assert clock.wait(event, 10) is False
    event.set()
    assert clock.wait(event, math.inf) is True
    assert clock.wait(event, 0) is True


def test_sees_an_event_that_comes_while_it_waits() -> None:
    clock, event = Clock(1000), threading.Event()
    threading.Timer(0.02, event.set).start()
    assert clock.wait(event, math.inf) is True


@pytest.mark.parametrize("speed", [0, -1, math.nan, math.inf])
def test_fails_on_a_speed_that_is_none(speed: float) -> None:
    with pytest.raises(ValueError, match="'speed' must be a positive number"):
        Clock(speed)


def test_fails_on_a_start_without_a_time_zone() -> None:
    with pytest.raises(ValueError, match="'start' must have a time zone"):
        Clock(1, datetime(2026, 1, 1))  # noqa: DTZ001 - the missing zone is what is tested
