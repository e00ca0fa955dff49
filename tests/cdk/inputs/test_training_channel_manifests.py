"""TrainingChannel from a manifest: reading the list, and what it lists."""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from constructs_lib.cdk.inputs.input_location import DataLocations, InputLocation
from constructs_lib.cdk.inputs.training_channel import TrainingChannel
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.training_job.service_model import model_problems
from tests.support.grants import bind_channel, granted, reads, reads_object


@pytest.fixture
def role(stack: cdk.Stack) -> TrainingRole:
    return TrainingRole(stack, "Role")


@pytest.fixture
def data(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Data", "data")


@pytest.fixture
def images(stack: cdk.Stack) -> InputLocation:
    return InputLocation.from_bucket(s3.Bucket.from_bucket_name(stack, "Images", "images"), "cats/")


def test_a_manifest(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    entry = bind_channel(
        TrainingChannel.from_manifest(data, "lists/a.manifest", data_prefix="in/"), stack, "train", role
    )
    assert entry == {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": "s3://data/lists/a.manifest"}},
    }
    assert list(model_problems(entry, "Channel")) == []
    assert granted(stack) == [*reads_object("data", "lists/a.manifest"), *reads("data", "in/")]


def test_a_manifest_of_data_elsewhere(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, images: InputLocation
) -> None:
    bind_channel(TrainingChannel.from_manifest(data, "a.manifest", data_prefix=images), stack, "train", role)
    assert granted(stack) == [*reads_object("data", "a.manifest"), *reads("images", "cats/")]


def test_a_manifest_of_several_prefixes(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, images: InputLocation
) -> None:
    channel = TrainingChannel.from_manifest(data, "a.manifest", data_prefix=["in/2025/", images])
    bind_channel(channel, stack, "train", role)
    assert granted(stack) == [
        *reads_object("data", "a.manifest"),
        *reads("data", "in/2025/"),
        *reads("images", "cats/"),
    ]


@pytest.mark.parametrize("mode", ["File", "Pipe"])
def test_a_manifest_is_copied_or_streamed(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, mode: Any) -> None:
    channel = TrainingChannel.from_manifest(data, "a.manifest", data_prefix="in/", input_mode=mode)
    assert bind_channel(channel, stack, "train", role)["InputMode"] == mode


def test_an_augmented_manifest(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    channel = TrainingChannel.from_augmented_manifest(
        data,
        "lists/a.jsonl",
        attribute_names=["image-ref", "is-a-cat"],
        data_locations="in/",
        record_wrapper="RecordIO",
    )
    entry = bind_channel(channel, stack, "train", role)
    assert entry == {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "AugmentedManifestFile",
                "S3Uri": "s3://data/lists/a.jsonl",
                "AttributeNames": ["image-ref", "is-a-cat"],
            }
        },
        "RecordWrapperType": "RecordIO",
        "InputMode": "Pipe",
    }
    assert list(model_problems(entry, "Channel")) == []
    assert granted(stack) == [*reads_object("data", "lists/a.jsonl"), *reads("data", "in/")]


def test_an_augmented_manifest_of_several_places(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, images: InputLocation
) -> None:
    channel = TrainingChannel.from_augmented_manifest(
        data, "a.jsonl", attribute_names=["image-ref"], data_locations=[images, "in/"]
    )
    bind_channel(channel, stack, "train", role)
    assert granted(stack) == [*reads_object("data", "a.jsonl"), *reads("images", "cats/"), *reads("data", "in/")]


def test_an_augmented_manifest_that_refers_to_nothing(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    bind_channel(
        TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=["line"]), stack, "train", role
    )
    assert granted(stack) == reads_object("data", "a.jsonl")


@pytest.mark.parametrize("names", [["x"], ["x" * 256], ["x"] * 16])
def test_as_many_attributes_as_the_api_takes(
    stack: cdk.Stack, role: TrainingRole, data: s3.IBucket, names: list[str]
) -> None:
    channel = TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=names)
    assert list(model_problems(bind_channel(channel, stack, "train", role), "Channel")) == []


def test_the_key_of_the_bucket_decrypts_the_manifest(stack: cdk.Stack, role: TrainingRole) -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
    bucket = s3.Bucket.from_bucket_attributes(
        stack, "Bucket", bucket_name="lists", encryption_key=kms.Key.from_key_arn(stack, "Key", arn)
    )
    bind_channel(
        TrainingChannel.from_augmented_manifest(bucket, "a.jsonl", attribute_names=["line"]), stack, "train", role
    )
    assert granted(stack) == [*reads_object("lists", "a.jsonl"), f"kms:Decrypt on {arn}"]


def test_what_is_known_at_deployment_only(stack: cdk.Stack, role: TrainingRole, data: s3.IBucket) -> None:
    key, attribute, prefix = (cdk.CfnParameter(stack, name).value_as_string for name in ("Key", "Name", "Prefix"))
    channel = TrainingChannel.from_augmented_manifest(
        data, key, attribute_names=[attribute], data_locations=f"{prefix}/"
    )
    assert stack.resolve(bind_channel(channel, stack, "train", role)["DataSource"]["S3DataSource"]) == {
        "S3DataType": "AugmentedManifestFile",
        "S3Uri": {"Fn::Join": ["", ["s3://data/", {"Ref": "Key"}]]},
        "AttributeNames": [{"Ref": "Name"}],
    }
    assert granted(stack) == [*reads_object("data", "<Key>"), *reads("data", "<Prefix>/")]


def test_fails_for_a_manifest_in_fast_file_mode(data: s3.IBucket) -> None:
    mode: Any = "FastFile"
    with pytest.raises(ValueError, match="'input_mode' must be 'File' or 'Pipe' for a manifest, got 'FastFile'"):
        TrainingChannel.from_manifest(data, "a.manifest", data_prefix="in/", input_mode=mode)


@pytest.mark.parametrize("mode", ["File", "FastFile", None])
def test_fails_for_an_augmented_manifest_that_is_not_piped(data: s3.IBucket, mode: Any) -> None:
    with pytest.raises(ValueError, match=f"'input_mode' must be 'Pipe' for an augmented manifest, got {mode!r}"):
        TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=["line"], input_mode=mode)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("", "'manifest_key' must be the key of an object, which does not end in '/', got ''"),
        ("lists/", "'manifest_key' must be the key of an object"),
        ("/a.manifest", "'manifest_key' must not start with '/'"),
        ("*.manifest", "'manifest_key' must not have '*'"),
        (7, "'manifest_key' must be a text, got 7"),
    ],
)
def test_fails_for_a_key_that_is_not_one_object(data: s3.IBucket, key: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_manifest(data, key, data_prefix="in/")


@pytest.mark.parametrize("place", ["in", ["in/", "in"]])
def test_fails_for_a_place_that_grants_more_than_it_says(data: s3.IBucket, place: DataLocations) -> None:
    with pytest.raises(ValueError, match="'data_prefix' must end in '/'"):
        TrainingChannel.from_manifest(data, "a.manifest", data_prefix=place)
    with pytest.raises(ValueError, match="'data_locations' must end in '/'"):
        TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=["line"], data_locations=place)


def test_fails_for_a_place_that_is_no_location(data: s3.IBucket) -> None:
    places: Any = [(data, "in/")]
    with pytest.raises(ValueError, match="'data_prefix' must have prefixes and places made by InputLocation, got"):
        TrainingChannel.from_manifest(data, "a.manifest", data_prefix=places)


def test_fails_for_a_manifest_of_nothing(data: s3.IBucket) -> None:
    with pytest.raises(ValueError, match="'data_prefix' must have at least one place"):
        TrainingChannel.from_manifest(data, "a.manifest", data_prefix=[])


def test_fails_for_objects_that_are_nowhere(data: s3.IBucket) -> None:
    with pytest.raises(ValueError, match="'data_locations' must say where the objects are that 'b-ref' refers to"):
        TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=["a", "b-ref"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "'attribute_names' must have 1 to 16 names, got 0"),
        (["x"] * 17, "'attribute_names' must have 1 to 16 names, got 17"),
        ([""], "'attribute_names' must have names of 1 to 256 characters, got '' at index 0"),
        (["x" * 257], "'attribute_names' must have names of 1 to 256 characters, got 'xxx"),
        ("line", "'attribute_names' must be a list of names, got the text 'line'; write ['line']"),
    ],
)
def test_fails_for_attributes_that_the_api_does_not_take(data: s3.IBucket, names: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        TrainingChannel.from_augmented_manifest(data, "a.jsonl", attribute_names=names)
