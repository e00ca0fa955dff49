"""Puts the example into the wheel, where `spot-training local demo` finds it, and the README into its description.

All else says pyproject.toml.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

EXAMPLE = ("app.py", "cdk.json", "examples/digits")
"""The app of this repository, and what it trains."""

PLACE = "constructs_lib/local/example"


class WithExample(build_py):
    """Builds the library, with the example in it."""

    def run(self) -> None:
        """Copy the library's files, then the example's."""
        super().run()
        if not self.editable_mode:
            for name in EXAMPLE:
                self._copy(Path(name), Path(self.build_lib) / PLACE / name)

    def _copy(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def description() -> str:
    """Return the README without what leads nowhere on a package index: links to files beside it, and pictures.

    What they are called stays: the files are in the source distribution.
    """
    parts = Path("README.md").read_text(encoding="utf-8").split("```")
    picture = re.compile(r"!\[[^\]]*\]\((?!https?:)[^)]+\)\n*")
    link = re.compile(r"\[([^\]]+)\]\((?!https?:|#)[^)]+\)")
    # every other part is code
    parts[::2] = [link.sub(r"\1", picture.sub("", part)) for part in parts[::2]]
    return "```".join(parts)


setup(
    cmdclass={"build_py": WithExample},
    long_description=description(),
    long_description_content_type="text/markdown",
)
