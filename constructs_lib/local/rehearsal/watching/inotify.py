"""Watches a directory by Linux's inotify, without a package: https://man7.org/linux/man-pages/man7/inotify.7.html.

It sees every open, also that of a program in a mount namespace of its own, because a bind mount has the same inodes. It
does not tell who opened a file; what the training agent itself reads is told apart by the caller.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import threading
from pathlib import Path

from constructs_lib.local.rehearsal.watching.events import Kind, Recording

IN_ACCESS, IN_MODIFY, IN_CLOSE_WRITE, IN_CLOSE_NOWRITE = 0x1, 0x2, 0x8, 0x10
IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE = 0x40, 0x80, 0x100, 0x200
IN_Q_OVERFLOW, IN_ISDIR = 0x4000, 0x40000000
_MASK = IN_ACCESS | IN_MODIFY | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE
_HEAD = struct.Struct("iIII")
_SETTLE = ".sagemaker-uploading"
"""The end of the name of a file that is made to see that all earlier events have been read; a marker, never copied."""
_SETTLE_SECONDS = 10.0


class Inotify:
    """Watches a directory and the folders in it.

    Args:
        directory: The directory, which exists.
        recording: Where events go.

    Raises:
        OSError: If the system refuses; its limits are in /proc/sys/fs/inotify.
    """

    sees_reads = True

    def __init__(self, directory: Path, recording: Recording) -> None:
        self._directory, self._recording = directory, recording
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._call(self._libc.inotify_init1, os.O_NONBLOCK | os.O_CLOEXEC)
        self._folders: dict[int, str] = {}
        self._inodes: dict[int, int | None] = {}
        self._moving: dict[int, str] = {}
        self._began: set[str] = set()
        self._reading: set[str] = set()
        self._ending, self._settled = threading.Event(), threading.Event()
        self._unseen: list[tuple[int, int, int, str]] = []
        self._thread = threading.Thread(target=self._run, name="rehearsal-inotify", daemon=True)
        self._watch("")

    def start(self) -> None:
        """Begin; what has happened since the watcher was made is written down first."""
        self._thread.start()

    def settle(self) -> None:
        """Return when all that has happened up to now is written down."""
        self._settled.clear()
        marker = self._directory / f".rehearsal{_SETTLE}"
        marker.touch()
        marker.unlink()
        self._settled.wait(_SETTLE_SECONDS)

    def stop(self) -> None:
        """Cease, after writing down what has happened up to now."""
        self._ending.set()
        self._thread.join()
        self._read()
        os.close(self._fd)

    def _run(self) -> None:
        while not self._ending.is_set():
            if select.select([self._fd], [], [], 0.05)[0]:
                self._read()

    def _read(self) -> None:
        self._fetch()
        while self._unseen:
            watch, mask, cookie, name = self._unseen.pop(0)
            if mask & IN_Q_OVERFLOW:
                self._recording.lost = "inotify lost events; raise /proc/sys/fs/inotify/max_queued_events"
            if watch in self._folders and name:
                self._see(self._path(watch, name), mask, cookie)
            if not self._unseen:
                self._fetch()

    def _fetch(self) -> None:
        """Add what has happened up to now to what has still to be seen."""
        while True:
            try:
                content = os.read(self._fd, 1 << 16)
            except BlockingIOError:
                return
            place = 0
            while place < len(content):
                watch, mask, cookie, length = _HEAD.unpack_from(content, place)
                place += _HEAD.size
                name = os.fsdecode(content[place : place + length].rstrip(b"\0"))
                place += length
                self._unseen.append((watch, mask, cookie, name))

    def _path(self, watch: int, name: str) -> str:
        return "/".join(part for part in (self._folders[watch], name) if part)

    def _see(self, name: str, mask: int, cookie: int) -> None:
        if name == f".rehearsal{_SETTLE}":
            if mask & IN_DELETE:
                self._settled.set()
            return
        if mask & IN_ISDIR:
            self._see_folder(name, mask, cookie)
            return
        size = self._size(name)
        if mask & (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE):
            self._see_writing(name, mask, size)
        if mask & (IN_ACCESS | IN_CLOSE_NOWRITE):
            if name not in self._reading:
                self._recording.add(Kind.READ, name, size=size)
            (self._reading.add if mask & IN_ACCESS else self._reading.discard)(name)
        if mask & IN_MOVED_FROM:
            self._moving[cookie] = name
            self._began.discard(name)
        if mask & IN_MOVED_TO:
            self._recording.add(Kind.RENAMED, name, size=size, source=self._moving.pop(cookie, ""))
        if mask & IN_DELETE:
            self._began.discard(name)
            self._recording.add(Kind.DELETED, name)
        self._forget_moves(cookie)

    def _see_writing(self, name: str, mask: int, size: int) -> None:
        if not mask & IN_CLOSE_WRITE and name not in self._began:
            self._began.add(name)
            self._recording.add(Kind.BEGAN, name, size=size)
        if mask & IN_CLOSE_WRITE and name in self._began:
            self._began.discard(name)
            self._reading.discard(name)
            self._recording.add(Kind.WRITTEN, name, size=size)

    def _see_folder(self, name: str, mask: int, cookie: int) -> None:
        if mask & IN_CREATE:
            self._recording.add(Kind.BEGAN, name, folder=True)
            self._enter(name, name)
        elif mask & IN_MOVED_FROM:
            self._moving[cookie] = name
        elif mask & IN_MOVED_TO:
            source = self._moving.pop(cookie, "")
            if not source:
                self._enter(name, name)
            elif not self._follow(source, name):
                self._enter(name, source)
            self._began = {file for file in self._began if not source or not file.startswith(f"{source}/")}
            self._recording.add(Kind.RENAMED, name, source=source, folder=True)
            self._look_again(name)
        elif mask & IN_DELETE:
            self._recording.add(Kind.DELETED, name, folder=True)
        self._forget_moves(cookie)

    def _forget_moves(self, cookie: int) -> None:
        """Both halves of a move come together; one without the other led out of the directory."""
        for other in [key for key in self._moving if key != cookie]:
            self._recording.add(Kind.DELETED, self._moving.pop(other))

    def _follow(self, source: str, name: str) -> bool:
        """Give the watches of a renamed folder their new names; return whether it was watched."""
        inode = self._inode(name)
        top = next(
            (watch for watch, told in self._folders.items() if told == source and self._inodes[watch] == inode), None
        )
        if inode is None or top is None:
            return False  # it was renamed before it could be watched
        for watch, folder in self._folders.items():
            if watch == top or folder.startswith(f"{source}/"):
                self._folders[watch] = name + folder[len(source) :]
        return True

    def _enter(self, name: str, shown: str) -> None:
        """Watch a new folder; what was made in it before that is written down as it is found, in the folder `shown`.

        The folder of that name may be another one by now, if the new one was renamed and made again since. Then its
        renaming is among what has still to be seen, and leads here again by its own name.
        """
        self._watch(name)
        entries = self._entries(name)
        self._fetch()
        if self._went(name):
            # what has come of the folder that is watched will not lead here again
            entries = self._entries(self._now_at(name))
        for entry, size in entries:
            inner = f"{shown}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                self._recording.add(Kind.BEGAN, inner, folder=True)
                self._enter(f"{name}/{entry.name}", inner)
            elif inner not in self._began:
                # it may be closed already; if not, closing it says once more that it is written
                self._began.add(inner)
                for kind in (Kind.BEGAN, Kind.WRITTEN):
                    self._recording.add(kind, inner, size=size)

    def _entries(self, folder: str) -> list[tuple[os.DirEntry[str], int]]:
        """Return what is in a folder, the oldest first, and its sizes; nothing where the folder is gone."""
        try:
            found = sorted(os.scandir(self._directory / folder), key=_age) if folder else []
        except OSError:
            return []
        return [(entry, self._size(f"{folder}/{entry.name}")) for entry in found]

    def _now_at(self, folder: str) -> str:
        """Return the new name of a watched folder that was renamed, by what has still to be seen; or nothing."""
        moves = {cookie: self._path(watch, name) for watch, mask, cookie, name in self._unseen if mask & IN_MOVED_TO}
        watched = {self._inodes[watch] for watch, told in self._folders.items() if told == folder}
        for watch, mask, cookie, name in self._unseen:
            if mask & IN_MOVED_FROM and self._path(watch, name) == folder:
                there = moves.get(cookie, "")
                return there if self._inode(there) in watched else ""
        return ""

    def _went(self, folder: str) -> bool:
        """Return whether a folder, or one that it is in, was renamed or deleted, by what has still to be seen."""
        gone = {
            self._path(watch, name)
            for watch, mask, _, name in self._unseen
            if watch in self._folders and mask & IN_ISDIR and mask & (IN_MOVED_FROM | IN_DELETE)
        }
        return any(folder == path or folder.startswith(f"{path}/") for path in gone)

    def _look_again(self, folder: str) -> None:
        """Write down how large the files of a renamed folder are: before, they could not be found by their names."""
        for path in sorted((self._directory / folder).rglob("*")):
            name = path.relative_to(self._directory).as_posix()
            if (size := self._size(name)) >= 0 and path.is_file():
                self._recording.add(Kind.SIZED, name, size=size)

    def _watch(self, name: str) -> None:
        """Watch a folder; in the beginning also the folders that are in it."""
        for folder, folders, _ in os.walk(self._directory / name):
            try:
                watch = self._call(self._libc.inotify_add_watch, self._fd, os.fsencode(folder), _MASK)
            except FileNotFoundError:
                continue
            known = Path(folder).relative_to(self._directory).as_posix()
            self._folders[watch] = "" if known == "." else known
            self._inodes[watch] = self._inode(known)
            if name:
                folders.clear()

    def _inode(self, name: str) -> int | None:
        try:
            return (self._directory / name).stat().st_ino
        except OSError:
            return None

    def _size(self, name: str) -> int:
        try:
            return (self._directory / name).stat().st_size
        except OSError:
            return -1

    @staticmethod
    def _call(function: object, *arguments: object) -> int:
        result = int(function(*arguments))  # type: ignore[operator]
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"inotify: {os.strerror(number)}")
        return result


def _age(entry: os.DirEntry[str]) -> tuple[int, int]:
    """Return what sorts files that were made one after another in a moment."""
    status = entry.stat(follow_symlinks=False)
    return status.st_mtime_ns, status.st_ino
