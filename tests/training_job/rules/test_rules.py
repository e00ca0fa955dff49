"""The table of rules: each at both sides of its boundary, and each with the page that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup, InstancePreference
from constructs_lib.training_job.rules.problems import request_problems
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.table import RULES
from tests.training_job.requests import whole_request
from tests.training_job.rules.cases import CASES
from tests.training_job.rules.cases.case import Case

BY_NAME = {rule.name: rule for rule in RULES}
FINE = [(case, changes) for case in CASES for changes in case.fine]
REFUSED = [(case, changes, said) for case in CASES for changes, said in case.refused]
TOKEN = "${Token[Unknown.1]}"


def request_of(case: Case, changes: dict[str, Any]) -> dict[str, Any]:
    return whole_request(changes, capacity=case.capacity)


def paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of everything in a request, objects and lists too."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield (name,)
        yield from ((name, *below) for below in paths(member))


def hidden(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return a request with a token in one place."""
    if not path:
        return TOKEN
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = hidden(value[path[0]], path[1:])
    return copied


def test_every_rule_is_tested_on_both_sides_and_has_a_page() -> None:
    assert [rule.name for rule in RULES] == [case.rule for case in CASES]
    assert len(BY_NAME) == len(RULES)
    assert all(case.fine and case.refused for case in CASES)
    for rule in RULES:
        assert rule.page.startswith(("https://docs.aws.amazon.com/", "https://github.com/aws/")), rule.name
        assert rule.says.endswith("."), rule.name


@pytest.mark.parametrize(("case", "changes"), FINE, ids=lambda value: value.rule if isinstance(value, Case) else "")
def test_nothing_is_wrong_inside_the_boundary(case: Case, changes: dict[str, Any]) -> None:
    assert request_problems(request_of(case, changes)) == []


@pytest.mark.parametrize(
    ("case", "changes", "said"), REFUSED, ids=lambda value: value.rule if isinstance(value, Case) else ""
)
def test_fails_outside_the_boundary(case: Case, changes: dict[str, Any], said: str) -> None:
    request = request_of(case, changes)
    by_rule = list(BY_NAME[case.rule].check(Reader(request, lambda _: False)))
    assert len(by_rule) == 1, by_rule
    assert said in by_rule[0]
    assert by_rule[0] in request_problems(request)


@pytest.mark.parametrize(("case", "changes"), [(case, changes) for case, changes, _ in REFUSED], ids=str)
def test_a_rule_says_nothing_of_a_request_that_is_not_known_yet(case: Case, changes: dict[str, Any]) -> None:
    request = request_of(case, changes)
    assert list(BY_NAME[case.rule].check(Reader(request, lambda _: True))) == []


@pytest.mark.parametrize(("case", "changes"), FINE, ids=lambda value: value.rule if isinstance(value, Case) else "")
def test_nothing_is_wrong_where_a_part_is_not_known_yet(case: Case, changes: dict[str, Any]) -> None:
    request = request_of(case, changes)
    for path in list(paths(request)):
        problems = request_problems(hidden(request, path), unknown=lambda value: value == TOKEN)
        assert problems == [], path


@pytest.mark.parametrize(
    "capacity",
    [
        Capacity.spot("ml.m5.xlarge", instance_count=3),
        Capacity.on_demand("ml.g5.xlarge"),
        Capacity.spot_groups([InstanceGroup(name="a", instance_type="ml.m5.xlarge")]),
        Capacity.on_demand_groups([InstanceGroup(name="a", instance_type="ml.p4d.24xlarge")]),
        Capacity.on_demand_preferences([InstancePreference(instance_type="ml.p5.48xlarge")]),
        Capacity.on_demand_preferences([InstancePreference(instance_type="ml.p5.48xlarge", instance_count=2)]),
    ],
)
def test_every_kind_of_capacity_gives_a_request_that_nothing_is_wrong_with(capacity: Capacity) -> None:
    assert request_problems(whole_request(capacity=capacity)) == []
