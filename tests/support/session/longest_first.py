"""In which order a session's files begin: what takes longest first, so that no worker ends long after the others."""

from __future__ import annotations

from pathlib import Path

LONGEST = (
    "examples/test_examples.py",
    "live/rehearsal",
    "local/aws/test_deploy.py",
    "examples/test_demonstration.py",
    "chaos/test_chaos.py",
    "permissions/test_enough.py",
    "examples/test_editors.py",
    "local/runs",
    "runs/test_command.py",
    "local/conformance",
    "cdk/analysis",
    "runs",
    "examples/pages",
    "local",
    "cdk",
)
"""Files and folders of `tests/`, by how long they take; all others begin after them, in the order of their names."""


def place_of(file: Path, tests: Path) -> int:
    """Return how early a file begins; files of one place keep their order."""
    found = file.relative_to(tests)
    parents = {found.as_posix(), *(parent.as_posix() for parent in found.parents)}
    return next((place for place, name in enumerate(LONGEST) if name in parents), len(LONGEST))
