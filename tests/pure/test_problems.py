"""What an execution's input may be, and what is said of one that may not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, settings_document


def problems(engine: Engine, run_input: object, *, settings: dict[str, Any] | None = None, name: str = "run-1") -> Any:
    return engine.call("$problems($s, $i, $n)", s=settings or settings_document(SPOT, ON_DEMAND), i=run_input, n=name)


@pytest.mark.parametrize(
    "run_input",
    [
        {},
        {"Comment": "Insert your JSON here"},
        {"HyperParameters": {}},
        {"HyperParameters": {"epochs": 3, "rate": 1e-5, "fast": True, "name": "x", "long": "x" * 2500}},
        {"HyperParameters": {f"p{i}": i for i in range(99)}},
        {"Environment": {"A_1": "x" * 512}},
        {"MaxRuntimeInSeconds": 1},
        {"MaxRuntimeInSeconds": 7200},
        {"MaxRuntimeInSeconds": 2419200, "MaxWaitTimeInSeconds": 2592000},
        {"MaxWaitTimeInSeconds": 3600},
        {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "on-demand"}]},
        {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot", "InstanceCount": 1}] * 2},
        {"Channels": {"train": "s3://other-bucket/deep/prefix"}},
        {"Channels": {"train": "s3://other-bucket", "test": "s3://other-bucket/"}},
        {"ResumeFrom": "run-0"},
    ],
)
def test_good_input_has_no_problems(engine: Engine, run_input: object) -> None:
    assert problems(engine, run_input) == []


@pytest.mark.parametrize(
    ("run_input", "said"),
    [
        ([], "the input must be a JSON object, such as {}, got []"),
        ("text", 'the input must be a JSON object, such as {}, got "text"'),
        (None, "the input must be a JSON object, such as {}, got null"),
        (3, "the input must be a JSON object, such as {}, got 3"),
        (
            {"Hyperparameters": {}},
            "'Hyperparameters' is not a field of the input; allowed are Comment, HyperParameters",
        ),
        ({"HyperParameters": "x"}, "'HyperParameters' must be an object of names and values, got \"x\""),
        ({"HyperParameters": {"a": None}}, "'HyperParameters.a' must be a string, a number or a boolean, got null"),
        ({"HyperParameters": {"a": [1]}}, "'HyperParameters.a' must be a string, a number or a boolean, got [1]"),
        ({"HyperParameters": {"a": "x" * 2501}}, "'HyperParameters.a' must have at most 2500 characters, got 2501"),
        ({"HyperParameters": {"n" * 257: "x"}}, "the names in 'HyperParameters' must have at most 256 characters"),
        ({"HyperParameters": {f"p{i}": i for i in range(100)}}, "'HyperParameters' must come to at most 100 entries"),
        ({"Environment": []}, "'Environment' must be an object of names and values, got []"),
        ({"Environment": {"A": 1}}, "'Environment.A' must be a string, got 1"),
        ({"Environment": {"1A": "x"}}, "the names in 'Environment' must be letters, digits and underscores"),
        ({"Environment": {"A": "x" * 513}}, "'Environment.A' must have at most 512 characters, got 513"),
        ({"MaxRuntimeInSeconds": 0}, "'MaxRuntimeInSeconds' must be from 1 to 2419200 seconds, got 0"),
        ({"MaxRuntimeInSeconds": 2419201}, "'MaxRuntimeInSeconds' must be from 1 to 2419200 seconds, got 2419201"),
        ({"MaxRuntimeInSeconds": 1.5}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got 1.5"),
        ({"MaxRuntimeInSeconds": "60"}, "'MaxRuntimeInSeconds' must be a whole number of seconds, got \"60\""),
        (
            {"MaxRuntimeInSeconds": 7201},
            "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (7201), got 7200",
        ),
        (
            {"MaxWaitTimeInSeconds": 3599},
            "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (3600), got 3599",
        ),
        ({"MaxWaitTimeInSeconds": 2592001}, "'MaxWaitTimeInSeconds' must be from 1 to 2592000 seconds, got 2592001"),
        ({"Capacity": {}}, "'Capacity' must be a list of capacities, got {}"),
        ({"Capacity": []}, "'Capacity' must name at least one capacity"),
        ({"Capacity": ["ml.m5.xlarge"]}, "'Capacity[0]' must be an object with InstanceType and Market"),
        ({"Capacity": [{"InstanceType": "ml.p3.2xlarge", "Market": "spot"}]}, "'Capacity[0]' is not allowed by this"),
        ({"Capacity": [{"InstanceType": "ml.m5.xlarge"}]}, "'Capacity[0]' is not allowed by this deployment"),
        (
            {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot", "InstanceCount": 2}]},
            "allowed are up to ml.m5.xlarge spot x1, ml.m5.xlarge on-demand x1",
        ),
        (
            {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot", "InstanceCount": 0}]},
            "'Capacity[0]' is not allowed",
        ),
        (
            {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot", "Instancecount": 1}]},
            "'Capacity[0]' has unknown fields \"Instancecount\"",
        ),
        ({"Channels": "s3://b/"}, "'Channels' must be an object of channel names and S3 URIs"),
        (
            {"Channels": {"val": "s3://bucket/"}},
            '\'Channels.val\' is not a channel of this deployment; it has "train", "test"',
        ),
        ({"Channels": {"train": 1}}, "'Channels.train' must be an S3 URI, got 1"),
        ({"Channels": {"train": "bucket/x"}}, "'Channels.train' must be an S3 URI such as s3://bucket/prefix/"),
        ({"ResumeFrom": "a/b"}, "'ResumeFrom' must be the name of an earlier run, got \"a/b\""),
        ({"ResumeFrom": 1}, "'ResumeFrom' must be the name of an earlier run, got 1"),
    ],
)
def test_fails_on_bad_input(engine: Engine, run_input: object, said: str) -> None:
    found = problems(engine, run_input)
    assert len(found) == 1
    assert said in found[0]


def test_lists_all_problems_at_once(engine: Engine) -> None:
    found = problems(
        engine,
        {"Foo": 1, "Bar": 2, "HyperParameters": {"a": None, "b": []}, "MaxRuntimeInSeconds": "x", "ResumeFrom": ""},
    )
    assert len(found) == 6


def test_fails_on_a_run_name_that_cannot_be_a_prefix(engine: Engine) -> None:
    assert problems(engine, {}, name="a b") == [
        'the run\'s name must be 1 to 80 letters, digits, dots, hyphens and underscores, got "a b"'
    ]


def test_fails_on_a_wait_where_there_is_no_spot(engine: Engine) -> None:
    found = problems(engine, {"MaxWaitTimeInSeconds": 9000}, settings=settings_document(ON_DEMAND))
    assert found == ["'MaxWaitTimeInSeconds' is for spot capacity, and this deployment has none; leave it out"]


def test_on_demand_alone_may_run_longer_than_the_deployed_wait(engine: Engine) -> None:
    assert problems(engine, {"MaxRuntimeInSeconds": 9000}, settings=settings_document(ON_DEMAND)) == []


def test_the_program_of_a_deployed_source_cannot_be_replaced(engine: Engine) -> None:
    settings = settings_document()
    settings["Request"]["HyperParameters"]["sagemaker_submit_directory"] = "s3://source/code.tar.gz"
    settings["ReservedHyperParameters"] = ["sagemaker_submit_directory"]
    found = problems(engine, {"HyperParameters": {"sagemaker_submit_directory": "s3://mine/"}}, settings=settings)
    assert found == [
        "'HyperParameters.sagemaker_submit_directory' is set by the deployed source and cannot be changed by a run"
    ]
