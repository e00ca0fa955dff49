"""What a session of tests has left behind: files in its temporary directory, programs that still run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.session.once import SHARED

TOOLS = ("cdk.out", "jsii-kernel-", "node-compile-cache", "pytest-of-", SHARED)
"""What the CDK, Node, pytest and the workers themselves leave in a temporary directory, and what is removed with it."""

CACHES = {"__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache"}
"""What Python, pytest and the checkers keep in the repository from one session to the next; `make clean` removes it."""

KERNEL = ("jsii-runtime.js", "lib/program.js")
"""The programs of jsii, which end with the process that asked for them."""

KERNEL_FILES = {"bin", "jsii-runtime.js", "lib", "program.js", "runtime-index-worker.js"}
"""What jsii writes into a temporary directory, and a map of each program."""

ENDS_WITHIN = 30.0
"""Wall seconds that a program has to end, and to remove what it made, after the tests have ended."""


def left_in(scratch: Path) -> list[str]:
    """List what is in a temporary directory and is not the tools'."""
    return _once_ended(lambda: (path.name for path in sorted(scratch.iterdir()) if not _is_the_tools(path)))


def _is_the_tools(path: Path) -> bool:
    try:
        return path.name.startswith(TOOLS) or _is_of_a_kernel({found.name for found in path.rglob("*")})
    except FileNotFoundError:  # it is being removed
        return True


def _is_of_a_kernel(names: set[str]) -> bool:
    # a worker that takes long to end is killed, which may be halfway through what it removes
    return bool(names) and {name.removesuffix(".map") for name in names} <= KERNEL_FILES


def left_beside(before: set[str], repository: Path) -> set[str]:
    """Return what is new at the top of the repository and is no cache."""
    return {path.name for path in repository.iterdir()} - before - CACHES


def running_in(scratch: Path) -> list[str]:
    """List the programs that were started with a temporary directory and outlive the tests; where there is /proc."""
    return _once_ended(lambda: _running_in(scratch))


def _once_ended(look: Callable[[], Iterator[str]]) -> list[str]:
    """Look until nothing is left, and for no longer than that."""
    until = time.monotonic() + ENDS_WITHIN
    while (found := list(look())) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _running_in(scratch: Path) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            environment = (process / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or is somebody else's
            continue
        of_tests = f"TMPDIR={scratch}".encode() in environment
        if of_tests and command and not command.endswith(KERNEL) and int(process.name) != os.getpid():
            yield f"'{command[:100]}'"
