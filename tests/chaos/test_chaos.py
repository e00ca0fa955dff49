"""A few seeds of the chaos run; `make chaos SEEDS=1000` plays many."""

from __future__ import annotations

import pytest

from tests.chaos.app import synthesise
from tests.chaos.campaign import play
from tests.chaos.schedule import draw
from tests.chaos.sweeps.schedule import draw as draw_sweep


@pytest.fixture(scope="module")
def template() -> str:
    return synthesise()


@pytest.mark.parametrize("first", [100, 105])
def test_whatever_happens_everything_holds(first: int, template: str) -> None:
    tally = play(range(first, first + 4), template)
    assert tally.seeds == 4
    assert tally.broken == {}


def test_whatever_happens_to_a_sweep_everything_holds(template: str) -> None:
    # is halved, aborted once a run has ended, and redriven
    tally = play([37], template, sweeps=True)
    assert tally.broken == {}
    assert tally.counts["done to a sweep: abort"] == tally.counts["redrives of sweeps"] == 1
    assert tally.counts["sweep ended: SUCCEEDED"] == 1


def test_a_seed_tells_the_same_story_again() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)
    assert draw_sweep(7) == draw_sweep(7)
    assert draw_sweep(7) != draw_sweep(8)
