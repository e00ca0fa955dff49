"""Tests that share something dear stay in one worker."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("a group")


def test_groups_are_kept_together(request: pytest.FixtureRequest) -> None:
    # pytest-xdist keeps a group together by what it adds to a test's id; with some versions of pytest that is lost
    grouped = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@a group") == grouped
