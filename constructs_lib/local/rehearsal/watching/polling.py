"""Watches a directory by looking at it again and again, where there is no inotify: it sees no reads.

A file that is there for less than the time between two looks is not seen, so neither are most temporary names.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from constructs_lib.local.rehearsal.watching.events import Kind, Recording

_SECONDS = 0.01


class Polling:
    """Watches a directory and the folders in it.

    Args:
        directory: The directory, which exists.
        recording: Where events go.
    """

    sees_reads = False

    def __init__(self, directory: Path, recording: Recording) -> None:
        self._directory, self._recording = directory, recording
        self._known = dict(self._look())
        self._changing: set[str] = set()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="rehearsal-polling", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def settle(self) -> None:
        """Return when all that can be seen up to now is written down."""
        self._compare()
        self._compare()

    def stop(self) -> None:
        """Cease, after writing down what can be seen up to now."""
        self._ending.set()
        self._thread.join()
        self.settle()

    def _run(self) -> None:
        while not self._ending.wait(_SECONDS):
            self._compare()

    def _compare(self) -> None:
        """Write down what differs from the last look; a file is written when it has not changed for one look."""
        with self._lock:
            now = dict(self._look())
            for name, look in now.items():
                if self._known.get(name) != look:
                    if name not in self._changing:
                        self._changing.add(name)
                        self._recording.add(Kind.BEGAN, name, size=look[0])
                elif name in self._changing:
                    self._changing.discard(name)
                    self._recording.add(Kind.WRITTEN, name, size=look[0])
            for name in self._known:
                if name not in now:
                    self._changing.discard(name)
                    self._recording.add(Kind.DELETED, name)
            self._known = now

    def _look(self) -> list[tuple[str, tuple[int, int, int]]]:
        found = []
        for folder, _, names in os.walk(self._directory):
            for name in names:
                path = Path(folder, name)
                try:
                    status = path.stat()
                except OSError:  # it went away between the look at the directory and the look at the file
                    continue
                look = (status.st_size, status.st_mtime_ns, status.st_ino)
                found.append((path.relative_to(self._directory).as_posix(), look))
        return found
