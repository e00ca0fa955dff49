"""Where a channel may be moved: to what the job's role may read, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import settings_document

DEPLOYED = "s3://data-bucket/train/"


def problems(engine: Engine, channels: object, settings: dict[str, Any] | None = None) -> Any:
    deployed = settings or settings_document(input_locations=["s3://other-bucket", "s3://third-bucket/in/"])
    return engine.call("$problems($s, $i, 'run-1')", s=deployed, i={"Channels": channels})


@pytest.mark.parametrize(
    "uri",
    [
        DEPLOYED,
        "s3://data-bucket/train/2026-11/",
        "s3://data-bucket/train/one.csv",
        "s3://data-bucket/test/",
        "s3://other-bucket",
        "s3://other-bucket/",
        "s3://other-bucket/deep/prefix",
        "s3://third-bucket/in/",
        "s3://third-bucket/in/é//x",
        "s3://third-bucket/in/..x/.y/z..",
        "s3://third-bucket/in/" + "x" * (1024 - 21),
    ],
)
def test_a_channel_may_be_moved_within_what_the_role_may_read(engine: Engine, uri: str) -> None:
    assert problems(engine, {"train": uri}) == []


@pytest.mark.parametrize(
    "uri",
    [
        "s3://data-bucket",
        "s3://data-bucket/",
        "s3://data-bucket/train",
        "s3://data-bucket/trainer/",
        "s3://data-bucket/TRAIN/",
        "s3://data-bucket//train/",
        "s3://data-bucket2/train/",
        "s3://other-bucket2/",
        "s3://other-buckett",
        "s3://third-bucket/in",
        "s3://third-bucket/inner/",
        "s3://third-bucket",
    ],
)
def test_fails_outside_of_it(engine: Engine, uri: str) -> None:
    assert problems(engine, {"train": uri}) == [
        f"'Channels.train' is not within what this deployment may read, got \"{uri}\"; allowed are all below "
        's3://data-bucket/train/, s3://data-bucket/test/, s3://other-bucket/, s3://third-bucket/in/, and the deployed "'
        + DEPLOYED
        + '"'
    ]


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ("s3://b/", "'Channels' must be an object of channel names and S3 URIs, got \"s3://b/\""),
        (None, "'Channels' must be an object of channel names and S3 URIs, got null"),
        ({"val": DEPLOYED}, '\'Channels.val\' is not a channel of this deployment; it has "train", "test"'),
        ({"train": 1}, "'Channels.train' must be an S3 URI, got 1"),
        ({"train": None}, "'Channels.train' must be an S3 URI, got null"),
        ({"train": "bucket/x"}, "'Channels.train' must be an S3 URI such as s3://bucket/prefix/, got \"bucket/x\""),
        ({"train": "S3://data-bucket/train/"}, "must be an S3 URI such as"),
        ({"train": "s3://Data-Bucket/train/"}, "must be an S3 URI such as"),
        ({"train": "https://data-bucket/train/"}, "must be an S3 URI such as"),
        ({"train": DEPLOYED + "x\n"}, "must be an S3 URI such as"),
        ({"train": DEPLOYED + "x\r"}, "must be an S3 URI such as"),
        ({"train": DEPLOYED + "x\u2028"}, "must be an S3 URI such as"),
        ({"train": "s3://data-bucket/train/../secret/"}, "must have no '.' or '..' between slashes"),
        ({"train": "s3://data-bucket/train/.."}, "must have no '.' or '..' between slashes"),
        ({"train": "s3://data-bucket/./train/"}, "must have no '.' or '..' between slashes"),
        ({"train": DEPLOYED + "x" * 1024}, "'Channels.train' must have at most 1024 characters, got 1047"),
    ],
)
def test_fails_on_what_is_no_channel_or_no_uri(engine: Engine, channels: object, said: str) -> None:
    found = problems(engine, channels)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            {"FileSystemDataSource": {"FileSystemId": "fs-1", "DirectoryPath": "/x"}},
            "because it reads a file system and no S3 prefix; leave it out",
        ),
        (
            {"S3DataSource": {"S3DataType": "AugmentedManifestFile", "S3Uri": "s3://data-bucket/m.jsonl"}},
            "because it reads an S3 AugmentedManifestFile and no S3 prefix; leave it out",
        ),
    ],
)
def test_fails_to_move_what_is_no_prefix(engine: Engine, source: dict[str, Any], said: str) -> None:
    settings = settings_document()
    settings["Request"]["InputDataConfig"][1]["DataSource"] = source
    found = problems(engine, {"test": "s3://data-bucket/train/"}, settings)
    assert found == [f"'Channels.test' cannot be moved by a run, {said}"]


def test_one_object_may_only_be_itself(engine: Engine) -> None:
    request = settings_document()["Request"]
    del request["InputDataConfig"][1]
    request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = "s3://assets/one.csv"
    settings = settings_document(request=request)
    assert settings["InputLocations"] == []
    assert problems(engine, {"train": "s3://assets/one.csv"}, settings) == []
    assert problems(engine, {"train": "s3://assets/one.csv.gz"}, settings) == [
        "'Channels.train' is not within what this deployment may read, got \"s3://assets/one.csv.gz\"; allowed are "
        'the deployed "s3://assets/one.csv"'
    ]
    assert problems(engine, {"x": "s3://assets/one.csv"}, settings) == [
        "'Channels.x' is not a channel of this deployment; it has \"train\""
    ]


def test_what_only_starts_alike_may_only_be_itself(engine: Engine) -> None:
    request = settings_document()["Request"]
    del request["InputDataConfig"][1]
    request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = "s3://data-bucket/train/part-"
    settings = settings_document(request=request)
    assert problems(engine, {"train": "s3://data-bucket/train/part-"}, settings) == []
    for uri in ("s3://data-bucket/train/part-1", "s3://data-bucket/train/"):
        assert problems(engine, {"train": uri}, settings) == [
            f"'Channels.train' is not within what this deployment may read, got \"{uri}\"; allowed are the deployed "
            '"s3://data-bucket/train/part-"'
        ]


@pytest.mark.parametrize("location", ["/opt/ml/input/data/train/0123.gz", '"/opt/ml/input/data/train/0123.gz"'])
def test_fails_to_move_what_brings_the_source(engine: Engine, location: str) -> None:
    settings = settings_document()
    settings["Request"]["HyperParameters"]["sagemaker_submit_directory"] = location
    moved = "s3://data-bucket/train/other.gz"
    assert problems(engine, {"train": moved, "test": moved}, settings) == [
        "'Channels.train' brings the deployed source and cannot be changed by a run"
    ]


def test_fails_on_a_channel_where_there_is_none(engine: Engine) -> None:
    settings = settings_document()
    del settings["Request"]["InputDataConfig"]
    assert problems(engine, {"train": DEPLOYED}, settings) == [
        "'Channels.train' is not a channel of this deployment; it has none"
    ]
