"""What can be seen of a file, and where it is written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from constructs_lib.training_job.request.attempt import PROGRESS_FILE

_MARKERS = (".sagemaker-uploading", ".sagemaker-uploaded")
"""Files that the training agent puts beside checkpoints: not the program's."""


def is_no_checkpoint(name: str) -> bool:
    """Whether a file beside checkpoints is none: a marker, or what says how much of the work they hold."""
    return name.endswith(_MARKERS) or PROGRESS_FILE in name


class Kind(StrEnum):
    """What happened to a file."""

    BEGAN = "began"
    """It was made, or opened and changed for the first time."""

    WRITTEN = "written"
    """Whoever wrote it has closed it."""

    RENAMED = "renamed"
    """It came to its name by renaming; `source` is its name before, empty for a name outside of the directory."""

    SIZED = "sized"
    """How large it is was looked at again."""

    READ = "read"
    """It was opened for reading, and read or closed."""

    DELETED = "deleted"
    """It is gone, or was renamed to a name outside of the directory."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: What.
        name: The file, relative to the directory, with slashes.
        seconds: Wall seconds since the recording began.
        size: The file's size when it was looked at, a moment later; -1 when it was gone by then.
        source: The name before, of a renamed file.
        folder: Whether it is a folder.
    """

    kind: Kind
    name: str
    seconds: float
    size: int = -1
    source: str = ""
    folder: bool = False


class Recording:
    """Events in their order; any thread may add and read.

    Args:
        on_event: Called after each event, outside of the lock.

    Attributes:
        lost: Why some events are missing; empty when none is.
    """

    def __init__(self, on_event: Callable[[], None]) -> None:
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._zero = time.monotonic()
        self._on_event = on_event
        self.lost = ""

    def begin(self) -> None:
        """Count seconds from now."""
        self._zero = time.monotonic()

    def add(self, kind: Kind, name: str, *, size: int = -1, source: str = "", folder: bool = False) -> None:
        """Write an event down, unless it is of a file that is no checkpoint."""
        if is_no_checkpoint(name):
            return
        event = Event(
            kind=kind, name=name, seconds=time.monotonic() - self._zero, size=size, source=source, folder=folder
        )
        with self._lock:
            self._events.append(event)
        self._on_event()

    @property
    def events(self) -> tuple[Event, ...]:
        """What has happened so far."""
        with self._lock:
            return tuple(self._events)
