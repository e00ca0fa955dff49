"""What an expression may take: AWS ends an evaluation at a depth of about 100, and after a second."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.support.engines.jsonata_engine import PythonEngine, ReferenceEngine
from tests.support.worst_cases import CHECK, CHECK_WITH_DEADLINE, CHECK_WITHIN_COST, Case, worst_cases
from tests.workflow.sweep.documents import item

DEEPEST = 80
CHECKS = (CHECK, CHECK_WITH_DEADLINE, CHECK_WITHIN_COST)
pytestmark = pytest.mark.npm


class Measured(NamedTuple):
    """How deep an expression is, counted with the leak of jsonata-js and without it."""

    case: Case
    with_leak: float
    without: int


@pytest.fixture(scope="module")
def measured(reference: ReferenceEngine) -> list[Measured]:
    python = PythonEngine()
    found = []
    for case in worst_cases(python):
        reference.call(case.call, **case.variables)
        found.append(Measured(case, reference.depth, python.depth_of(case.call, **case.variables)))
    return found


def test_no_expression_is_deep_counted_with_or_without_the_leak(measured: list[Measured]) -> None:
    assert len(measured) > 20
    assert [found for found in measured if max(found.with_leak, found.without) > DEEPEST] == []


def test_the_check_of_a_run_is_no_deeper_within_that_of_an_item(
    reference: ReferenceEngine, measured: list[Measured]
) -> None:
    python = PythonEngine()
    one = item(python, {"Grid": {"lr": [0.1]}})
    checks = sorted((found for found in measured if found.case.call in CHECKS), key=lambda found: found.without)
    assert len(checks) > 20
    deep: dict[str, float] = {}
    for case, _, _ in checks:
        assert isinstance(reference.call(within(case), x=one, **case.variables), str)
        deep[case.name] = reference.depth
    assert {name: depth for name, depth in deep.items() if depth > DEEPEST} == {}
    # without the leak each is deeper by the same, so that the deepest one tells of all
    further = {python.depth_of(within(case), x=one, **case.variables) - depth for case, _, depth in checks[::8]}
    assert len(further) == 1
    assert checks[-1].without + further.pop() <= DEEPEST


def within(case: Case) -> str:
    return f"$itemProblems($x, {case.call}, true)"


def test_the_count_has_the_leak(reference: ReferenceEngine) -> None:
    leaks = "$count($map([1..50], function($x) { { 'a': $x, 'b': $x } }))"
    assert reference.evaluate(f"{{% {leaks} %}}", {}) == 50
    assert reference.depth > 50
