"""TrainingSource: a reproducible archive, and the hyperparameters that lead a container to it."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.inputs.source_archive import pack
from constructs_lib.cdk.inputs.source_files import source_files
from constructs_lib.cdk.inputs.training_source import TrainingSource
from constructs_lib.cdk.permissions.training_role import TrainingRole
from tests.support.grants import bind_source

FILES = {
    "train.py": "print('hello')\n",
    "requirements.txt": "numpy\n",
    "model/net.py": "LAYERS = 3\n",
    "été.txt": "ü\n",
}

CONTENT_HASH = "5ae0407100730ea01f7d3a8b56a08dbf093e247af3e4e864052038f7e8286e12"


def write(directory: Path, names: list[str] | None = None) -> Path:
    for name in names or list(FILES):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES.get(name, "x\n"), encoding="utf-8")
    return directory


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return write(tmp_path / "program")


def packed(directory: Path) -> tuple[bytes, str]:
    archive = io.BytesIO()
    content_hash = pack(source_files(directory).files, archive)
    return archive.getvalue(), content_hash


def members(content: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        return archive.getmembers()


def test_the_same_files_give_the_same_bytes(tmp_path: Path, program: Path) -> None:
    other = write(tmp_path / "elsewhere" / "copy", list(reversed(FILES)))
    for number, path in enumerate(other.rglob("*")):
        os.utime(path, (number, number))
        path.chmod(0o770 if path.is_dir() else 0o660)
    (other / "empty" / "deeper").mkdir(parents=True)

    assert packed(program) == packed(other)


def test_the_hash_is_this_on_any_machine(program: Path) -> None:
    # written down, so that another Python, system or zlib that gives another one is found out
    assert packed(program)[1] == CONTENT_HASH


def test_the_hash_is_of_the_content_whatever_packed_it(program: Path) -> None:
    content, content_hash = packed(program)
    assert hashlib.sha256(gzip.decompress(content)).hexdigest() == content_hash
    # gzip's header: no name, no time, no system
    assert content[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])


def test_every_change_changes_the_hash(program: Path) -> None:
    hashes = [packed(program)[1]]
    (program / "train.py").write_text("print('hallo')\n")
    hashes.append(packed(program)[1])
    (program / "train.py").rename(program / "main.py")
    hashes.append(packed(program)[1])
    (program / "main.py").chmod(0o744)
    hashes.append(packed(program)[1])
    assert len(set(hashes)) == 4


def test_the_archive_has_the_files_and_nothing_of_the_machine(program: Path) -> None:
    (program / "run.sh").write_text("#!/bin/sh\n")
    (program / "run.sh").chmod(0o700)
    content = packed(program)[0]
    found = [(m.name, m.mode, m.mtime, m.uid, m.gid, m.uname, m.gname, m.isreg()) for m in members(content)]
    assert found == [
        (name, mode, 0, 0, 0, "", "", True)
        for name, mode in [
            ("model/net.py", 0o644),
            ("requirements.txt", 0o644),
            ("run.sh", 0o755),
            ("train.py", 0o644),
            ("été.txt", 0o644),
        ]
    ]


def test_an_archive_unpacks_to_the_files(program: Path, tmp_path: Path) -> None:
    content = packed(program)[0]
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        archive.extractall(tmp_path / "code", filter="data")
    unpacked = {path: (tmp_path / "code" / path).read_text(encoding="utf-8") for path in FILES}
    assert unpacked == FILES


@pytest.mark.parametrize(
    "name",
    [
        ".git/HEAD",
        "__pycache__/train.cpython-311.pyc",
        "model/__pycache__/net.cpython-311.pyc",
        "model/net.pyc",
        ".DS_Store",
        "model/.DS_Store",
        ".venv/bin/python",
        "cdk.out/manifest.json",
    ],
)
def test_what_never_belongs_to_a_program_is_left_out(program: Path, name: str) -> None:
    before = source_files(program)
    assert source_files(write(program, [name])) == before


@pytest.mark.parametrize(
    ("pattern", "left_out"),
    [
        ("*.txt", {"requirements.txt", "été.txt"}),
        ("model", {"model/net.py"}),
        ("model/", {"model/net.py"}),
        ("model/*.py", {"model/net.py"}),
        ("net.py", {"model/net.py"}),
        ("MODEL", set()),
        ("mod", set()),
    ],
)
def test_more_may_be_left_out(program: Path, pattern: str, left_out: set[str]) -> None:
    assert set(FILES) - set(source_files(program, [pattern]).files) == left_out


def test_a_link_becomes_what_it_points_to(program: Path) -> None:
    (program / "alias.py").symlink_to("train.py")
    (program / "layers").symlink_to(program / "model", target_is_directory=True)
    found = {m.name for m in members(packed(program)[0]) if m.isreg()}
    assert found == {*FILES, "alias.py", "layers/net.py"}


def test_a_directory_that_is_a_link_itself_is_fine(program: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(program, target_is_directory=True)
    assert list(source_files(tmp_path / "link").files) == list(source_files(program).files)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("../secret", "no link that leads out of it, got 'model/link' to '../../secret'"),
        ("absent", "no link to nothing, got 'model/link' to 'absent'"),
        ("link", "no link to nothing, got 'model/link' to 'link'"),
        (".", "no link to a directory around it, got 'model/link'"),
        ("..", "no link to a directory around it, got 'model/link'"),
    ],
)
def test_fails_for_a_link_to_where_no_program_is(program: Path, tmp_path: Path, target: str, message: str) -> None:
    (tmp_path / "secret").write_text("x")
    (program / "model" / "link").symlink_to("../../secret" if target == "../secret" else target)
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingSource.from_directory(program, "train.py")
    TrainingSource.from_directory(program, "train.py", exclude=["model/link"])


def test_fails_for_what_is_neither_file_nor_directory(program: Path) -> None:
    os.mkfifo(program / "pipe")
    with pytest.raises(ValueError, match="only files and directories in it, got 'pipe'; exclude it"):
        TrainingSource.from_directory(program, "train.py")


@pytest.mark.parametrize(
    ("directory", "entry_point", "arguments", "message"),
    [
        ("absent", "train.py", {}, "'directory' must be a directory, got"),
        ("program/train.py", "train.py", {}, "'directory' must be a directory, got"),
        ("program", "absent.py", {}, "'entry_point' must be a file in"),
        ("program", "model", {}, "'entry_point' must be a file in"),
        ("program", "", {}, "'entry_point' must be a file in"),
        ("program", "/train.py", {}, "'entry_point' must be a path in 'directory'"),
        ("program", "../program/train.py", {}, "'entry_point' must be a path in 'directory'"),
        ("program", "model\\net.py", {}, "'entry_point' must be a path in 'directory'"),
        ("program", "train.py", {"exclude": ["*.py"]}, "'entry_point' must not match 'exclude'"),
        ("program", "train.py", {"exclude": "*.csv"}, "'exclude' must be a list of patterns"),
    ],
)
def test_fails_before_anything_is_packed(
    tmp_path: Path, program: Path, directory: str, entry_point: str, arguments: dict[str, Any], message: str
) -> None:
    assert program.is_dir()
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingSource.from_directory(tmp_path / directory, entry_point, **arguments)


def test_tells_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"(?s)'directory' must.*\n'exclude' must.*\n'entry_point' must"):
        TrainingSource.from_directory(tmp_path / "absent", "../train.py", exclude="*.txt")


def test_a_container_is_led_to_the_program(program: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    source = TrainingSource.from_directory(program, "model/net.py")
    hyperparameters = bind_source(source, stack, TrainingRole(stack, "Role"))

    assert list(temporary.iterdir()) == []  # nothing is left behind
    assembly = app.synth()
    (packed,) = Path(assembly.directory).glob("asset.*.tar.gz")
    assert {member.name for member in members(packed.read_bytes())} == set(FILES)
    # CDK hashes our hash once more, and names the object by the last part of the extension
    key = packed.name.removeprefix("asset.").replace(".tar.gz", ".gz")
    bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
    assert stack.resolve(hyperparameters) == {
        "sagemaker_program": "model/net.py",
        "sagemaker_submit_directory": {"Fn::Sub": f"s3://{bucket}/{key}"},
        "sagemaker_region": {"Ref": "AWS::Region"},
    }
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    assert [policy["Properties"]["PolicyDocument"]["Statement"] for policy in policies] == [
        [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": {
                    "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", {"Fn::Sub": bucket}, f"/{key}"]]
                },
            }
        ]
    ]
    assert AwsSolutionsChecks(app).validate_scope(app).violations == []


def test_the_asset_is_the_same_wherever_the_files_lie(program: Path, tmp_path: Path) -> None:
    bound = []
    for directory in (program, write(tmp_path / "elsewhere")):
        stack = cdk.Stack(cdk.App(), "Stack")
        source = TrainingSource.from_directory(directory, "train.py")
        bound.append(stack.resolve(bind_source(source, stack, TrainingRole(stack, "Role"))))
    assert bound[0] == bound[1]


def test_one_source_may_be_bound_twice_and_two_in_one_scope(program: Path) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    TrainingRole(stack, "Role")
    fixed = iam.Role.from_role_arn(stack, "Fixed", "arn:aws:iam::123456789012:role/trainer", mutable=False)
    source = TrainingSource.from_directory(str(program), "train.py")
    first, second = (bind_source(source, stack, fixed) for _ in range(2))
    other = bind_source(TrainingSource.from_directory(program, "train.py", exclude=["*.txt"]), stack, fixed)
    assert stack.resolve(first) == stack.resolve(second) != stack.resolve(other)
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 0)


def test_without_staging_the_archive_stays_beside_the_template(program: Path, tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path / "out"), context={"aws:cdk:disable-asset-staging": True})
    stack = cdk.Stack(app, "Stack")
    bind_source(TrainingSource.from_directory(program, "train.py"), stack, TrainingRole(stack, "Role"))
    app.synth()
    assert len(list((tmp_path / "out").glob("training-source-*/sourcedir.tar.gz"))) == 1
