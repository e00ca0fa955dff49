"""The interval that costs least."""

from __future__ import annotations

import pytest

from constructs_lib.local.rehearsal.cost import Cost


def test_daly_is_near_the_least_and_young_too_where_checkpoints_are_cheap() -> None:
    cost = Cost(interval=600, writing=5, between_losses=86400)
    assert cost.young == pytest.approx(929.5, abs=0.1)
    assert cost.daly == pytest.approx(cost.young, rel=0.01)
    assert cost.month(cost.daly) < min(cost.month(cost.daly / 2), cost.month(cost.daly * 2), cost.month(600))


def test_a_checkpoint_that_takes_longer_than_an_instance_lasts() -> None:
    assert Cost(interval=600, writing=200, between_losses=90).daly == 90
