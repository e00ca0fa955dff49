"""CreateTrainingJob's model at its boundaries; the rules that its prose states have tests of their own."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.rules.problems import request_problems
from constructs_lib.training_job.service_model import _shapes, python_pattern
from tests.support.run_documents import ON_DEMAND, channel
from tests.training_job.requests import whole_request


def source(kind: str) -> dict[str, Any]:
    return {"ChannelName": "a", "DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": "s3://b/"}}}


def request(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**whole_request(), **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"EnableManagedSpotTraining": None, "StoppingCondition": {"MaxRuntimeInSeconds": 1}},
        {"TrainingJobName": "a" * 63},
        {"HyperParameters": {"": ""}},
        {"HyperParameters": {f"p{i}": "x" * 2500 for i in range(100)}},
        {"InputDataConfig": [channel(f"c{i}", "s3://b/") for i in range(20)]},
    ],
)
def test_nothing_is_wrong(changes: dict[str, Any]) -> None:
    assert request_problems(request(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"RoleArn": None}, "'RoleArn' is required"),
        ({"RoleArn": "training"}, "'RoleArn' must have at least 20 characters, got 8"),
        ({"TrainingJobName": "a" * 64}, "'TrainingJobName' must have at most 63 characters, got 64"),
        ({"TrainingJobName": "-a"}, "'TrainingJobName' must match"),
        ({"a\nb": {}}, r"'a\nb' is not a member of the request"),
        ({"Hyperparameters": {}}, "'Hyperparameters' is not a member of the request; did you mean 'HyperParameters'"),
        ({"HyperParameters": {"a": 1}}, "'HyperParameters.a' must be a string, got 1"),
        ({"HyperParameters": {"a": "x" * 2501}}, "'HyperParameters.a' must have at most 2500 characters, got 2501"),
        ({"HyperParameters": {f"p{i}": "" for i in range(101)}}, "'HyperParameters' must have at most 100 entries"),
        ({"HyperParameters": []}, "'HyperParameters' must be an object of names and values, got []"),
        ({"EnableNetworkIsolation": "yes"}, "'EnableNetworkIsolation' must be a boolean, got 'yes'"),
        ({"InputDataConfig": []}, "'InputDataConfig' must have at least 1 items, got 0"),
        ({"InputDataConfig": {}}, "'InputDataConfig' must be a list, got {}"),
        (
            {"AlgorithmSpecification": {"TrainingImage": "x", "TrainingInputMode": "Flie"}},
            "'AlgorithmSpecification.TrainingInputMode' must be one of Pipe, File, FastFile, got 'Flie'; did you mean",
        ),
        (
            {"OutputDataConfig": {"S3OutputPath": "s3://b/", "CompressionType": "Gzip"}},
            "'OutputDataConfig.CompressionType' must be one of GZIP, NONE, got 'Gzip'; did you mean 'GZIP'",
        ),
        (
            {"InputDataConfig": [{**channel("a", "s3://b/"), "CompressionType": "NONE"}]},
            "'InputDataConfig[0].CompressionType' must be one of None, Gzip, got 'NONE'; did you mean 'None'",
        ),
        (
            {"InputDataConfig": [source("S3Prefx")]},
            "'InputDataConfig[0].DataSource.S3DataSource.S3DataType' must be one of ManifestFile, S3Prefix, "
            "AugmentedManifestFile, Converse, got 'S3Prefx'; did you mean 'S3Prefix'",
        ),
        ({"ResourceConfig": "ml.m5.xlarge"}, "'ResourceConfig' must be an object, got 'ml.m5.xlarge'"),
        (
            {"ResourceConfig": {"InstanceType": "m5.xlarge", "InstanceCount": 1}},
            "'ResourceConfig.InstanceType' must be an instance type such as 'ml.m5.xlarge', got 'm5.xlarge'; "
            "write 'ml.m5.xlarge'",
        ),
        (
            {"ResourceConfig": {"InstanceType": 5, "InstanceCount": 1}},
            "'ResourceConfig.InstanceType' must be a string, got 5",
        ),
        (
            {
                "DebugRuleConfigurations": [
                    {"RuleConfigurationName": "a", "RuleEvaluatorImage": "i", "InstanceType": "x"}
                ]
            },
            "'DebugRuleConfigurations[0].InstanceType' must be an instance type such as",
        ),
    ],
)
def test_fails_on_what_sagemaker_would_refuse(changes: dict[str, Any], said: str) -> None:
    problems = request_problems(request(**changes))
    assert [said in problem for problem in problems if "must name instances" not in problem] == [True], problems


def test_all_problems_are_told_at_once() -> None:
    found = request_problems(request(RoleArn=None, HyperParameters={"a": 1}, StoppingCondition={}))
    assert len(found) == 3


def test_on_demand_attempts_are_fine() -> None:
    assert request_problems(whole_request(capacity=ON_DEMAND)) == []


def test_an_instance_type_newer_than_botocore_is_no_problem() -> None:
    assert request_problems(whole_request({"ResourceConfig": {"InstanceType": "ml.g99-next.2xlarge"}})) == []


def test_what_is_not_known_yet_is_not_judged() -> None:
    unknown = request(RoleArn="<token>", OutputDataConfig={"S3OutputPath": "<token>"})
    assert request_problems(unknown) != []
    assert request_problems(unknown, unknown=lambda value: value == "<token>") == []


def test_every_pattern_of_the_model_is_one_that_python_understands() -> None:
    reached, queue = set(), {"CreateTrainingJobRequest"}
    while queue:
        name = queue.pop()
        reached.add(name)
        shape = _shapes()[name]
        python_pattern(shape.get("pattern", ""))
        parts = [
            *shape.get("members", {}).values(),
            *(shape[key] for key in ("key", "value", "member") if key in shape),
        ]
        queue |= {part["shape"] for part in parts} - reached
    assert len(reached) > 100
