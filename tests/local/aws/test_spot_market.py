"""Spot markets, and reading them from text."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from constructs_lib.local.spot_market.supply import Progress, Supply
from constructs_lib.local.spot_market.text import parse_market

TYPE = "ml.m5.xlarge"
NONE_YET = Progress()


def supply(text: str, *, instance_type: str = TYPE, count: int = 1, now: float = 0) -> Supply:
    return parse_market(text).supply(instance_type, count, now)


def changes(line: Supply, until: float) -> list[float]:
    """Follow a supply that goes by the clock, and return when it changes."""
    now, found = 0.0, []
    while now < until:
        step = line.seconds_left(now, NONE_YET) or line.wait_seconds(now)
        now += step
        found.append(round(now, 6))
    return found


def test_always_and_never() -> None:
    assert supply("always").wait_seconds(5) == 0
    assert supply(" always ").seconds_left(5, Progress(training_seconds=1e9)) == math.inf
    assert supply("never").wait_seconds(5) == math.inf


def test_a_script_goes_by_the_training_time_of_each_launch() -> None:
    line = supply("scripted:40+10,60+5", now=1000)
    assert line.wait_seconds(1000) == 0
    assert line.seconds_left(1030, Progress(training_seconds=15)) == 25
    assert line.seconds_left(1060, Progress(training_seconds=41)) == -1
    line.interrupted(1060)
    assert line.wait_seconds(1063) == 7
    assert line.wait_seconds(1070) == 0
    assert line.seconds_left(1100, Progress(training_seconds=20)) == 40
    line.interrupted(1140)
    assert line.wait_seconds(1145) == 0
    assert line.seconds_left(2000, Progress(training_seconds=855)) == math.inf


def test_a_script_begins_anew_with_each_job() -> None:
    market = parse_market("scripted:1+1")
    first, second = market.supply(TYPE, 1, 0), market.supply(TYPE, 1, 0)
    first.interrupted(5)
    assert first.seconds_left(9, Progress(training_seconds=9)) == math.inf
    assert second.seconds_left(9, Progress(training_seconds=9)) < 0


@pytest.mark.parametrize(
    ("text", "before", "at"),
    [
        ("scripted:checkpoints=3+10", Progress(training_seconds=1e6, checkpoints=2, step=99), Progress(checkpoints=3)),
        ("scripted:step=200+10", Progress(training_seconds=1e6, checkpoints=99, step=199), Progress(step=200)),
    ],
)
def test_a_script_goes_by_progress(text: str, before: Progress, at: Progress) -> None:
    line = supply(text)
    assert line.seconds_left(0, NONE_YET) == math.inf
    assert line.seconds_left(0, before) == math.inf
    assert line.seconds_left(0, at) == 0


def test_a_script_can_begin_with_a_wait_and_end_for_ever() -> None:
    line = supply("scripted:+300, 1.5+never", now=100)
    assert line.wait_seconds(150) == 250
    assert line.wait_seconds(400) == 0
    line.interrupted(500)
    assert line.wait_seconds(500) == math.inf


def test_random_is_the_same_for_the_same_seed_and_begins_with_capacity() -> None:
    text = "random:seed=7,mean_up=600,mean_down=120"
    assert supply(text).wait_seconds(0) == 0
    assert changes(supply(text), 1e5) == changes(supply(text), 1e5)
    assert changes(supply(text), 1e5) != changes(supply(text.replace("7", "8")), 1e5)
    assert changes(supply(text), 1e5) != changes(supply(text, instance_type="ml.g5.xlarge"), 1e5)


def test_random_has_the_means_it_was_given() -> None:
    times = changes(supply("random:seed=1,mean_up=600,mean_down=120"), 2e6)
    lengths = [end - begin for begin, end in zip([0.0, *times], times, strict=False)]
    assert sum(lengths[::2]) / len(lengths[::2]) == pytest.approx(600, rel=0.1)
    assert sum(lengths[1::2]) / len(lengths[1::2]) == pytest.approx(120, rel=0.1)


def test_random_answers_for_a_time_that_has_passed_as_it_did_then() -> None:
    line = supply("random:seed=3,mean_up=10,mean_down=10")
    then = [line.wait_seconds(now) for now in range(100)]
    line.wait_seconds(1e5)
    assert [line.wait_seconds(now) for now in range(100)] == then


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    file = tmp_path / "trace.json"
    file.write_text(json.dumps({"metadata": {"gap_seconds": 600}, "data": [1, 2, 0, 0, 2]}))
    return file


def test_a_trace_is_what_was_recorded(trace: Path) -> None:
    line = supply(f"trace:{trace}")
    assert line.wait_seconds(0) == 0
    assert line.seconds_left(0, NONE_YET) == 1200
    assert line.seconds_left(1200, NONE_YET) == 0
    assert line.wait_seconds(1300) == 1100
    assert line.wait_seconds(2400) == 0


def test_a_trace_counts_the_instances_a_job_needs(trace: Path) -> None:
    assert supply(f"trace:{trace}", count=2).wait_seconds(0) == 600
    assert supply(f"trace:{trace}", count=3).wait_seconds(0) == math.inf


def test_a_trace_repeats_and_can_start_inside(trace: Path) -> None:
    assert supply(f"trace:{trace}").seconds_left(2400, NONE_YET) == 600 + 1200
    assert supply(f"trace:{trace},start=1300").wait_seconds(0) == 1100
    assert supply(f"trace:{trace},start=1300").wait_seconds(3000) == 1100


def test_a_trace_that_never_changes_stays(tmp_path: Path) -> None:
    file = tmp_path / "flat.json"
    file.write_text('{"metadata": {"gap_seconds": 1}, "data": [1]}')
    assert supply(f"trace:{file}").seconds_left(0, NONE_YET) == math.inf


def test_a_trace_moves_on_at_every_change(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text('{"metadata": {"gap_seconds": 0.1}, "data": [1, 0]}')
    assert len(changes(supply(f"trace:{file},start=0.7"), 50)) == pytest.approx(500, abs=2)


def test_instance_types_can_have_markets_of_their_own() -> None:
    text = "ml.g5.*=never; ml.p*=scripted:5+1,6+1; *=always"
    assert supply(text, instance_type="ml.g5.xlarge").wait_seconds(0) == math.inf
    assert supply(text, instance_type="ml.p3.2xlarge").seconds_left(0, NONE_YET) == 5
    assert supply(text).wait_seconds(0) == 0
    assert supply("ml.g5.*=always").wait_seconds(0) == math.inf


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'market' must be always, never"),
        ("sometimes", "got 'sometimes'"),
        ("always:5", "got 'always:5'"),
        ("scripted:", "got 'scripted:'"),
        ("scripted:40", "got '40' in 'scripted:40'"),
        ("scripted:40+10,+5", r"got '\+5'"),
        ("scripted:40-10", "<away> in seconds or never"),
        ("scripted:step=1.5+10", "got 'step=1.5"),
        ("scripted:-1+10", "got '-1"),
        ("random:seed=7", "mean_up=<seconds>"),
        ("random:seed=7,mean_up=0,mean_down=5", "above 0"),
        ("random:seed=x,mean_up=1,mean_down=5", "whole number"),
        ("random:seed=7,mean_up=1,mean_down=5,mean_up2=6", "got 'random:seed=7,mean_up=1"),
        ("trace:/no/such/file.json", "cannot be read: No such file"),
        ("ml.g5.*=sometimes", "got 'sometimes'"),
        ("ml.g5.*=always;never", "in each part, got 'never'"),
    ],
)
def test_fails_on_a_text_that_is_no_market(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_market(text)


@pytest.mark.parametrize(
    "content",
    ["[1, 2]", "{", '{"metadata": {}, "data": [1]}', '{"metadata": {"gap_seconds": 0}, "data": [1]}',
     '{"metadata": {"gap_seconds": 600}, "data": []}', '{"metadata": {"gap_seconds": 600}, "data": [-1]}'],
)  # fmt: skip
def test_fails_on_a_file_that_is_no_trace(tmp_path: Path, content: str) -> None:
    file = tmp_path / "trace.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=r"trace\.json' must hold"):
        parse_market(f"trace:{file}")


def test_fails_on_a_trace_start_that_is_no_number(trace: Path) -> None:
    with pytest.raises(ValueError, match="start must be a number of seconds, got 'now'"):
        parse_market(f"trace:{trace},start=now")
