"""The library's imports, read from its source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import constructs_lib

PACKAGE = "constructs_lib"
FACES = {PACKAGE, f"{PACKAGE}.runs", f"{PACKAGE}.local", f"{PACKAGE}.local.rehearsal"}
"""The packages whose `__init__` holds more than a docstring."""

FOLDER = Path(constructs_lib.__file__).parent


@dataclass(frozen=True)
class Source:
    """A module's source.

    Attributes:
        path: Its file.
        tree: What it says.
    """

    path: Path
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether it is a folder's `__init__`."""
        return self.path.name == "__init__.py"

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield what it imports, anywhere in it: a module and, of `from a.b import c`, a name in it."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}: imports are absolute"
                assert node.module
                yield from ((node.module, alias.name) for alias in node.names)


def _module(path: Path) -> str:
    parts = path.relative_to(FOLDER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> dict[str, Source]:
    """Return every module of the library by its name."""
    return {_module(path): Source(path, ast.parse(path.read_text(encoding="utf-8"))) for path in FOLDER.rglob("*.py")}


def imported(module: str) -> Source:
    """Return a module of the library."""
    return sources()[module]


def packages(module: str) -> set[str]:
    """Return the packages of others that a module imports."""
    names = {name.partition(".")[0] for name, _ in imported(module).names()}
    return names - {PACKAGE} - sys.stdlib_module_names


def entry(module: str, folder: str) -> str:
    """Return which entry of a folder a module is, or is in; empty where it is elsewhere, or is the folder itself."""
    return module.removeprefix(f"{folder}.").partition(".")[0] if module.startswith(f"{folder}.") else ""


def _own(module: str) -> set[str]:
    """The modules of the library that a module imports: of `from a.b import c` it is `a.b.c` where that is a module."""
    inner = {(name, part): f"{name}.{part}" for name, part in imported(module).names()}
    names = {whole if whole in sources() else name for (name, _), whole in inner.items()}
    return (names & set(sources())) - {module}


@cache
def modules() -> dict[str, set[str]]:
    """Return every module of the library, and those that it imports."""
    return {module: _own(module) for module in sorted(sources())}


def circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the strongly connected parts of a graph that are more than one node, or a node that leads to itself."""
    reached = {node: _reached(graph, node) for node in graph}
    found: list[set[str]] = []
    for node in graph:
        circle = {other for other in reached[node] if node in reached.get(other, set())}
        if circle and circle not in found:
            found.append(circle)
    return found


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(graph.get(node, ()))
    return found
