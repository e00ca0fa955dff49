"""The README is short, shows what it is, and says of figures and of what stays what is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from constructs_lib.workflow.failures import ERRORS
from tests.examples.pages.pages import blocks, named
from tests.support.places import DOCS, ROOT
from tools.pictures.__main__ import with_report
from tools.pictures.record import read

PAGE = ROOT / "README.md"
README = PAGE.read_text(encoding="utf-8")
MOST_LINES = 150


def test_it_is_short_and_shows_two_pictures_before_all_else() -> None:
    assert len(README.splitlines()) <= MOST_LINES
    assert README.partition("\n## ")[0].count("![") == 2
    assert len(blocks(PAGE, "python")) == 1


@pytest.mark.parametrize("page", [PAGE, DOCS / "start" / "demo.md"], ids=named)
def test_the_two_commands_come_first(page: Path) -> None:
    assert blocks(page, "sh")[0].splitlines() == ["make demo", "make test"]


def test_its_report_is_that_of_the_run_in_the_pictures() -> None:
    # make pictures
    assert with_report(README, read()) == README


def test_it_overstates_nothing() -> None:
    for words in (
        "an assumed discount",
        "counts seconds, not money",
        "which is not\nAWS's own",
        "nothing\nhas been run against AWS yet",
        "What stays after `cdk destroy`",
    ):
        assert " ".join(words.split()) in " ".join(README.split()), words


def test_its_figures_are_those_of_the_code() -> None:
    simulator = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    named = re.findall(r"`(@cloud-copilot/[\w-]+)`", README)
    assert named
    assert set(named) <= set(simulator)
    assert "one of [eight errors]" in README
    assert len(ERRORS) == 8
