"""Keeps the checkpoint prefix in S3 like the container's checkpoint directory.

S3 to container once, at each start; container to S3 continuously; a file deleted in the container is deleted in S3:
https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html. What AWS does not document is settled here so:

- While the program runs, a file is copied when two looks at it show the same size and time, and it did not change while
  it was read: a file that is being written is not seen half in S3, and a file renamed into place arrives whole. When
  the program has ended, what it has left is copied as it is.
- Nothing is deleted while a new file has still to arrive, be it that it was seen only once: a program that saves and
  then removes the checkpoint before never leaves S3 without one.
- Only objects that this container has downloaded or uploaded are deleted; what others put under the prefix stays.
- Many files are copied several at once, the newest alone and last: it may be the one that names the others.

What AWS's own containers expect (sagemaker-xgboost-container's `checkpointing.py`, sagemaker-debugger): what is called
`….sagemaker-ignore`, or lies in a folder called so, is never copied; while a file is copied to S3 there is an empty
`<file>.sagemaker-uploading` beside it, and from then on a `<file>.sagemaker-uploaded`. None of these goes to S3.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from constructs_lib.local.training_jobs.instance.s3.transfer import (
    S3_ERRORS,
    S3Client,
    S3Location,
    download_object,
    inside,
    list_keys,
    several_at_once,
    upload,
)

_Look: TypeAlias = tuple[int, int, int]
"""A file's size, modification time and inode: what changes when the file does."""

_IGNORED = ".sagemaker-ignore"
_UPLOADING, _UPLOADED = _MARKERS = (".sagemaker-uploading", ".sagemaker-uploaded")
_JOIN_SECONDS = 30.0

log = logging.getLogger(__name__)


class CheckpointSync:
    """Copies one container's checkpoints, from a thread of its own.

    Args:
        s3: The client.
        place: The checkpoint prefix.
        directory: The container's checkpoint directory.
        staging: The beginning of the names of files to copy to before uploading.
        wall_seconds: Wall seconds between two looks at the directory.
        on_upload: Called after files have been copied to S3.
    """

    def __init__(
        self,
        s3: S3Client,
        place: S3Location,
        directory: Path,
        *,
        staging: Path,
        wall_seconds: float,
        on_upload: Callable[[], None],
    ) -> None:
        self._s3, self._place, self._directory, self._staging = s3, place.folder, directory, staging
        self._wall_seconds, self._on_upload = wall_seconds, on_upload
        self._synced: dict[str, _Look] = {}
        self._seen: dict[str, _Look] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.uploads = 0
        self.step = -1

    def download(self) -> int:
        """Fill the directory from S3; return how many files there were."""
        self._directory.mkdir(parents=True, exist_ok=True)
        several_at_once(self._download, list(list_keys(self._s3, self._place)))
        return len(self._synced)

    def start(self) -> None:
        """Begin to copy continuously."""
        self._thread = threading.Thread(target=self._run, name=f"checkpoints-{self._place}", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Cease to copy continuously, and copy what is left; the program must have ended.

        Raises:
            Exception: One of `S3_ERRORS`, if S3 refuses it.
        """
        self.abandon()
        self._copy(settled=True)

    def abandon(self) -> None:
        """Cease to copy; what has not been copied is lost."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(self._wall_seconds):
            try:
                self._copy(settled=False)
            except (*S3_ERRORS, OSError) as error:
                # The program goes on, as on the real service; the next look tries again and the last one reports.
                log.warning("checkpoints could not be copied to %s: %s", self._place, error)

    def _copy(self, *, settled: bool) -> None:
        """Bring S3 up to date.

        Args:
            settled: Whether files can be taken as they are because nobody writes any more.
        """
        now = dict(self._files())
        changed = [name for name, look in now.items() if self._synced.get(name) != look]
        ready = [name for name in changed if settled or self._seen.get(name) == now[name]]
        self._seen = now

        def upload_one(name: str) -> None:
            if settled or not self._stop.is_set():
                self._upload(name, now[name])

        by_age = sorted(ready, key=lambda name: (now[name][1], name))
        several_at_once(upload_one, by_age[:-1])
        several_at_once(upload_one, by_age[-1:])
        if not settled and (self._stop.is_set() or now.keys() - self._synced.keys()):
            return
        for name in [name for name in self._synced if name not in now and not os.path.lexists(self._directory / name)]:
            self._s3.delete_object(Bucket=self._place.bucket, Key=self._place.key + name)
            del self._synced[name]
            for marker in _MARKERS:
                (self._directory / (name + marker)).unlink(missing_ok=True)

    def _download(self, key: str) -> None:
        file = inside(self._directory, key[len(self._place.key) :])
        download_object(self._s3, S3Location(self._place.bucket, key), file)
        with self._lock:
            self._synced[file.relative_to(self._directory).as_posix()] = _look(file)

    def _upload(self, name: str, look: _Look) -> None:
        file = self._directory / name
        staging = self._staging.with_name(f"{self._staging.name}-{threading.get_ident()}")
        try:
            shutil.copyfile(file, staging)
            if _look(file) != look:
                return
            self._mark(name, _UPLOADING)
        except FileNotFoundError:
            return
        upload(self._s3, staging, S3Location(self._place.bucket, self._place.key + name))
        with self._lock:
            self._synced[name] = look
            self.step = max(self.step, _step(name))
            self.uploads += 1
        with contextlib.suppress(FileNotFoundError):  # the folder may be gone meanwhile
            self._mark(name, _UPLOADED)
        self._on_upload()

    def _mark(self, name: str, marker: str) -> None:
        """Put a marker beside a file, and take the other one away."""
        (self._directory / (name + marker)).touch()
        other = _UPLOADED if marker == _UPLOADING else _UPLOADING
        (self._directory / (name + other)).unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[str, _Look]]:
        for folder, folders, names in os.walk(self._directory):
            folders[:] = [name for name in folders if not name.endswith(_IGNORED)]
            for name in names:
                if name.endswith((_IGNORED, *_MARKERS)):
                    continue
                path = Path(folder, name)
                try:
                    status = path.stat()
                except OSError:  # it went away between the look at the directory and the look at the file
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield path.relative_to(self._directory).as_posix(), _signature(status)


def _look(file: Path) -> _Look:
    return _signature(file.stat())


def _signature(status: os.stat_result) -> _Look:
    return status.st_size, status.st_mtime_ns, status.st_ino


def _step(name: str) -> int:
    """Return the last number in a file's name without its extension; -1 when there is none."""
    numbers = re.findall(r"\d+", Path(name).stem)
    return int(numbers[-1]) if numbers else -1
