"""What an expression may take: AWS ends an evaluation at a depth of about 100, and after a second."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.engines.jsonata_engine import PythonEngine, ReferenceEngine
from tests.support.worst_cases import Case, worst_cases

DEEPEST = 80
CASES = worst_cases(PythonEngine())


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceEngine]:
    made = ReferenceEngine()
    yield made
    made.close()


@pytest.mark.npm
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_no_expression_is_deep_counted_with_or_without_the_leak(reference: ReferenceEngine, case: Case) -> None:
    reference.call(case.call, **case.variables)
    assert reference.depth <= DEEPEST
    assert PythonEngine().depth_of(case.call, **case.variables) <= DEEPEST


@pytest.mark.npm
def test_the_count_has_the_leak(reference: ReferenceEngine) -> None:
    leaks = "$count($map([1..50], function($x) { { 'a': $x, 'b': $x } }))"
    assert reference.evaluate(f"{{% {leaks} %}}", {}) == 50
    assert reference.depth > 50
