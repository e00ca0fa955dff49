"""The clock of the embedded AWS."""

from __future__ import annotations

import contextlib
import math
import threading
import time
import types
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.clock import Clock
from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.time_of_aws import AwsTime

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


def test_every_answer_has_the_embedded_time_and_the_commands_go_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedAws(speed=100_000) as aws:
        for name, value in aws.environment().items():
            monkeypatch.setenv(name, value)
        clients = Clients.connect()
        assert abs((clients.now() - datetime.now(UTC)).total_seconds()) < 60
        for call in (clients.s3.list_buckets, lambda: clients.sfn.describe_execution(executionArn="arn:x")):
            time.sleep(0.1)
            with contextlib.suppress(ClientError):
                call()
            ahead = (clients.now() - datetime.now(UTC)).total_seconds()
            assert ahead > 3600
            assert abs((clients.now() - aws.clock.now()).total_seconds()) < 100_000


def test_a_client_that_sets_its_clock_by_the_answers_is_told_the_wall_s_time() -> None:
    with EmbeddedAws(speed=100_000) as aws:
        time.sleep(0.1)
        for agent, is_ahead in (("Boto3/1.44", True), ("aws-sdk-js/3.99.0 ua/2.1 lang/js", False)):
            asked = Request(aws.endpoint_url, headers={"User-Agent": agent})  # noqa: S310 - the loopback
            with pytest.raises(HTTPError) as refused:
                urlopen(asked)  # noqa: S310 - the loopback
            told = parsedate_to_datetime(refused.value.headers["Date"])
            refused.value.close()
            assert ((told - datetime.now(UTC)).total_seconds() > 3600) is is_ahead


def test_an_answer_without_a_date_tells_no_time() -> None:
    told = AwsTime()
    for headers in ({}, {"Date": "soon"}, {"Date": "Fri, 27 Nov 2026 10:00:00 -0000"}):
        told.learn(http_response=types.SimpleNamespace(headers=headers))
    assert abs((told.now() - datetime.now(UTC)).total_seconds()) < 60
    told.learn(http_response=types.SimpleNamespace(headers={"Date": "Fri, 27 Nov 2020 10:00:00 GMT"}))
    assert (told.now() - datetime(2020, 11, 27, 10, tzinfo=UTC)).total_seconds() < 60
