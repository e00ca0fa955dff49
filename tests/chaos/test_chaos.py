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


# the sweep is halved, aborted once a run has ended, and redriven; it is played where the runs are, and deploys nothing
@pytest.mark.parametrize(("first", "sweeps"), [(100, []), (105, [37])])
def test_whatever_happens_everything_holds(first: int, sweeps: list[int], template: str) -> None:
    tally = play(range(first, first + 4), template, sweeps=sweeps)
    assert tally.seeds == 4 + len(sweeps)
    assert tally.broken == {}
    assert tally.counts["done to a sweep: abort"] == tally.counts["redrives of sweeps"] == len(sweeps)


def test_a_seed_tells_the_same_story_again() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)
    assert draw_sweep(7) == draw_sweep(7)
    assert draw_sweep(7) != draw_sweep(8)
    kinds = {kind for seed in range(20) for kind in draw_sweep(seed).given if kind in ("Runs", "Grid", "Random")}
    assert kinds == {"Runs", "Grid", "Random"}
