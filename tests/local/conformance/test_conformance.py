"""Every case is as near to AWS's recorded answer as the table says: neither farther nor nearer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.conformance.case import ANY, Answer, distance, matches
from tests.local.conformance.play import furnish, play
from tests.local.conformance.table import with_table
from tests.local.conformance.topics.all_topics import TOPICS
from tests.local.machines import Machines
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    with EmbeddedAws(speed=100) as aws:
        furnish(aws)
        yield Machines(aws)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_case_is_as_the_table_says(machines: Machines, topic: str) -> None:
    outcomes = play(machines, TOPICS[topic])
    assert [outcome.story() for outcome in outcomes if outcome.level != outcome.case.differs] == []


def test_there_are_enough_cases_and_each_has_its_own_name_and_a_source() -> None:
    names = Counter((topic, case.name) for topic, cases in TOPICS.items() for case in cases)
    assert [name for name, count in names.items() if count > 1] == []
    assert names.total() >= 250
    assert [case.name for cases in TOPICS.values() for case in cases if not case.source.startswith("test_")] == []


def test_what_differs_says_why_and_nothing_else_does() -> None:
    cases = [case for found in TOPICS.values() for case in found]
    assert [case.name for case in cases if bool(case.why) != (case.differs != "agrees")] == []


def test_the_page_has_the_table() -> None:
    page = (ROOT / "docs" / "guides" / "local.md").read_text(encoding="utf-8")
    assert with_table(page, TOPICS) == page, "run `make docs`"


@pytest.mark.parametrize(
    ("want", "got", "level"),
    [
        (
            Answer(status="FAILED", error="A", cause="b … d"),
            Answer(status="FAILED", error="A", cause="b c d"),
            "agrees",
        ),
        (Answer(status="FAILED", error="A", cause="b"), Answer(status="FAILED", error="A", cause="c"), "wording"),
        (Answer(status="FAILED", error="A", cause="b"), Answer(status="FAILED", error="B", cause="b"), "result"),
        (Answer(status="SUCCEEDED", output=1), Answer(status="SUCCEEDED", output=True), "result"),
        (Answer(status="SUCCEEDED", events="a"), Answer(status="SUCCEEDED", events="a b"), "history"),
        (Answer(status="SUCCEEDED"), Answer(status="SUCCEEDED", events="a b"), "agrees"),
    ],
)
def test_the_distance(want: Answer, got: Answer, level: str) -> None:
    assert distance(want, got) == level


def test_further_members_match_only_where_they_may() -> None:
    assert matches({"a": [ANY], ANY: ANY}, {"a": [1], "b": 2})
    assert not matches({"a": 1}, {"a": 1, "b": 2})
    assert not matches({"a": 1, ANY: ANY}, {"b": 2})
