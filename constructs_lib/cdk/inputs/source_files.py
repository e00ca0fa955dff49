"""Which files of a directory are a training program, and which are left out.

Pure: imports no construct library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec
from pathspec.pattern import Pattern

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
        spec = GitIgnoreSpec.from_lines([*NEVER_PACKED, *SECRETS, *map(_plainer, exclude)])
        self._rules = [(bool(pattern.include), _of_the_entry(pattern)) for pattern in spec.patterns]
        self._own = len(NEVER_PACKED) + len(SECRETS)
        self._untried = dict(zip(exclude, (rule for _, rule in self._rules[self._own :]), strict=True))
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
            left_out, index = self._judged(place)
            if left_out:
                self._leave_out(entry, place, index)
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

    def _judged(self, place: str) -> tuple[bool, int]:
        """Say whether an entry is left out, and by which rule: the last that matches."""
        for index, (left_out, rule) in reversed(list(enumerate(self._rules))):
            if rule is not None and rule.fullmatch(place):
                return left_out, index
        return False, -1

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
        matching = [text for text, rule in self._untried.items() if rule is not None and rule.fullmatch(place)]
        for text in matching:
            del self._untried[text]


def _plainer(pattern: str) -> str:
    """Write a pattern for all that lies below a directory so that it is not for the directory itself, as git has it."""
    text = pattern.removeprefix("!")
    sign = pattern[: len(pattern) - len(text)]
    # of one that is for everything pathspec makes an expression that is for one character
    return sign + {"*": "?*", "**": "?*"}.get(text, f"{text}/*" if text.endswith("/**") else text)


def _of_the_entry(pattern: Pattern) -> re.Pattern[str] | None:
    """Give what matches an entry itself: git asks of each on the way down, pathspec also of what lies below it."""
    found = getattr(pattern, "regex", None)
    return None if found is None else re.compile(re.sub(r"(\(\?P<ps_d>/\))\.\*", r"\1", found.pattern))


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
