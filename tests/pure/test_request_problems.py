"""CreateTrainingJob's model and its documented rules, each at its boundary."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job import attempt_request, request_problems
from constructs_lib.training_job.service_model import _shapes, python_pattern
from tests.support.run_documents import ON_DEMAND, SPOT, channel, run_settings


def request(**changes: Any) -> dict[str, Any]:
    base = attempt_request(
        run_settings().request,
        job_name="churn-0123456789ab-1",
        capacity=SPOT,
        checkpoint_s3_uri="s3://checkpoint-bucket/churn/run-1/",
        checkpoint_local_path="/opt/ml/checkpoints",
        max_runtime_seconds=3600,
        max_wait_seconds=7200,
    )
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600}},
        {"StoppingCondition": {"MaxRuntimeInSeconds": 2419200, "MaxWaitTimeInSeconds": 2592000}},
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
        ({"Hyperparameters": {}}, "'Hyperparameters' is not a member of the request; did you mean 'HyperParameters'"),
        ({"HyperParameters": {"a": 1}}, "'HyperParameters.a' must be a string, got 1"),
        ({"HyperParameters": {"a": "x" * 2501}}, "'HyperParameters.a' must have at most 2500 characters, got 2501"),
        ({"HyperParameters": {f"p{i}": "" for i in range(101)}}, "'HyperParameters' must have at most 100 entries"),
        ({"HyperParameters": []}, "'HyperParameters' must be an object of names and values, got []"),
        ({"EnableNetworkIsolation": "yes"}, "'EnableNetworkIsolation' must be a boolean, got 'yes'"),
        ({"InputDataConfig": []}, "'InputDataConfig' must have at least 1 items, got 0"),
        ({"InputDataConfig": {}}, "'InputDataConfig' must be a list, got {}"),
        (
            {"InputDataConfig": [channel("a", "s3://b/")] * 2},
            "'InputDataConfig' must name each channel once, got 'a' more than once",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3599}},
            "must be at least 'MaxRuntimeInSeconds' (3600), got 3599",
        ),
        (
            {"StoppingCondition": {"MaxWaitTimeInSeconds": 3600}},
            "must be at least 'MaxRuntimeInSeconds' (86400), got 3600",
        ),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 3600}}, "'StoppingCondition.MaxWaitTimeInSeconds' is required"),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 2419201, "MaxWaitTimeInSeconds": 2592000}},
            "'StoppingCondition.MaxRuntimeInSeconds' must be at most 2419200 (28 days), got 2419201",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 2592001}},
            "'StoppingCondition.MaxWaitTimeInSeconds' must be at most 2592000 (30 days), got 2592001",
        ),
        ({"EnableManagedSpotTraining": False}, "is only supported when 'EnableManagedSpotTraining' is true"),
        (
            {"AlgorithmSpecification": {"TrainingInputMode": "File"}},
            "'AlgorithmSpecification' must have either 'TrainingImage' or 'AlgorithmName', got neither",
        ),
        (
            {"AlgorithmSpecification": {"TrainingImage": "x", "TrainingInputMode": "Flie"}},
            "'AlgorithmSpecification.TrainingInputMode' must be one of Pipe, File, FastFile, got 'Flie'; did you mean",
        ),
        ({"ResourceConfig": {"InstanceCount": 1}}, "'ResourceConfig' must name instances by one of"),
        ({"ResourceConfig": {"InstanceType": "ml.m5.xlarge"}}, "'ResourceConfig.InstanceCount' must be at least 1"),
        (
            {"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "KeepAlivePeriodInSeconds": 60}},
            "'ResourceConfig.KeepAlivePeriodInSeconds' cannot be used with managed spot training",
        ),
    ],
)
def test_fails_on_what_sagemaker_would_refuse(changes: dict[str, Any], said: str) -> None:
    problems = request_problems(request(**changes))
    assert len(problems) == 1, problems
    assert said in problems[0]


def test_all_problems_are_told_at_once() -> None:
    found = request_problems(request(RoleArn=None, HyperParameters={"a": 1}, StoppingCondition={}))
    assert len(found) == 3


def test_on_demand_attempts_are_fine() -> None:
    settings = run_settings()
    problems = request_problems(
        attempt_request(
            settings.request,
            job_name="churn-0123456789ab-1",
            capacity=ON_DEMAND,
            checkpoint_s3_uri=None,
            checkpoint_local_path="/opt/ml/checkpoints",
            max_runtime_seconds=1,
            max_wait_seconds=1,
        )
    )
    assert problems == []


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
