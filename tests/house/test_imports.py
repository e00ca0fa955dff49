"""Which way imports point: a reader may rely on the layers, and the command starts fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import constructs_lib

ROOT = Path(constructs_lib.__file__).parent

MAY_IMPORT = {
    "training_job": {"training_job"},
    "workflow": {"training_job", "workflow"},
    "runs": {"training_job", "workflow", "runs"},
    "local": {"training_job", "runs", "local"},
}
"""Each room, and the rooms of this package that it may import; the constructs may import the first two."""

FOREIGN = {
    "training_job": {"aws_cdk", "constructs", "boto3", "moto"},
    "workflow": {"aws_cdk", "constructs", "boto3", "botocore", "moto"},
    "runs": {"aws_cdk", "constructs", "moto"},
    "local": {"aws_cdk", "constructs"},
}
"""What each room must never import; the constructs never call AWS."""

MODULES = sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else "the constructs"


def rooms_of(path: Path) -> set[str]:
    names = {name.split(".")[1] for name in imported(path) if name.startswith("constructs_lib.")}
    return names & set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_the_right_way(path: Path) -> None:
    assert rooms_of(path) <= MAY_IMPORT.get(room(path), {"training_job", "workflow"})
    packages = {name.split(".")[0] for name in imported(path)}
    assert not packages & FOREIGN.get(room(path), {"boto3", "botocore", "moto"})


def test_there_are_modules_in_every_room() -> None:
    assert {room(path) for path in MODULES} == {*MAY_IMPORT, "the constructs"}


def test_the_command_starts_without_what_it_does_not_need() -> None:
    code = (
        "import sys; import constructs_lib.runs.command.main; "
        "print([name for name in ('aws_cdk', 'jsii', 'boto3', 'botocore', 'moto', 'rich') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert found.stdout.strip() == "[]"
