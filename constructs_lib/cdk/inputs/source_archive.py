"""A reproducible tar.gz of files, written as it is read.

Pure: imports no construct library.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

_OWNER_MAY_EXECUTE = 0o100


def pack(files: Mapping[str, Path], archive: IO[bytes]) -> str:
    """Pack files into a tar.gz that depends on nothing but their names, contents and whether they may be executed.

    However large they are, it takes no more memory than a buffer.

    Args:
        files: Each file's path in the archive, and where it is.
        archive: What the tar.gz is written to.

    Returns:
        SHA-256 of the tar before it was compressed: another zlib may pack the same files into other bytes.
    """
    # not gzip.open, whose header names the file and the system it ran on
    with gzip.GzipFile(filename="", mode="wb", fileobj=archive, compresslevel=9, mtime=0) as stream:
        hashed = _Hashed(stream)
        with tarfile.open(fileobj=cast("Any", hashed), mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, path in sorted(files.items()):
                with path.open("rb") as content:
                    entry = tarfile.TarInfo(name)  # time, owner and group are 0 and nameless
                    status = path.stat()
                    entry.size = status.st_size
                    entry.mode = 0o755 if status.st_mode & _OWNER_MAY_EXECUTE else 0o644
                    tar.addfile(entry, content)
    return hashed.digest


class _Hashed:
    """A stream that knows the hash of what was written to it."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream, self._hash, self._written = stream, hashlib.sha256(), 0

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def tell(self) -> int:
        return self._written

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self._written += len(data)
        return self._stream.write(data)
