"""CONTRIBUTING.md names files, folders and targets that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.support.places import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TREE = PAGE.split("```")[1]

PATHS = sorted(set(re.findall(r"`((?:constructs_lib|tests|docs|tools)(?:/[\w.]+)*/?)`", PAGE)))


def test_what_it_names_is_there() -> None:
    assert len(PATHS) > 25
    assert [path for path in PATHS if not (ROOT / path).exists()] == []


def test_its_tree_is_the_library_s() -> None:
    drawn, above = set(), {0: ROOT}
    for line in TREE.splitlines():
        if match := re.match(r"( *)(\S+)", line):
            path = above[len(match[1])] / match[2]
            above[len(match[1]) + 2] = path
            assert path.exists(), path
            drawn.add(path)
    rooms = [path for path in (ROOT / "constructs_lib").glob("*/") if path.name != "__pycache__"]
    folders = [path for room in rooms for path in room.glob("*/") if path.name != "__pycache__"]
    assert {*rooms, *folders} <= drawn


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda form: form.stem
)
def test_a_form_asks_for_something_and_names_what_is_there(form: Path) -> None:
    text = form.read_text(encoding="utf-8")
    asked = yaml.safe_load(text)
    if form.stem != "config":
        assert asked["name"]
        assert asked["description"]
        fields = [each for each in asked["body"] if each["type"] != "markdown"]
        assert len({each["id"] for each in fields}) == len(fields) > 1
    assert [path for path in re.findall(r"\b[\w/]+\.md\b", text) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)`", PAGE))))
def test_its_targets_are_in_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:.* ## ", MAKEFILE, re.MULTILINE)
