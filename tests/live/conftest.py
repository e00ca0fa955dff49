"""The live tests are deselected unless an account is named, and their rehearsal unless it is asked for."""

from __future__ import annotations

import os

import pytest

ASKED = {"live": "LIVE_ACCOUNT", "live_rehearsal": "LIVE_REHEARSAL"}
"""The variable that asks for the tests of each mark."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what was not asked for."""
    unasked = [
        item
        for item in items
        if any(item.get_closest_marker(mark) and not os.environ.get(name) for mark, name in ASKED.items())
    ]
    if unasked:
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for item in items if item not in unasked]
