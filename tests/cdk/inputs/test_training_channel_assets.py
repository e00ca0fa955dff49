"""TrainingChannel.from_asset: one local file or a directory of files, uploaded with the deployment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest

from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.permissions.training_role import TrainingRole
from tests.support.grants import bind_channel, granted

ASSETS = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    path = tmp_path / "digits.csv"
    path.write_text("1,2\n", encoding="utf-8")
    return path


def asset_keys(stack: cdk.Stack) -> list[str]:
    assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]
    names = sorted(path.name for path in Path(assembly.directory).iterdir())
    return [name.removeprefix("asset.") for name in names if name.startswith("asset.")]


def test_a_file_is_an_asset_that_the_role_reads_alone(stack: cdk.Stack, role: TrainingRole, digits: Path) -> None:
    entry = bind_channel(TrainingChannel.from_asset(digits, content_type="text/csv"), stack, "train", role)
    (key,) = asset_keys(stack)
    assert key.endswith(".csv")
    assert stack.resolve(entry) == {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": {"Fn::Sub": f"s3://{ASSETS}/{key}"}}},
        "ContentType": "text/csv",
    }
    bucket = f"arn:aws:s3:::{{'Fn::Sub': '{ASSETS}'}}"
    assert granted(stack) == [
        f"s3:ListBucket on {bucket} if StringEquals s3:prefix {key}",
        f"s3:GetObject on {bucket}/{key}",
    ]


def test_one_channel_may_be_bound_twice(stack: cdk.Stack, role: TrainingRole, digits: Path) -> None:
    channel = TrainingChannel.from_asset(str(digits))
    first, second = (bind_channel(channel, stack, "train", role) for _ in range(2))
    assert stack.resolve(first) == stack.resolve(second)
    assert len(asset_keys(stack)) == 1


def test_the_files_of_a_directory_are_assets_below_one_prefix(
    stack: cdk.Stack, role: TrainingRole, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    (data / "folder").mkdir(parents=True)
    names = [".hidden", "a.tar.gz", "folder/b.csv", "plain"]
    for name in names:
        (data / name).write_text(name, encoding="utf-8")
    (data / "link.csv").symlink_to(data / "folder" / "b.csv")
    entry = bind_channel(TrainingChannel.from_asset(data), stack, "train", role)
    scheme, place, rest = stack.resolve(entry)["DataSource"]["S3DataSource"]["S3Uri"]["Fn::Join"][1]
    assert (scheme, place) == ("s3://", {"Fn::Sub": ASSETS})
    prefix = rest.removeprefix("/")
    assert re.fullmatch("[0-9a-f]{64}/", prefix)
    bucket = f"arn:aws:s3:::{{'Fn::Sub': '{ASSETS}'}}"
    assert granted(stack) == [
        f"s3:ListBucket on {bucket} if StringLike s3:prefix {prefix}*",
        f"s3:GetObject on {bucket}/{prefix}*",
    ]
    assembly = cdk.App.of(stack).synth()  # type: ignore[union-attr]
    manifest = json.loads(Path(assembly.directory, f"{stack.artifact_id}.assets.json").read_text())
    found = {
        destination["objectKey"]: Path(assembly.directory, file["source"]["path"]).read_text()
        for file in manifest["files"].values()
        for destination in file["destinations"].values()
        if file["source"]["packaging"] == "file" and destination["objectKey"].startswith(prefix)
    }
    assert found == {f"{prefix}{name}": name for name in names} | {f"{prefix}link.csv": "folder/b.csv"}


@pytest.mark.parametrize("synthesizer", [cdk.LegacyStackSynthesizer, cdk.DefaultStackSynthesizer])
def test_fails_for_a_directory_where_a_synthesizer_is_given(
    synthesizer: Callable[[], cdk.IStackSynthesizer], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").touch()
    stack = cdk.Stack(cdk.App(), "Other", synthesizer=synthesizer())
    with pytest.raises(ValueError, match="'path' is a directory, which needs a stack with CDK's own default synthesi"):
        bind_channel(TrainingChannel.from_asset(tmp_path), stack, "train", TrainingRole(stack, "Role"))


def test_a_qualifier_of_the_context_is_heeded(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    stack = cdk.Stack(cdk.App(context={"@aws-cdk/core:bootstrapQualifier": "mine"}), "Mine")
    entry = bind_channel(TrainingChannel.from_asset(tmp_path), stack, "train", TrainingRole(stack, "Role"))
    assert "cdk-mine-assets" in str(stack.resolve(entry))


def test_fails_for_a_path_without_files(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'path' must have a file, got the empty directory"):
        TrainingChannel.from_asset(tmp_path)
    with pytest.raises(ValueError, match="which does not exist in"):
        TrainingChannel.from_asset(tmp_path / "absent.csv")
    for number in range(501):
        (tmp_path / f"{number}").touch()
    with pytest.raises(ValueError, match="'path' must have at most 500 files, got 501"):
        TrainingChannel.from_asset(tmp_path)
