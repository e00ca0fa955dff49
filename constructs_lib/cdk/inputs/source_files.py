"""Which files of a directory are a training program, and which are left out.

Pure: imports no construct library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

NEVER_PACKED = (
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

SECRETS = (
    ".env",
    ".env.*",
    ".envrc",
    ".aws",
    ".ssh",
    ".gnupg",
    ".kube",
    ".netrc",
    ".pypirc",
    ".npmrc",
    ".git-credentials",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
)
"""What may hold keys, passwords and credentials, and is packed only where it is asked for."""


@dataclass(kw_only=True)
class SourceFiles:
    """The files of a program."""

    files: dict[str, Path] = field(default_factory=dict)
    """Each file's path in the directory, with `/` between its parts, sorted, and where it is."""
    withheld: list[str] = field(default_factory=list)
    """What is left out because it may hold secrets; a directory ends in `/`."""
    unused: list[str] = field(default_factory=list)
    """Patterns of the author's that match nothing."""


def source_files(directory: Path, exclude: Sequence[str] = ()) -> SourceFiles:
    """Find the files of a directory.

    Args:
        directory: The directory.
        exclude: Patterns of what to leave out, as lines of a `.gitignore` in the directory; `!` takes one back, also of
            what is left out anyway. Defaults to nothing more than that.

    Raises:
        ValueError: A symbolic link that leads out of the directory, to nothing, or back to where it came from.
    """
    root = directory.resolve()
    walk = _Walk(root, exclude)
    found = dict(sorted(walk.files(root, "", (root,))))
    return SourceFiles(files=found, withheld=sorted(walk.withheld), unused=walk.unused)


class _Walk:
    """One walk through a directory, which learns on its way what the patterns are good for."""

    def __init__(self, root: Path, exclude: Sequence[str]) -> None:
        self._root = root
        self._spec = GitIgnoreSpec.from_lines([*NEVER_PACKED, *SECRETS, *map(_below, exclude)])
        self._own = len(NEVER_PACKED) + len(SECRETS)
        own = list(self._spec.patterns)[self._own :]
        self._untried = dict(zip(exclude, own, strict=True))
        self.withheld: list[str] = []

    @property
    def unused(self) -> list[str]:
        """The author's patterns that have matched nothing."""
        return list(self._untried)

    def files(self, directory: Path, inside: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
        for entry in directory.iterdir():
            name = f"{inside}{entry.name}"
            place = f"{name}/" if entry.is_dir() else name
            self._try(place)
            checked = self._spec.check_file(place)
            if checked.include:
                self._leave_out(entry, place, -1 if checked.index is None else checked.index)
                continue
            target = _target(self._root, entry, name) if entry.is_symlink() else entry
            if target.is_dir():
                if target in above:
                    raise ValueError(
                        f"'directory' must have no link to a directory around it, got {name!r}; exclude it"
                    )
                yield from self.files(target, f"{name}/", (*above, target))
            elif target.is_file():
                yield name, target
            else:
                raise ValueError(f"'directory' must have only files and directories in it, got {name!r}; exclude it")

    def _leave_out(self, entry: Path, place: str, index: int) -> None:
        if len(NEVER_PACKED) <= index < self._own:
            self.withheld.append(place)
        if index >= self._own and entry.is_dir() and not entry.is_symlink():
            # what another pattern means may lie in there
            for below in entry.rglob("*"):
                if not self._untried:
                    return
                self._try(f"{place}{below.relative_to(entry).as_posix()}{'/' if below.is_dir() else ''}")

    def _try(self, place: str) -> None:
        matching = [text for text, pattern in self._untried.items() if pattern.match_file(place) is not None]
        for text in matching:
            del self._untried[text]


def _below(pattern: str) -> str:
    """Write a pattern for all that lies below a directory so that it is not for the directory itself, as git has it."""
    return f"{pattern}/*" if pattern.endswith("/**") else pattern


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
