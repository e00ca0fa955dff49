"""Every link and picture of every page leads to a file that is there, and to an anchor that is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.pages.pages import BESIDE, PAGES, anchors, links, named, prose
from tests.support.places import DOCS


def dead(page: Path) -> list[str]:
    found = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", [*PAGES, *BESIDE], ids=named)
def test_no_link_is_dead(page: Path) -> None:
    assert dead(page) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_link_of_the_site_leads_out_of_it(page: Path) -> None:
    # what is not below docs/ is not in the site
    paths = [link.partition("#")[0] for link in links(page)]
    assert [path for path in paths if path and not (page.parent / path).resolve().is_relative_to(DOCS)] == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n\n[a](#a-page) [b](#nowhere) [c](other.md) `[d](code.md)`\n\n[e][e]\n\n[e]: none.svg\n")
    assert dead(page) == ["#nowhere", "other.md", "none.svg"]


def test_every_picture_is_shown_and_says_what_it_is_of() -> None:
    shown = {(page.parent / link).resolve() for page in [*PAGES, *BESIDE] for link in links(page) if ".svg" in link}
    assert shown == set((DOCS / "pictures").glob("*.svg"))
    assert "![](" not in "".join(map(prose, [*PAGES, *BESIDE]))
