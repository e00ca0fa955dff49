"""What the folders hold: few entries, short files, plain names, and `__init__` files that say what a folder is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.imports import FACES, sources
from tests.support.places import ROOT

LIBRARY, TOOLS, TESTS = (ROOT / name for name in ("constructs_lib", "tools", "tests"))

MOST_ENTRIES = 12
MOST_LINES = 300


def folders() -> Iterator[Path]:
    """Yield every folder of this project's own Python."""
    for top in (LIBRARY, TOOLS, TESTS):
        yield top
        yield from (path for path in sorted(top.rglob("*")) if path.is_dir() and path.name != "__pycache__")


def files() -> list[Path]:
    return [path for folder in folders() for path in sorted(folder.glob("*.py"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_folder_has_at_most_twelve_entries() -> None:
    entries = {named(folder): [path for path in folder.iterdir() if path.name != "__pycache__"] for folder in folders()}
    assert [folder for folder, found in entries.items() if len(found) > MOST_ENTRIES] == []


def test_a_file_has_at_most_300_lines() -> None:
    assert [named(path) for path in files() if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES] == []


def test_no_name_of_a_file_or_folder_of_the_library_begins_with_an_underscore() -> None:
    names = [*folders(), *(path for path in files() if path.name not in ("__init__.py", "__main__.py"))]
    assert [named(path) for path in names if path.name.startswith("_") and path.name != "__snapshots__"] == []


def test_the_init_of_a_folder_says_what_it_is_and_nothing_else() -> None:
    found = {module: source.tree for module, source in sources().items() if source.is_package}
    assert [module for module, tree in found.items() if not ast.get_docstring(tree)] == []
    assert {module for module, tree in found.items() if len(tree.body) > 1} == FACES
