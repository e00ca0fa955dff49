"""TrainingChannel: what every channel from S3 may say about its data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from constructs_lib.cdk.inputs.channel_options import S3ChannelOptions
from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.training_job.service_model import model_problems
from constructs_lib.training_job.tokens import is_token
from tests.support.grants import bind_channel

ALL: S3ChannelOptions = {
    "content_type": "text/csv",
    "compression": "Gzip",
    "distribution": "ShardedByS3Key",
    "record_wrapper": "RecordIO",
    "shuffle_seed": 7,
    "instance_groups": ["workers", "readers"],
}


@pytest.fixture
def data(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Data", "data")


def bound(stack: cdk.Stack, channel: TrainingChannel) -> dict[str, Any]:
    return bind_channel(channel, stack, "train", TrainingRole(stack, "Role"))


def test_every_member_of_a_channel(stack: cdk.Stack, data: s3.IBucket) -> None:
    entry = bound(stack, TrainingChannel.from_bucket(data, "in/", input_mode="Pipe", **ALL))
    assert entry == {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://data/in/",
                "S3DataDistributionType": "ShardedByS3Key",
                "InstanceGroupNames": ["workers", "readers"],
            }
        },
        "ContentType": "text/csv",
        "CompressionType": "Gzip",
        "RecordWrapperType": "RecordIO",
        "InputMode": "Pipe",
        "ShuffleConfig": {"Seed": 7},
    }
    assert list(model_problems(entry, "Channel")) == []


def test_every_kind_of_channel_takes_them_all(stack: cdk.Stack, data: s3.IBucket, tmp_path: Path) -> None:
    path = tmp_path / "digits.csv"
    path.write_text("1,2\n", encoding="utf-8")
    expected = bound(stack, TrainingChannel.from_bucket(data, "in/", input_mode="Pipe", **ALL))
    role = TrainingRole(stack, "Other")
    for channel in (
        TrainingChannel.from_asset(path, input_mode="Pipe", **ALL),
        TrainingChannel.from_manifest(data, "a.manifest", data_prefix="in/", input_mode="Pipe", **ALL),
        TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=["line"], **ALL),
    ):
        entry = bind_channel(channel, stack, "train", role)
        source, first = (found["DataSource"]["S3DataSource"] for found in (entry, expected))
        assert {**entry, "DataSource": {}} == {**expected, "DataSource": {}}
        assert source.keys() - {"AttributeNames"} == first.keys()
        assert source["S3DataDistributionType"] == first["S3DataDistributionType"]
        assert source["InstanceGroupNames"] == first["InstanceGroupNames"]
        assert list(model_problems(entry, "Channel", unknown=is_token)) == []


def test_none_is_not_sent(stack: cdk.Stack, data: s3.IBucket) -> None:
    nothing: Any = dict.fromkeys(ALL)
    entry = bound(stack, TrainingChannel.from_bucket(data, "in/", **nothing))
    assert set(entry) == {"ChannelName", "DataSource"}
    assert set(entry["DataSource"]["S3DataSource"]) == {"S3DataType", "S3Uri"}


@pytest.mark.parametrize("mode", ["File", "Pipe", "FastFile"])
@pytest.mark.parametrize("options", [{"compression": "None", "record_wrapper": "None"}, {"shuffle_seed": 0}])
def test_every_mode_takes_what_is_not_packed(
    stack: cdk.Stack, data: s3.IBucket, mode: Any, options: S3ChannelOptions
) -> None:
    entry = bound(stack, TrainingChannel.from_bucket(data, "in/", input_mode=mode, **options))
    assert entry["InputMode"] == mode
    assert list(model_problems(entry, "Channel")) == []


@pytest.mark.parametrize("options", [{"compression": "Gzip"}, {"record_wrapper": "RecordIO"}])
def test_what_is_packed_may_rely_on_the_mode_of_the_job(data: s3.IBucket, options: S3ChannelOptions) -> None:
    TrainingChannel.from_bucket(data, "in/", **options)


def test_tokens_are_sent_unchecked(stack: cdk.Stack, data: s3.IBucket) -> None:
    names = ("Mode", "Type", "Compression", "Distribution", "Wrapper")
    mode, kind, compression, distribution, wrapper = (cdk.CfnParameter(stack, name).value_as_string for name in names)
    seed = cdk.CfnParameter(stack, "Seed", type="Number").value_as_number
    groups = cdk.CfnParameter(stack, "Groups", type="CommaDelimitedList").value_as_list
    entry = bound(
        stack,
        TrainingChannel.from_bucket(
            data,
            "in/",
            input_mode=mode,  # type: ignore[arg-type]
            content_type=kind,
            compression=compression,  # type: ignore[arg-type]
            distribution=distribution,  # type: ignore[arg-type]
            record_wrapper=wrapper,  # type: ignore[arg-type]
            shuffle_seed=seed,  # type: ignore[arg-type]
            instance_groups=groups,
        ),
    )
    assert stack.resolve(entry) == {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://data/in/",
                "S3DataDistributionType": {"Ref": "Distribution"},
                "InstanceGroupNames": {"Ref": "Groups"},
            }
        },
        "ContentType": {"Ref": "Type"},
        "CompressionType": {"Ref": "Compression"},
        "RecordWrapperType": {"Ref": "Wrapper"},
        "InputMode": {"Ref": "Mode"},
        "ShuffleConfig": {"Seed": {"Ref": "Seed"}},
    }


def test_a_mode_that_is_not_known_yet_may_be_pipe(stack: cdk.Stack, data: s3.IBucket) -> None:
    mode: Any = cdk.CfnParameter(stack, "Mode").value_as_string
    TrainingChannel.from_bucket(data, "in/", input_mode=mode, compression="Gzip", record_wrapper="RecordIO")


@pytest.mark.parametrize(
    "options",
    [
        {"content_type": "x"},
        {"content_type": "x" * 256},
        {"shuffle_seed": 2**53 - 1},
        {"shuffle_seed": 1 - 2**53},
        {"instance_groups": ["x"]},
        {"instance_groups": ["x" * 64] * 5},
    ],
)
def test_the_longest_and_the_shortest(stack: cdk.Stack, data: s3.IBucket, options: S3ChannelOptions) -> None:
    entry = bound(stack, TrainingChannel.from_bucket(data, "in/", **options))
    assert list(model_problems(entry, "Channel")) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_mode": "file"}, "'input_mode' must be one of 'File', 'Pipe', 'FastFile', got 'file'"),
        ({"compression": "gzip"}, "'compression' must be one of 'None', 'Gzip', got 'gzip'"),
        ({"compression": "Gzip", "input_mode": "File"}, "only with input_mode='Pipe', got input_mode='File'"),
        ({"compression": "Gzip", "input_mode": "FastFile"}, "only with input_mode='Pipe', got input_mode='FastFile'"),
        ({"distribution": "Sharded"}, "'distribution' must be one of 'FullyReplicated', 'ShardedByS3Key'"),
        ({"content_type": ""}, "'content_type' must have 1 to 256 characters, got 0"),
        ({"content_type": "x" * 257}, "'content_type' must have 1 to 256 characters, got 257"),
        ({"record_wrapper": "recordio"}, "'record_wrapper' must be one of 'None', 'RecordIO', got 'recordio'"),
        (
            {"record_wrapper": "RecordIO", "input_mode": "File"},
            "'record_wrapper' cannot be 'RecordIO' with input_mode='File'; write input_mode='Pipe', or leave it out",
        ),
        ({"shuffle_seed": 2**53}, "'shuffle_seed' must be from -9007199254740991 to 9007199254740991, got 9007"),
        ({"shuffle_seed": -(2**53)}, "got -9007199254740992; a larger number loses digits"),
        ({"shuffle_seed": True}, "'shuffle_seed' must be a whole number, got True"),
        ({"shuffle_seed": 1.5}, "'shuffle_seed' must be a whole number, got 1.5"),
        ({"shuffle_seed": "7"}, "'shuffle_seed' must be a whole number, got '7'"),
        ({"instance_groups": []}, "'instance_groups' must have 1 to 5 names, got 0"),
        ({"instance_groups": ["x"] * 6}, "'instance_groups' must have 1 to 5 names, got 6"),
        ({"instance_groups": "workers"}, "must be a list of names, got the text 'workers'; write ['workers']"),
        ({"instance_groups": ["x", ""]}, "must have names of 1 to 64 characters, got '' at index 1"),
        ({"instance_groups": ["x", 1]}, "must have names of 1 to 64 characters, got 1 at index 1"),
        ({"content_type": 7}, "'content_type' must be a text, got 7"),
        ({"instance_groups": ["x" * 65]}, "must have names of 1 to 64 characters, got 'xxx"),
    ],
)
def test_fails_for_what_create_training_job_does_not_know(
    data: s3.IBucket, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_bucket(data, "in/", **arguments)


def test_fails_for_an_option_that_there_is_not(data: s3.IBucket) -> None:
    wrong: Any = {"compresion": "Gzip", "attribute_names": ["line"]}
    with pytest.raises(TypeError, match="not an option") as caught:
        TrainingChannel.from_bucket(data, "in/", **wrong)
    assert str(caught.value).splitlines() == [
        "'attribute_names' is not an option of this channel",
        "'compresion' is not an option of this channel; did you mean 'compression'",
    ]
