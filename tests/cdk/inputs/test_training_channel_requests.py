"""TrainingChannel.from_request: an entry of InputDataConfig as the API has it."""

from __future__ import annotations

import copy
import re
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.training_job.service_model import model_problems
from tests.support.grants import bind_channel, granted

DATASET = "arn:aws:sagemaker:eu-west-1:123456789012:hub-content/hub/DataSet/churn/1.0.0"
ENTRIES: dict[str, dict[str, Any]] = {
    "dataset": {"DataSource": {"DatasetSource": {"DatasetArn": DATASET}}},
    "conversations": {"DataSource": {"S3DataSource": {"S3DataType": "Converse", "S3Uri": "s3://data/talks/"}}},
    "model": {
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://models/base/",
                "ModelAccessConfig": {"AcceptEula": True},
                "HubAccessConfig": {"HubContentArn": DATASET},
            }
        },
        "ContentType": "application/x-tar",
        "ShuffleConfig": {"Seed": 7},
        "InputMode": "File",
    },
}
MOUNT = {
    "FileSystemId": "fs-0123456789abcdef0",
    "FileSystemAccessMode": "ro",
    "FileSystemType": "EFS",
    "DirectoryPath": "/train",
}


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_sent_as_it_is_and_grants_nothing(
    stack: cdk.Stack, role: TrainingRole, entry: dict[str, Any]
) -> None:
    channel = TrainingChannel.from_request(entry)
    rendered = bind_channel(channel, stack, "train", role)
    assert rendered == {"ChannelName": "train", **entry}
    assert list(model_problems(rendered, "Channel")) == []
    assert granted(stack) == []
    assert channel.connections is None


def test_it_needs_a_vpc_where_it_names_a_file_system() -> None:
    assert TrainingChannel.from_request({"DataSource": {"FileSystemDataSource": MOUNT}}).needs_vpc is True
    assert TrainingChannel.from_request(ENTRIES["dataset"]).needs_vpc is False


def test_neither_the_author_nor_a_reader_changes_it_afterwards(stack: cdk.Stack, role: TrainingRole) -> None:
    entry = copy.deepcopy(ENTRIES["model"])
    channel = TrainingChannel.from_request(entry)
    entry["ShuffleConfig"]["Seed"] = 8
    entry["DataSource"]["S3DataSource"]["S3Uri"] = "s3://elsewhere/"
    first = bind_channel(channel, stack, "train", role)
    first["ShuffleConfig"]["Seed"] = 9
    first["DataSource"].clear()
    assert bind_channel(channel, stack, "train", role) == {"ChannelName": "train", **ENTRIES["model"]}


def test_tokens_are_sent_unchecked(stack: cdk.Stack, role: TrainingRole) -> None:
    arn = cdk.CfnParameter(stack, "Dataset").value_as_string
    seed = cdk.CfnParameter(stack, "Seed", type="Number").value_as_number
    groups = cdk.CfnParameter(stack, "Groups", type="CommaDelimitedList").value_as_list
    source = {"S3DataType": "Converse", "S3Uri": f"s3://{arn}/", "InstanceGroupNames": groups}
    for entry in (
        {"DataSource": {"DatasetSource": {"DatasetArn": arn}}},
        {"DataSource": {"S3DataSource": source}, "ShuffleConfig": {"Seed": seed}},
        {"DataSource": {"DatasetSource": {"DatasetArn": cdk.Token.as_any({"Ref": "Dataset"})}}},
    ):
        rendered = bind_channel(TrainingChannel.from_request(entry), stack, "train", role)
        assert stack.resolve(rendered) == {"ChannelName": "train", **stack.resolve(entry)}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, "'entry.DataSource' is required"),
        (
            {"DataSource": {"DatasetSouce": {}}},
            "'entry.DataSource.DatasetSouce' is not a member of 'entry.DataSource'; did you mean 'DatasetSource'",
        ),
        ({"DataSource": {"DatasetSource": {}}}, "'entry.DataSource.DatasetSource.DatasetArn' is required"),
        ({"DataSource": []}, "'entry.DataSource' must be an object, got []"),
        ([], "'entry' must be an object, got []"),
        ({**ENTRIES["dataset"], "InputMode": "Stream"}, "'entry.InputMode' must be one of Pipe, File, FastFile"),
        ({**ENTRIES["dataset"], "ChannelName": "train"}, "'entry.ChannelName' must be left out"),
    ],
)
def test_fails_for_what_the_model_does_not_know(entry: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_request(entry)


def test_fails_with_all_problems_at_once() -> None:
    entry = {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "converse"}}}
    with pytest.raises(ValueError, match=r"entry\.") as caught:
        TrainingChannel.from_request(entry)
    assert {line.split("'")[1] for line in str(caught.value).splitlines()} == {
        "entry.ChannelName",
        "entry.DataSource.S3DataSource.S3DataType",
        "entry.DataSource.S3DataSource.S3Uri",
    }
