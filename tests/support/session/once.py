"""What is dear to make is made once a session: its workers share one temporary directory."""

from __future__ import annotations

import fcntl
import hashlib
import pickle
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

SHARED = "made-once-"
"""How the names of the files begin that the workers share."""

Made = TypeVar("Made")


def once_a_session(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """Let a function of a name be called once for each name, whichever worker asks first; the others wait for it.

    Args:
        make: The function; what it returns can be pickled, and nobody changes it.
    """

    @cache
    @wraps(make)
    def made(name: str) -> Made:
        key = hashlib.sha256(f"{make.__module__}.{make.__qualname__}({name})".encode()).hexdigest()[:16]
        kept = Path(tempfile.gettempdir()) / f"{SHARED}{key}"
        with kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                written = kept.with_suffix(".new")
                written.write_bytes(pickle.dumps(make(name)))
                written.rename(kept)
        found: Made = pickle.loads(kept.read_bytes())  # noqa: S301 - a worker of this session wrote it
        return found

    return made
