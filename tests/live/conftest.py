"""The live tests are deselected unless an account is named."""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what was not asked for."""
    if os.environ.get("LIVE_ACCOUNT"):
        return
    unasked = [item for item in items if item.get_closest_marker("live")]
    if unasked:
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for item in items if item not in unasked]
