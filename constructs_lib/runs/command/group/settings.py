"""The table `[tool.spot-training]` of the nearest pyproject.toml: options that need not be typed each time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from constructs_lib.runs.aws.errors import RunsError

TABLE = "spot-training"
NAMES = ("stack", "state-machine", "region", "profile", "endpoint-url", "prices")
"""What it may say: the options that tell which AWS and which state machine, and the file of prices."""


def settings(directory: Path) -> dict[str, str]:
    """Read the table, by the names that click has for the options; empty where there is none.

    Args:
        directory: Where to look first; then above it, to the first pyproject.toml.

    Raises:
        RunsError: If it cannot be read, or says what it may not.
    """
    for place in (directory, *directory.parents):
        path = place / "pyproject.toml"
        if path.is_file():
            return _table(path)
    return {}


def _table(path: Path) -> dict[str, str]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunsError(f"{path} cannot be read as TOML: {error}") from error
    table: Any = document.get("tool", {}).get(TABLE, {})
    where = f"[tool.{TABLE}] of {path}"
    if not isinstance(table, dict):
        raise RunsError(f"{where} must be a table, got {table!r}")
    problems = [f"{name!r} is none of {', '.join(NAMES)}" for name in table if name not in NAMES]
    problems += [
        f"{name!r} must be a text that is not empty, got {value!r}"
        for name, value in table.items()
        if name in NAMES and not (isinstance(value, str) and value)
    ]
    if {"stack", "state-machine"} <= set(table):
        problems.append("'stack' and 'state-machine' both say which state machine; leave one out")
    if problems:
        raise RunsError(f"{where}: {'; '.join(problems)}")
    return {name.replace("-", "_"): value for name, value in table.items()}
