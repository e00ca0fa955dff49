"""Makes a version: looks, tests, writes the version and the changelog's heading, builds, checks, commits and tags.

`make release VERSION=0.1.0` runs it. It publishes nothing and pushes nothing; it prints how that is done. Where
something is wrong it ends with 1, and the work tree is as it was.
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tools.installed import checked

ROOT = Path(__file__).parents[1]
VERSION_FILE = "constructs_lib/version.py"
CHANGELOG = "CHANGELOG.md"

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_UNRELEASED = "## [Unreleased]\n"
_HEADING = re.compile(r"^## \[([^\]]+)\]", re.MULTILINE)


class ReleaseError(Exception):
    """What stands in the way of a version."""


def with_heading(changelog: str, version: str, day: date) -> str:
    """Return the changelog with what is unreleased under the heading of a version.

    Raises:
        ReleaseError: The version is not one, is not newer than the last one, or there is nothing to release.
    """
    wanted = _VERSION.fullmatch(version)
    if wanted is None:
        raise ReleaseError(f"a version must be three numbers, such as 0.1.0, got {version!r}")
    before, heading, rest = changelog.partition(_UNRELEASED)
    if not heading:
        raise ReleaseError(f"{CHANGELOG} must have the heading {_UNRELEASED.strip()!r}")
    earlier = [found for found in _HEADING.findall(rest) if _VERSION.fullmatch(found)]
    if earlier and _numbers(version) <= _numbers(earlier[0]):
        raise ReleaseError(f"a version must be newer than {earlier[0]}, the last one, got {version}")
    changes = rest[: found.start()] if (found := _HEADING.search(rest)) else rest
    if not re.search(r"^- ", changes, re.MULTILINE):
        raise ReleaseError(f"{CHANGELOG} has nothing under {_UNRELEASED.strip()!r}")
    return f"{before}{heading}\n## [{version}] - {day.isoformat()}\n{rest}"


def with_version(source: str, version: str) -> str:
    """Return the source of version.py with a version."""
    return re.sub(r'^VERSION = ".*"$', f'VERSION = "{version}"', source, count=1, flags=re.MULTILINE)


def look(root: Path, version: str) -> None:
    """Look whether a version can be made here.

    Raises:
        ReleaseError: There are changes that are not committed, or there is such a version.
    """
    if changed := _git(root, "status", "--porcelain"):
        raise ReleaseError(f"the work tree must be clean, and has changes:\n{changed}")
    if _git(root, "tag", "--list", f"v{version}"):
        raise ReleaseError(f"there is a tag v{version}; a version is made once")


def write(root: Path, version: str, day: date) -> None:
    """Write the version and the changelog's heading."""
    for file, text in (
        (CHANGELOG, with_heading((root / CHANGELOG).read_text(encoding="utf-8"), version, day)),
        (VERSION_FILE, with_version((root / VERSION_FILE).read_text(encoding="utf-8"), version)),
    ):
        (root / file).write_text(text, encoding="utf-8")


def build(root: Path, scratch: Path) -> None:
    """Build what would be published, ask the checkers, and leave it in `dist/`.

    Raises:
        ReleaseError: A checker has something to say.
    """
    problems, built = checked(scratch)
    if problems:
        raise ReleaseError("\n".join(problems))
    shutil.rmtree(root / "dist", ignore_errors=True)
    shutil.copytree(built, root / "dist")


def commit(root: Path, version: str) -> None:
    """Commit what was written, and tag it."""
    _git(root, "commit", "--quiet", "--message", f"Release {version}", "--", CHANGELOG, VERSION_FILE)
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"Version {version}")


def release(root: Path, version: str, test: Sequence[str], day: date) -> None:
    """Make a version, and leave what would be published in `dist/`.

    Raises:
        ReleaseError: Something is wrong; nothing is changed then.
    """
    look(root, version)
    with_heading((root / CHANGELOG).read_text(encoding="utf-8"), version, day)
    if subprocess.run(test, cwd=root, check=False).returncode != 0:  # noqa: S603 - the tests of this project
        raise ReleaseError(f"{shlex.join(test)} failed")
    write(root, version, day)
    try:
        with tempfile.TemporaryDirectory(prefix="spot-training-release-") as scratch:
            build(root, Path(scratch))
        commit(root, version)
    except BaseException:
        _git(root, "checkout", "--", CHANGELOG, VERSION_FILE)
        raise


def main() -> int:
    """Make the version that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description="Make a version; publish nothing.")
    parser.add_argument("version", help="such as 0.1.0")
    parser.add_argument("--test", default="make test", help="what has to pass first (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        release(ROOT, arguments.version, shlex.split(arguments.test), datetime.now(UTC).date())
    except ReleaseError as error:
        print(f"no version was made: {error}", file=sys.stderr)
        return 1
    names = ", ".join(sorted(path.name for path in (ROOT / "dist").iterdir()))
    print(f"\nversion {arguments.version} is committed and tagged; dist/ has {names}.")
    print("Nothing is published. When that is meant:\n")
    print(f"  git push origin HEAD v{arguments.version}\n  twine upload dist/*")
    return 0


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode != 0:
        raise ReleaseError(f"git {words[0]} failed: {done.stderr.strip()}")
    return done.stdout.rstrip()


if __name__ == "__main__":
    sys.exit(main())
