"""The evaluator, one process for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.engines.iam_simulator import IamSimulator


@pytest.fixture(scope="session")
def simulator() -> Iterator[IamSimulator]:
    made = IamSimulator()
    yield made
    made.close()
