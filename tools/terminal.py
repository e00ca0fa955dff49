"""Runs a program in a terminal of its own, where a person would answer yes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROWS, _COLUMNS = 50, 200
_LONGEST_SECONDS = 1800.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_ASKS = b"(y/n)"


def in_terminal(words: Sequence[str], place: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a program; return how it ended, and what it wrote without colours and movements.

    Args:
        words: The program and its arguments.
        place: Its working directory.
        environment: Its environment.

    Raises:
        TimeoutError: If it does not end within half an hour; it is killed then.
    """
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    began = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - what the pages say
        list(words), cwd=place, env=dict(environment), stdin=its, stdout=its, stderr=its, start_new_session=True
    ) as process:
        os.close(its)
        written, answered = b"", 0
        while (read := _read(mine)) is None or read:
            written += read or b""
            if written.count(_ASKS) > answered:
                answered = written.count(_ASKS)
                os.write(mine, b"y\r")
            if time.monotonic() - began > _LONGEST_SECONDS:
                process.kill()
                raise TimeoutError(
                    f"{' '.join(words)[:200]} did not end; it wrote {written[-2000:].decode(errors='replace')}"
                )
        os.close(mine)
    return process.returncode, _ESCAPES.sub("", written.decode(errors="replace"))


def _read(descriptor: int) -> bytes | None:
    """Return what was written, nothing when the other end is closed, and None where it is still to come."""
    if not select.select([descriptor], [], [], 1.0)[0]:
        return None
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # how Linux says that nobody has the other end any more
        return b""
