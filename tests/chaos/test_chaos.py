"""A few seeds of the chaos run; `make chaos SEEDS=1000` plays many."""

from __future__ import annotations

import pytest

from tests.chaos.app import synthesise
from tests.chaos.campaign import play
from tests.chaos.schedule import draw


@pytest.fixture(scope="module")
def template() -> str:
    return synthesise()


@pytest.mark.parametrize("first", [100, 105])
def test_whatever_happens_everything_holds(first: int, template: str) -> None:
    tally = play(range(first, first + 4), template)
    assert tally.seeds == 4
    assert tally.broken == {}


def test_a_seed_tells_the_same_story_again() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)
