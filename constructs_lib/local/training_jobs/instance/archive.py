"""tar.gz files: models packed so that the same files give the same bytes, and sources unpacked safely."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

from constructs_lib.local.training_jobs.api.errors import JobFailedError


def pack(directory: Path, archive: Path) -> None:
    """Pack a directory's content; names sorted, times and owners zero, so that equal models are equal files."""
    with (
        archive.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(directory.rglob("*")):
            member = tar.gettarinfo(path, arcname=path.relative_to(directory).as_posix())
            if member is None:  # a socket, which tar cannot hold
                continue
            member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            if member.isreg():
                with path.open("rb") as content:
                    tar.addfile(member, content)
            else:
                tar.addfile(member)


def unpack(archive: Path, directory: Path, source: str) -> None:
    """Unpack a source archive; members that lead out of the directory, and devices, are refused.

    Args:
        archive: The tar.gz file.
        directory: Where to.
        source: What to call the archive in messages.

    Raises:
        JobFailedError: `ClientError` if it is no tar.gz, or holds what it should not.
    """
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, mode="r:gz") as tar:
            tar.extractall(directory, filter="data")
    except tarfile.FilterError as error:
        raise JobFailedError("ClientError", f"{source} holds a member that is not safe to unpack: {error}") from error
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, OSError) as error:
        raise JobFailedError(
            "ClientError", f"{source} is not a tar.gz archive that can be unpacked: {error}"
        ) from error
