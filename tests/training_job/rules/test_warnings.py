"""What is accepted and told: newer instance types, and what spot, a VPC or a plain CPU makes pointless."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.rules.advice import ADVICE, WASTED_ON_SPOT
from constructs_lib.training_job.rules.problems import request_warnings
from constructs_lib.training_job.tokens import is_token
from tests.support.run_documents import ON_DEMAND, SPOT, shared_request
from tests.training_job.requests import whole_request
from tests.training_job.rules.cases.case import GROUPS, ISOLATED, PLAN, PREFERENCES, rule


def on(instance_type: str, image: str) -> dict[str, Any]:
    uri = f"${{Token[Account.1]}}.dkr.ecr.eu-west-1.amazonaws.com/{image}"
    return {"ResourceConfig": {"InstanceType": instance_type}, "AlgorithmSpecification": {"TrainingImage": uri}}


@pytest.mark.parametrize("capacity", [SPOT, ON_DEMAND, GROUPS, PREFERENCES, Capacity.spot("${Token[Type.1]}")])
def test_usual_requests_give_no_warning(capacity: Capacity) -> None:
    assert request_warnings(whole_request(capacity=capacity), lambda value: "${Token" in str(value)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"ResourceConfig": {"InstanceType": "ml.g5.xlrge"}},
            "'ResourceConfig.InstanceType' is 'ml.g5.xlrge', which this version of botocore does not know; "
            "did you mean 'ml.g5.xlarge'",
        ),
        (
            {"ResourceConfig": {"InstanceGroups": [{"InstanceType": "ml.zz.1xl"}]}},
            "'ResourceConfig.InstanceGroups[0].InstanceType' is 'ml.zz.1xl', which this version of botocore",
        ),
        (
            {"ResourceConfig": {"InstancePreferences": [{"InstanceType": "ml.zz.1xl"}]}},
            "'ResourceConfig.InstancePreferences[0].InstanceType' is 'ml.zz.1xl', which",
        ),
        (
            {"ProfilerRuleConfigurations": [rule("a")]},
            "'ProfilerRuleConfigurations' is SageMaker Debugger's, which AWS closed to new customers",
        ),
        (
            {"StoppingCondition": {"MaxPendingTimeInSeconds": 7200}},
            "'StoppingCondition.MaxPendingTimeInSeconds' has no effect on instance types without an accelerator, "
            "got 'ml.m5.xlarge'; leave it out",
        ),
        (
            {
                "AlgorithmSpecification": {
                    "AlgorithmName": "arn:aws:sagemaker:eu-west-1:999999999999:algorithm/forest",
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
                }
            },
            "'AlgorithmSpecification.MetricDefinitions' goes with 'AlgorithmName', and SageMaker lets nobody override",
        ),
        (
            on("ml.m5.xlarge", "pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"),
            "'ResourceConfig.InstanceType' is 'ml.m5.xlarge', which has no accelerator, and the image is made for GPUs",
        ),
        (
            on("ml.g5.xlarge", "pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker"),
            "'ResourceConfig.InstanceType' is 'ml.g5.xlarge', which has GPUs, and the image is made for no accelerator",
        ),
        (
            on("ml.p5.48xlarge", "pytorch-training-neuronx:2.5.1-neuronx-py310-sdk2.21.0-ubuntu22.04"),
            "'ResourceConfig.InstanceType' is 'ml.p5.48xlarge', which has GPUs, and the image is made for Trainium",
        ),
        (
            {
                "DebugRuleConfigurations": [rule("b")],
                "DebugHookConfig": {},
                "ProfilerConfig": {"DisableProfiler": True},
            },
            "'DebugHookConfig' (with 'DebugRuleConfigurations', 'ProfilerConfig') is SageMaker Debugger's, which AWS "
            "closed to new customers on 30 July 2026; its rules run as processing jobs",
        ),
        (
            {"ProfilerConfig": {"DisableProfiler": False}},
            "'ProfilerConfig' is SageMaker Debugger's, which AWS closed to new customers on 30 July 2026",
        ),
        (
            {**ISOLATED, "RemoteDebugConfig": {"EnableRemoteDebug": True}},
            "'RemoteDebugConfig.EnableRemoteDebug' is in vain with 'EnableNetworkIsolation', because an isolated",
        ),
        (
            {**ISOLATED, "HyperParameters": {"model.uri": "s3://models/base/"}},
            "'HyperParameters.model.uri' is 's3://models/base/', which an isolated container cannot fetch; bring it",
        ),
        (
            {**ISOLATED, "Environment": {"HUB": "https://example.com/models"}},
            "'Environment.HUB' is 'https://example.com/models', which an isolated container cannot fetch; bring it",
        ),
    ],
)
def test_what_is_doubtful_is_told(changes: dict[str, Any], said: str) -> None:
    warnings = request_warnings(whole_request(changes), is_token)
    assert len(warnings) == 1, warnings
    assert warnings[0].startswith(said)


@pytest.mark.parametrize(
    ("instance_type", "image"),
    [
        ("ml.g5.xlarge", "pytorch-training:2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker"),
        ("ml.m5.xlarge", "sagemaker-scikit-learn:1.2-1-cpu-py3"),
        ("ml.trn1.2xlarge", "pytorch-training-neuronx:2.5.1-neuronx-py310-sdk2.21.0-ubuntu22.04"),
        ("ml.g5.xlarge", "sagemaker-xgboost:1.7-1"),
        ("ml.m5.xlarge", "my-gpu:1"),
        ("${Token[Type.1]}", "pytorch-training:2.6.0-gpu-py312"),
    ],
)
def test_an_image_for_the_accelerator_or_for_none_that_is_known_is_fine(instance_type: str, image: str) -> None:
    assert request_warnings(whole_request(on(instance_type, image)), is_token) == []


@pytest.mark.parametrize(
    ("changes", "capacity"),
    [
        ({"StoppingCondition": {"MaxPendingTimeInSeconds": 7200}}, GROUPS),
        ({"StoppingCondition": {"MaxPendingTimeInSeconds": 7200}}, Capacity.spot("ml.trn1.2xlarge")),
        ({"ResourceConfig": {"InstanceType": "g5.xlarge"}}, SPOT),
        ({"ProfilerConfig": {"DisableProfiler": True}}, ON_DEMAND),
        ({"HyperParameters": {"model.uri": "s3://models/base/"}}, SPOT),
        ({**ISOLATED, "RemoteDebugConfig": {"EnableRemoteDebug": False}}, SPOT),
        ({**ISOLATED, "HyperParameters": {"model": "/opt/ml/input/data/model"}}, SPOT),
    ],
)
def test_nothing_is_told_on_the_other_side(changes: dict[str, Any], capacity: Capacity) -> None:
    assert request_warnings(whole_request(changes, capacity=capacity)) == []


def test_what_spot_attempts_lose_is_told_where_the_plan_has_spot() -> None:
    base = shared_request(resources={"KeepAlivePeriodInSeconds": 60})
    base["ResourceConfig"]["TrainingPlanArn"] = PLAN
    told = request_warnings(base, plan_has_spot=True)
    assert [sentence.split(" is sent")[0] for sentence in told] == [
        "'ResourceConfig.KeepAlivePeriodInSeconds'",
        "'ResourceConfig.TrainingPlanArn'",
    ]
    assert request_warnings(base) == []
    assert request_warnings({"ResourceConfig": {"KeepAlivePeriodInSeconds": 0}}, plan_has_spot=True) == []


def test_every_warning_has_a_page() -> None:
    assert all(each.page.startswith("https://docs.aws.amazon.com/") for each in (*ADVICE, WASTED_ON_SPOT))
