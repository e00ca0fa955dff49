"""Where things are in this repository."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
PROGRAMS = ROOT / "tests" / "local" / "programs"
"""Training programs of the tests."""
