"""What is installed: the wheel holds the library wholly, and nothing of the house beside it."""

from __future__ import annotations

import email
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

from constructs_lib.version import VERSION
from tests.support.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
BESIDE = ("benchmarks", "examples", "tests", "tools")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """Build the wheel of a copy, because a build leaves files behind."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in ("constructs_lib", *BESIDE):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "__snapshots__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "app.py", "cdk.json", "setup.py"):
        shutil.copy(ROOT / name, copy)
    subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=copy, check=True, timeout=120, capture_output=True)
    (built,) = out.iterdir()
    return ZipFile(built)


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Message:
    return email.message_from_bytes(wheel.read(f"{_info(wheel)}/METADATA"))


def _info(wheel: ZipFile) -> str:
    (found,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    return found


def test_it_holds_the_library_wholly_and_nothing_else(wheel: ZipFile) -> None:
    there = {path for path in (ROOT / "constructs_lib").rglob("*") if path.is_file() and path.suffix != ".pyc"}
    example = [path for path in (ROOT / "examples" / "digits").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    example += [ROOT / "app.py", ROOT / "cdk.json"]
    wanted = {str(path.relative_to(ROOT)) for path in there}
    wanted |= {f"constructs_lib/local/example/{path.relative_to(ROOT)}" for path in example}
    assert {Path(name).suffix for name in wanted} >= {".py", ".jsonata", ".typed"}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == wanted


def test_its_command_is_the_one_that_is_declared(wheel: ZipFile) -> None:
    entry_points = wheel.read(f"{_info(wheel)}/entry_points.txt").decode()
    assert entry_points.split("\n\n")[0].splitlines() == [
        "[console_scripts]",
        "spot-training = constructs_lib.runs.command.entry:main",
    ]


def test_its_extras_and_what_they_need_are_those_that_are_declared(metadata: Message) -> None:
    needed: defaultdict[str, int] = defaultdict(int)
    for requirement in metadata.get_all("Requires-Dist", []):
        needed[requirement.partition("extra == ")[2].strip("\"'")] += 1
    declared = {extra: len(names) for extra, names in PROJECT["optional-dependencies"].items()}
    assert metadata.get_all("Provides-Extra") == list(declared)
    assert needed == {"": len(PROJECT["dependencies"]), **declared}


def test_its_description_has_no_link_that_leads_nowhere(metadata: Message) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    described = metadata.get_payload()
    assert isinstance(described, str)
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", re.sub(r"```.*?```", "", described, flags=re.DOTALL)) == []
    assert "[command](docs/reference/command.md)" in readme
    assert "command" in described
    assert "![" in readme
    assert "![" not in described
    # and code is as it was
    assert re.findall(r"```.*?```", described, re.DOTALL) == re.findall(r"```.*?```", readme, re.DOTALL)


def test_it_says_what_it_is(metadata: Message) -> None:
    assert [metadata[name] for name in ("Name", "Version", "License-Expression", "Requires-Python")] == [
        PROJECT["name"],
        VERSION,
        "Apache-2.0",
        PROJECT["requires-python"],
    ]
