"""Programs of `examples/` in the pages that show them: `make docs` writes them between their marks."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PROGRAM = re.compile(
    r"<!-- (?P<file>examples/\S+\.py): written by `make docs` -->\n.*?<!-- end of (?P=file) -->", re.DOTALL
)


def with_programs(page: str) -> str:
    """Return a page with its programs as they are now."""
    return _PROGRAM.sub(_shown, page)


def without_programs(page: str) -> str:
    """Return a page without them."""
    return _PROGRAM.sub("", page)


def _shown(found: re.Match[str]) -> str:
    file = found["file"]
    code = (ROOT / file).read_text(encoding="utf-8").rstrip()
    begin, end = f"<!-- {file}: written by `make docs` -->", f"<!-- end of {file} -->"
    return f"{begin}\n\n`{file}`:\n\n```python\n{code}\n```\n\n{end}"
