"""Where things are in this repository."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
PROGRAMS = ROOT / "tests" / "local" / "programs"
"""Training programs of the tests."""


def training_program(name: str) -> list[str]:
    """Return the command of a training program, which needs no package: looking for them takes longer than it does."""
    return [sys.executable, "-S", str(PROGRAMS / name)]
