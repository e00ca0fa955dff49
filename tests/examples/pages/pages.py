"""The pages of the site and beside it, and what is in them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.support.places import DOCS, ROOT
from tools.docs.sources import without_programs

PAGES = sorted(DOCS.rglob("*.md"))
BESIDE = [ROOT / name for name in ("README.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
BESIDE += sorted((ROOT / "examples").rglob("README.md"))

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"(?<!\\)\]\((?P<target>[^)\s]+)\)|^\[[^\]]+\]: (?P<named>\S+)", re.MULTILINE)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, *languages: str) -> list[str]:
    """Return the code blocks of a page, without the programs of `examples/`, which have tests of their own."""
    text = without_programs(page.read_text(encoding="utf-8"))
    return [found["code"] for found in _FENCE.finditer(text) if found["language"] in languages]


def prose(page: Path) -> str:
    """Return a page without its code."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> Iterator[str]:
    """Yield where a page's links lead that do not leave the repository."""
    for found in _LINK.finditer(prose(page)):
        target = found["target"] or found["named"]
        if "://" not in target and not target.startswith("mailto:"):
            yield target


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    found: dict[str, int] = {}
    for line in _FENCE.sub("", page.read_text(encoding="utf-8")).splitlines():
        if not (heading := re.match(r"#{1,6} (.*)", line)):
            continue
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        times = found.get(slug, -1) + 1
        found[slug] = times
        if times:
            found[f"{slug}-{times}"] = 0
    return set(found)


def navigation() -> list[str]:
    """Return the pages that the site's navigation lists."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    return list(_listed(site["project"]["nav"]))


def _listed(entry: object) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from _listed(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _listed(value)
