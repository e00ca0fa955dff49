"""A watcher of a directory: the best one that this system has."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from constructs_lib.local.rehearsal.watching.events import Recording
from constructs_lib.local.rehearsal.watching.inotify import Inotify
from constructs_lib.local.rehearsal.watching.polling import Polling


class Watcher(Protocol):
    """Sees what happens in a directory, from `start` to `stop`."""

    sees_reads: bool
    """Whether it sees files being opened for reading, and temporary names however short they live."""

    def start(self) -> None:
        """Begin."""

    def settle(self) -> None:
        """Return when all that has happened up to now is written down."""

    def stop(self) -> None:
        """Cease, after writing down what has happened up to now."""


def watcher(directory: Path, recording: Recording) -> Watcher:
    """Return a watcher: by inotify on Linux, elsewhere by looking at the files again and again."""
    return Inotify(directory, recording) if sys.platform == "linux" else Polling(directory, recording)
