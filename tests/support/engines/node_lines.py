"""A Node process that answers a line for a line, JSON both ways."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, TypeVar

_KEPT: dict[type[NodeLines], NodeLines] = {}
"""Those that run until the session ends."""


class NodeLines:
    """One script beside this file that runs as long as it is asked.

    Attributes:
        script: The script's name.
        package: What it is of no use without.
    """

    script: str
    package: str

    def __init__(self) -> None:
        """Start it.

        Raises:
            RuntimeError: There is no Node.
        """
        node = shutil.which("node")
        if node is None:
            raise RuntimeError("node is not on the PATH; run `make setup`")
        self._process = subprocess.Popen(
            [node, str(Path(__file__).with_name(self.script))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question: object) -> Any:
        """Return the answer.

        Raises:
            RuntimeError: The process has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process ended; is {self.package} installed? run `make setup`")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)


Lines = TypeVar("Lines", bound=NodeLines)


def for_the_session(kind: type[Lines]) -> Lines:
    """Return the one of its kind in this process, which ends with the session; they take long to load."""
    if kind not in _KEPT:
        _KEPT[kind] = kind()
    kept = _KEPT[kind]
    assert isinstance(kept, kind)
    return kept


def end_all() -> None:
    """End those that are kept for the session."""
    while _KEPT:
        _KEPT.popitem()[1].close()
