"""Finds Node, which the CDK CLI and jsii run on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from constructs_lib.local.errors import LocalError
from constructs_lib.needed import installing, wheel_node

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
    own = wheel_node()
    if own is not None:
        return own
    found = shutil.which("node", path=path)
    version = _major_version(Path(found)) if found else None
    if found and version is not None and version >= OLDEST:
        return Path(found)
    seen = f"{found} is version {version}" if found and version is not None else "there is none on the PATH"
    raise LocalError(f"Node {OLDEST} or later is needed and {seen}; install one, or run: {installing('node')}")


def find_npm(node: Path) -> list[str]:
    """Return the words that start npm: that of the package which a Node comes from, or else the one on the PATH.

    Raises:
        LocalError: If there is none.
    """
    for place in ("lib/node_modules/npm", "node_modules/npm"):
        for above in (node.parent.parent, node.parent):
            script = above / place / "bin" / "npm-cli.js"
            if script.is_file():
                return [str(node), str(script)]
    found = shutil.which("npm")
    if found is None:
        raise LocalError(f"npm, which fetches the CDK CLI, is not on the PATH; run: {installing('node')}")
    return [found]


def _major_version(node: Path) -> int | None:
    try:
        answer = subprocess.run(  # noqa: S603 - the person's own Node
            [node, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.", answer.stdout)
    return int(match[1]) if match else None
