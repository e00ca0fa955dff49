"""Which files are packed: patterns mean what they mean in a .gitignore, and secrets stay where they are."""

from __future__ import annotations

import io
import subprocess
import tracemalloc
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import TrainingSource
from constructs_lib.cdk.inputs.source_archive import pack
from constructs_lib.cdk.inputs.source_files import SECRETS, source_files

FILES = ("train.py", "data/a.csv", "data/keep.csv", "model/net.py", "model/data/b.csv", "model/data/deep/c.csv")


def write(directory: Path, *names: str) -> Path:
    for name in names:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text("x\n", encoding="utf-8")
    return directory


def not_ignored(directory: Path, patterns: list[str]) -> set[str]:
    """Ask git itself."""
    (directory / ".gitignore").write_text("".join(f"{pattern}\n" for pattern in patterns), encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(directory)], check=True)
    command = ["git", "-C", str(directory), "ls-files", "--others", "--exclude-from=.gitignore", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name for name in listed.split("\0") if name} - {".gitignore"}


def warnings(stack: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(each.entry.data) for each in found]


PATTERNS = [
    ["*.csv"], ["/data"], ["data"], ["data/"], ["data/**"], ["**/data"], ["./data"], ["data/*"], ["DATA"], ["mod"],
    ["data/*", "!data/keep.csv"], ["data", "!data/keep.csv"], ["*.csv", "!keep.csv"], ["# data"], ["model/*/b.csv"],
    ["model/**/c.csv"], ["model/data/*.csv"], ["/*.py"], ["net.py/"], ["[ab].csv"], ["?.csv"], ["/model/", "!/model/"],
    ["**/deep/**"], [r"\!x"], ["a.csv "],
    ["data/**", "!data/keep.csv"], ["data", "!/model/"], ["*", "!train.py"], ["**", "!data/"],
]  # fmt: skip


@pytest.mark.parametrize("patterns", PATTERNS, ids=str)
def test_a_pattern_means_what_it_means_to_git(tmp_path: Path, patterns: list[str]) -> None:
    program = write(tmp_path, *FILES)
    expected = not_ignored(program, patterns)
    assert set(source_files(program, patterns).files) - {".gitignore"} == expected


@given(st.lists(st.sampled_from([one for pattern in PATTERNS for one in pattern]), max_size=4))
@settings(max_examples=25, deadline=None)
def test_patterns_together_mean_what_they_mean_to_git(
    tmp_path_factory: pytest.TempPathFactory, patterns: list[str]
) -> None:
    program = write(tmp_path_factory.mktemp("program"), *FILES)
    expected = not_ignored(program, patterns)
    assert set(source_files(program, patterns).files) - {".gitignore"} == expected


def test_secrets_are_left_out_and_told(stack: cdk.Stack, tmp_path: Path) -> None:
    secrets = (
        ".env",
        ".env.local",
        "certs/server.pem",
        "certs/server.key",
        ".aws/credentials",
        "deploy/id_rsa",
        ".netrc",
    )
    source = TrainingSource.from_directory(write(tmp_path, "train.py", "environment.py", *secrets), "train.py")
    assert list(source_files(tmp_path).files) == ["environment.py", "train.py"]
    source.bind(stack)
    (told,) = warnings(stack)
    assert told.startswith(
        "'source' leaves out '.aws/', '.env', '.env.local', '.netrc', 'certs/server.key', 'certs/server.pem', "
        "'deploy/id_rsa', which may hold secrets; keep such files elsewhere, or ask for one by exclude=['!.aws']"
    )


@pytest.mark.parametrize("name", [name.replace("*", "x") for name in SECRETS])
def test_a_secret_that_is_asked_for_is_packed(stack: cdk.Stack, tmp_path: Path, name: str) -> None:
    program = write(tmp_path, "train.py", f"deep/{name}")
    assert source_files(program).withheld == [f"deep/{name}"]
    found = source_files(program, [f"!{name}"])
    assert (list(found.files), found.withheld, found.unused) == ([f"deep/{name}", "train.py"], [], [])


@pytest.mark.parametrize(
    ("exclude", "unused"),
    [
        (["secret/", "*.parquet", "*.csv"], ["secret/", "*.parquet"]),
        (["/data", "data/**", "./data"], ["./data"]),
        (["data/*", "!data/keep.csv", "!data/other.csv"], ["!data/other.csv"]),
        (["# data"], ["# data"]),
        ([], []),
    ],
)
def test_patterns_that_match_nothing_are_told(
    stack: cdk.Stack, tmp_path: Path, exclude: list[str], unused: list[str]
) -> None:
    TrainingSource.from_directory(write(tmp_path, *FILES), "train.py", exclude=exclude).bind(stack)
    told = warnings(stack)
    assert len(told) == bool(unused)
    assert all(f"'exclude' has {', '.join(map(repr, unused))}, which matches nothing" in each for each in told)


def test_fails_on_a_nested_entry_point_beside_setup_py(tmp_path: Path) -> None:
    program = write(tmp_path, "setup.py", "src/train.py", "train.py", "lib/setup.py")
    with pytest.raises(ValueError, match=r"must lie beside 'setup\.py', got 'src/train\.py': the container"):
        TrainingSource.from_directory(program, "src/train.py")
    TrainingSource.from_directory(program, "train.py")
    TrainingSource.from_directory(program, "src/train.py", exclude=["/setup.py"])


def test_a_large_source_is_told_with_its_size(stack: cdk.Stack, tmp_path: Path) -> None:
    program = write(tmp_path, "train.py")
    with (program / "weights.bin").open("wb") as file:
        file.truncate(100_000_000 - 2)
    TrainingSource.from_directory(program, "train.py").bind(stack)
    assert warnings(stack) == []
    write(program, "more.py")
    TrainingSource.from_directory(program, "train.py").bind(stack)
    (told,) = warnings(stack)
    assert told.startswith("'source' has 100 MB in 3 files, the largest 'weights.bin' with 100 MB, which every attempt")


def test_packing_takes_no_more_memory_than_a_buffer(tmp_path: Path) -> None:
    with (tmp_path / "weights.bin").open("wb") as file:
        file.truncate(64 * 2**20)
    with (tmp_path / "archive").open("wb") as archive:
        tracemalloc.start()
        pack({"weights.bin": tmp_path / "weights.bin"}, archive)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 2 * 2**20


def test_an_empty_program_is_an_archive_too() -> None:
    archive = io.BytesIO()
    assert len(pack({}, archive)) == 64
    assert archive.getvalue()[:2] == b"\x1f\x8b"
