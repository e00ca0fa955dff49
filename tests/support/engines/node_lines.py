"""A Node process that answers a line for a line, JSON both ways."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any


class NodeLines:
    """One script beside this file that runs as long as it is asked."""

    def __init__(self, script: str, package: str) -> None:
        """Start it.

        Args:
            script: The script's name.
            package: What it is of no use without.

        Raises:
            RuntimeError: There is no Node.
        """
        node = shutil.which("node")
        if node is None:
            raise RuntimeError("node is not on the PATH; run `make setup`")
        self._package = package
        self._process = subprocess.Popen(
            [node, str(Path(__file__).with_name(script))],
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
            raise RuntimeError(f"the process ended; is {self._package} installed? run `make setup`")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
