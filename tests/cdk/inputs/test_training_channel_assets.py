"""TrainingChannel.from_asset: one local file, uploaded with the deployment."""

from __future__ import annotations

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


def test_fails_for_a_path_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"use TrainingChannel\.from_bucket"):
        TrainingChannel.from_asset(tmp_path)
    with pytest.raises(ValueError, match="which does not exist in"):
        TrainingChannel.from_asset(tmp_path / "absent.csv")
