"""What is assumed of AWS: each row has an id of its own, and what names a row names one that is there."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.support.places import DOCS, ROOT

PAGE = (DOCS / "about" / "assumptions.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
IDS = [row[0].strip("`") for row in ROWS]
NAMED = re.compile(r"\[`([^`]+)`\]\((?:[\w./]*/)?assumptions\.md\)")
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def test_every_id_is_there_once_and_short() -> None:
    assert [found for found, times in Counter(IDS).items() if times > 1] == []
    assert [found for found in IDS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+){1,3}", found)] == []


def test_nothing_is_said_twice() -> None:
    assert [said for said, times in Counter(row[1] for row in ROWS).items() if times > 1] == []


@pytest.mark.parametrize("kind", ["Known", "Doubtful", "Right either way"])
def test_there_are_rows_of_each_kind(kind: str) -> None:
    found = re.findall(rf"### {kind}\n\n(.+)\n\|[-|]+\n((?:\| `.+\n)+)", PAGE)
    assert len(found) == PAGE.count(f"### {kind}") > 3
    assert {heads.count("|") for heads, _ in found} == {
        row.count("|") for _, rows in found for row in rows.splitlines()
    }


def test_what_other_pages_name_is_there() -> None:
    named = {(page.name, found) for page in PAGES for found in NAMED.findall(page.read_text(encoding="utf-8"))}
    assert named
    assert [name for name in named if name[1] not in IDS] == []
