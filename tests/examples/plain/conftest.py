"""The evaluator of policies."""

from __future__ import annotations

from tests.permissions.conftest import simulator  # noqa: F401 - a fixture
