"""A source in an isolated container, which cannot fetch it: SageMaker brings the archive as a channel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Annotations, Match

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage, TrainingSource
from constructs_lib.cdk.permissions.training_role import TrainingRole
from tests.support.grants import granted

ID = "spot-training-constructs:isolated-installation"


def source_in(directory: Path, *names: str) -> TrainingSource:
    for name in ("train.py", *names):
        (directory / name).write_text("x\n", encoding="utf-8")
    return TrainingSource.from_directory(directory, "train.py")


def training(stack: cdk.Stack, source: TrainingSource, **options: Any) -> SpotTraining:
    return SpotTraining(
        stack,
        "Training",
        image=TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu"),
        capacity=[Capacity.spot("ml.m5.xlarge")],
        source=source,
        **options,
    )


def test_the_archive_comes_by_a_channel(stack: cdk.Stack, tmp_path: Path) -> None:
    bound = source_in(tmp_path).bind(stack, isolated=True)
    (channel,) = stack.resolve(bound.channels)
    uri = channel["DataSource"]["S3DataSource"].pop("S3Uri")["Fn::Sub"]
    assert channel == {
        "ChannelName": "code",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix"}},
        "InputMode": "File",
    }
    key = uri.rpartition("/")[2]
    assert re.fullmatch(r"[0-9a-f]{64}\.gz", key)
    assert bound.hyperparameters["sagemaker_submit_directory"] == f"/opt/ml/input/data/code/{key}"


def test_a_training_sends_it_and_its_role_may_look_for_it(stack: cdk.Stack, tmp_path: Path) -> None:
    made = training(stack, source_in(tmp_path), network_isolation=True)
    request = made._bound.settings.request
    assert [channel["ChannelName"] for channel in request["InputDataConfig"]] == ["code"]
    uri = stack.resolve(request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"])["Fn::Sub"]
    key = uri.rpartition("/")[2]
    lines = [line for line in granted(stack, of="TrainingRole") if key in line]
    assert [line.split(" on ")[0] for line in lines] == ["s3:ListBucket", "s3:GetObject"]
    assert lines[0].endswith(f" if StringEquals s3:prefix {key}")


def test_a_container_with_a_network_fetches_it(stack: cdk.Stack, tmp_path: Path) -> None:
    bound = source_in(tmp_path).bind(stack)
    assert bound.channels == []
    assert stack.resolve(bound.hyperparameters["sagemaker_submit_directory"])["Fn::Sub"].startswith("s3://")


@pytest.mark.parametrize(
    ("names", "isolated", "told"),
    [
        (["requirements.txt"], True, "'source' has 'requirements.txt', from which the container installs by pip"),
        (["requirements.txt", "setup.py"], True, "'source' has 'requirements.txt' and 'setup.py', from which"),
        (["requirements.txt"], False, None),
        ([], True, None),
    ],
)
def test_what_pip_cannot_install_is_told(
    stack: cdk.Stack, tmp_path: Path, names: list[str], isolated: bool, told: str | None
) -> None:
    source_in(tmp_path, *names).bind(stack, isolated=isolated)
    messages = [str(found.entry.data) for found in Annotations.from_stack(stack).find_warning("*", Match.any_value())]
    assert len(messages) == (0 if told is None else 1)
    assert told is None or (messages[0].startswith(told) and ID in messages[0])


@pytest.mark.parametrize(
    ("kind", "told"), [(ec2.SubnetType.PRIVATE_ISOLATED, True), (ec2.SubnetType.PRIVATE_WITH_EGRESS, False)]
)
def test_what_pip_cannot_install_without_a_way_out_is_told(
    stack: cdk.Stack, tmp_path: Path, kind: ec2.SubnetType, told: bool
) -> None:
    subnets = [ec2.SubnetConfiguration(name="P", subnet_type=ec2.SubnetType.PUBLIC)]
    vpc = ec2.Vpc(stack, "Vpc", subnet_configuration=[*subnets, ec2.SubnetConfiguration(name="S", subnet_type=kind)])
    training(stack, source_in(tmp_path, "requirements.txt"), vpc=vpc)
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("with isolated subnets pip"))
    assert len(found) == told


def test_fails_on_a_channel_of_that_name(stack: cdk.Stack, tmp_path: Path) -> None:
    data = cdk.aws_s3.Bucket.from_bucket_name(stack, "Data", "data")
    source, channels = source_in(tmp_path), {"code": TrainingChannel.from_bucket(data, "in/")}
    with pytest.raises(ValueError, match=r"'channels' must not have 'code' beside 'source' with 'network_isolation'"):
        training(stack, source, channels=channels, network_isolation=True)


def test_fails_where_the_name_of_the_archive_is_not_known(tmp_path: Path) -> None:
    stack = cdk.Stack(cdk.App(), "Legacy", synthesizer=cdk.LegacyStackSynthesizer())
    TrainingRole(stack, "Role")
    with pytest.raises(ValueError, match=r"keys that are known at synth, got .*use cdk\.DefaultStackSynthesizer"):
        source_in(tmp_path).bind(stack, isolated=True)
