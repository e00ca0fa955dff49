"""A reproducible tar.gz of a directory.

Pure: imports no construct library.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

DEFAULT_EXCLUDE = (
    ".git",
    "__pycache__",
    "*.pyc",
    ".DS_Store",
    ".venv",
    "venv",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".ipynb_checkpoints",
    "node_modules",
    "cdk.out",
)
"""What never belongs to a program; `cdk.out` would also make each synthesis pack the one before."""

_OWNER_MAY_EXECUTE = 0o100


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A packed directory."""

    content: bytes
    """The tar.gz."""
    content_hash: str
    """SHA-256 of the tar before it was compressed."""


def source_files(directory: Path, exclude: Sequence[str]) -> dict[str, Path]:
    """Find the files of a directory, sorted by their path in it.

    Args:
        directory: The directory.
        exclude: Patterns of what to leave out, held against names and against paths in the directory.

    Returns:
        Each file's path in the directory, with `/` between its parts, and where it is.

    Raises:
        ValueError: A symbolic link that leads out of the directory, to nothing, or back to where it came from.
    """
    root = directory.resolve()
    return dict(sorted(_walk(root, root, "", [pattern.rstrip("/") for pattern in exclude], (root,))))


def pack(files: Mapping[str, Path]) -> Archive:
    """Pack files into a tar.gz that depends on nothing but their names, contents and whether they may be executed.

    Args:
        files: Each file's path in the archive, and where it is.
    """
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in sorted(files.items()):
            content = path.read_bytes()
            entry = tarfile.TarInfo(name)  # time, owner and group are 0 and nameless
            entry.size = len(content)
            entry.mode = 0o755 if path.stat().st_mode & _OWNER_MAY_EXECUTE else 0o644
            archive.addfile(entry, io.BytesIO(content))
    packed = io.BytesIO()
    # not gzip.compress, whose header names the system it ran on
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=9, mtime=0) as stream:
        stream.write(tar.getvalue())
    return Archive(content=packed.getvalue(), content_hash=hashlib.sha256(tar.getvalue()).hexdigest())


def _walk(
    root: Path, directory: Path, inside: str, exclude: Sequence[str], above: tuple[Path, ...]
) -> Iterator[tuple[str, Path]]:
    for entry in directory.iterdir():
        name = f"{inside}{entry.name}"
        if any(fnmatchcase(entry.name, pattern) or fnmatchcase(name, pattern) for pattern in exclude):
            continue
        target = _target(root, entry, name) if entry.is_symlink() else entry
        if target.is_dir():
            if target in above:
                raise ValueError(f"'directory' must have no link to a directory around it, got {name!r}; exclude it")
            yield from _walk(root, target, f"{name}/", exclude, (*above, target))
        elif target.is_file():
            yield name, target
        else:
            raise ValueError(f"'directory' must have only files and directories in it, got {name!r}; exclude it")


def _target(root: Path, link: Path, name: str) -> Path:
    try:
        target = link.resolve()
    except (OSError, RuntimeError):  # a loop of links, which Python 3.13 and later leave to exists() below
        target = link
    if not target.is_relative_to(root):
        raise ValueError(
            f"'directory' must have no link that leads out of it, got {name!r} to {str(link.readlink())!r}; "
            "copy what it points to, or exclude it"
        )
    if target.is_symlink() or not target.exists():
        raise ValueError(
            f"'directory' must have no link to nothing, got {name!r} to {str(link.readlink())!r}; exclude it"
        )
    return target
