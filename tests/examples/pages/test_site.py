"""The site: every page is in its navigation and says whom it is for; it builds without a warning and loads nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.pages.pages import PAGES, named, navigation
from tests.support.places import DOCS, ROOT


def test_the_navigation_lists_every_page_once() -> None:
    assert sorted(navigation()) == [str(page.relative_to(DOCS)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_says_first_whom_it_is_for(page: Path) -> None:
    heading, first, *_ = re.sub(r"<!--.*?-->\n*", "", page.read_text(encoding="utf-8")).split("\n\n")
    assert heading.startswith("# ")
    assert first.startswith("For ")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a copy, because a build leaves files behind."""
    place = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "zensical.toml", place)
    shutil.copytree(DOCS, place / "docs")
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return place / "site"


def test_it_has_every_page_and_a_search(site: Path) -> None:
    made = {str(page.relative_to(site).with_suffix(".md")) for page in site.rglob("*.html")} - {"404.md"}
    assert made == {str(page.relative_to(DOCS)) for page in PAGES}
    assert "capacity_patience" in (site / "search.json").read_text(encoding="utf-8")


def test_its_pages_load_nothing_from_elsewhere(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)=\"?(?:https?:)?//[^\s\">]+|@import|url\(//"
    )
    found = {file.name: loads.findall(file.read_text(encoding="utf-8")) for file in site.rglob("*.html")}
    assert {name: loaded for name, loaded in found.items() if loaded} == {}
    pictures = {file.name for file in DOCS.rglob("*.svg") if "url(http" in file.read_text(encoding="utf-8")}
    assert pictures == set()
