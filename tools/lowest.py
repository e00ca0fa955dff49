"""Prints the lowest versions that pyproject.toml allows of what the library needs, as constraints for pip.

What is pinned, or only tested with, is left to constraints.txt.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def lowest(document: dict[str, Any]) -> list[str]:
    """Return `name==version` for each package that the library or its extra `explain` needs."""
    project = document["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["runs"], *extras["explain"]]
    found = (re.match(r"([\w-]+)[>=]=([\d.]+)", text) for text in needed)
    return [f"{match[1]}=={match[2]}" for match in found if match]


if __name__ == "__main__":
    print("\n".join(lowest(tomllib.loads(PYPROJECT.read_text(encoding="utf-8")))))
