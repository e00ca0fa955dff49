"""What an expression may take: AWS ends an evaluation at a depth of about 100, and after a second."""

from __future__ import annotations

import pytest

from tests.support.engines.jsonata_engine import PythonEngine, ReferenceEngine
from tests.support.worst_cases import worst_cases

DEEPEST = 80


@pytest.mark.npm
def test_no_expression_is_deep_counted_with_or_without_the_leak(reference: ReferenceEngine) -> None:
    python = PythonEngine()
    deep: dict[str, tuple[float, int]] = {}
    for case in worst_cases(python):
        reference.call(case.call, **case.variables)
        deep[case.name] = (reference.depth, python.depth_of(case.call, **case.variables))
    assert len(deep) > 20
    assert {name: depths for name, depths in deep.items() if max(depths) > DEEPEST} == {}


@pytest.mark.npm
def test_the_count_has_the_leak(reference: ReferenceEngine) -> None:
    leaks = "$count($map([1..50], function($x) { { 'a': $x, 'b': $x } }))"
    assert reference.evaluate(f"{{% {leaks} %}}", {}) == 50
    assert reference.depth > 50
