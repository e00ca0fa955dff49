"""Fixtures of the pure ring: every expression is evaluated by both JSONata engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.jsonata_engine import Engine, PythonEngine, ReferenceEngine


@pytest.fixture(scope="session", params=["python", pytest.param("reference", marks=pytest.mark.npm)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give each engine in turn; a test that takes it runs twice and expects the same of both."""
    if request.param == "python":
        yield PythonEngine()
        return
    reference = ReferenceEngine()
    yield reference
    reference.close()
