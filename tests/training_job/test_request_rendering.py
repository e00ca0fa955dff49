"""What all attempts share, rendered from typed arguments; absent is left out."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest

from constructs_lib.training_job.request.base import base_request
from constructs_lib.training_job.request.debugging import Debugger, DebugRule
from constructs_lib.training_job.request.profiling import Profiler, ProfilerRule
from constructs_lib.training_job.request.tracking import Experiment, TensorBoard
from constructs_lib.training_job.rules.problems import request_problems
from tests.training_job.request_cases.case import KEY, RULE_IMAGE
from tests.training_job.requests import whole_request

ROLE = "arn:aws:iam::123456789012:role/training"
OUTPUT = "s3://models-bucket/models"


@dataclass(frozen=True)
class Milliseconds:
    count: float

    def to_milliseconds(self) -> float:
        return self.count


def rendered(**arguments: Any) -> dict[str, Any]:
    return base_request(**{"role_arn": ROLE, "output_s3_uri": OUTPUT, "image_uri": "image", **arguments})


def test_what_is_not_given_is_not_sent() -> None:
    assert rendered() == {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": OUTPUT},
        "ResourceConfig": {"VolumeSizeInGB": 30},
        "HyperParameters": {},
        "Environment": {},
    }


@pytest.mark.parametrize(
    ("arguments", "member", "value"),
    [
        (
            {"image_uri": None, "algorithm": {"AlgorithmName": "mine"}, "input_mode": "Pipe"},
            "AlgorithmSpecification",
            {"AlgorithmName": "mine", "TrainingInputMode": "Pipe"},
        ),
        (
            {
                "metric_definitions": {"loss": "loss=(.*)"}, "metrics_time_series": False,
                "container_entrypoint": ["python"], "container_arguments": ["-u", "train.py"],
            },
            "AlgorithmSpecification",
            {
                "TrainingImage": "image", "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
                "EnableSageMakerMetricsTimeSeries": False,
                "ContainerEntrypoint": ["python"], "ContainerArguments": ["-u", "train.py"],
            },
        ),
        (
            {"output_kms_key_id": KEY, "output_compression": "NONE"},
            "OutputDataConfig",
            {"S3OutputPath": OUTPUT, "KmsKeyId": KEY, "CompressionType": "NONE"},
        ),
        (
            {"volume_size_in_gb": None, "volume_kms_key_id": KEY, "keep_alive_seconds": 60},
            "ResourceConfig",
            {"VolumeKmsKeyId": KEY, "KeepAlivePeriodInSeconds": 60},
        ),
        ({"subnets": ["s"], "security_group_ids": ["g"]}, "VpcConfig", {"Subnets": ["s"], "SecurityGroupIds": ["g"]}),
        ({"network_isolation": True}, "EnableNetworkIsolation", True),
        ({"encrypt_inter_container_traffic": True}, "EnableInterContainerTrafficEncryption", True),
        ({"maximum_retry_attempts": 3}, "RetryStrategy", {"MaximumRetryAttempts": 3}),
        ({"remote_debug": True}, "RemoteDebugConfig", {"EnableRemoteDebug": True}),
        ({"infra_check": False}, "InfraCheckConfig", {"EnableInfraCheck": False}),
        ({"tags": {"team": "churn", "": ""}}, "Tags", [{"Key": "team", "Value": "churn"}, {"Key": "", "Value": ""}]),
        ({"profiler": Profiler(disabled=True)}, "ProfilerConfig", {"DisableProfiler": True}),
        (
            {"profiler": Profiler(profiling_interval=Milliseconds(500.0), parameters={"a": "b"})},
            "ProfilerConfig",
            {"S3OutputPath": OUTPUT, "ProfilingIntervalInMilliseconds": 500, "ProfilingParameters": {"a": "b"}},
        ),
        (
            {"debugger": Debugger(hook_parameters={"a": "b"}, collections={"losses": {}, "x": {"save_interval": "5"}})},
            "DebugHookConfig",
            {
                "S3OutputPath": OUTPUT, "HookParameters": {"a": "b"},
                "CollectionConfigurations": [
                    {"CollectionName": "losses"},
                    {"CollectionName": "x", "CollectionParameters": {"save_interval": "5"}},
                ],
            },
        ),
        (
            {"tensorboard": TensorBoard(s3_output_path="s3://b/", local_path="/opt/ml/tb")},
            "TensorBoardOutputConfig",
            {"S3OutputPath": "s3://b/", "LocalPath": "/opt/ml/tb"},
        ),
        (
            {"debug_rules": [DebugRule(name="a", image_uri=RULE_IMAGE, parameters={"p": "q"})]},
            "DebugRuleConfigurations",
            [
                {
                    "RuleConfigurationName": "a", "RuleEvaluatorImage": RULE_IMAGE, "S3OutputPath": OUTPUT,
                    "RuleParameters": {"p": "q"},
                }
            ],
        ),
        (
            {
                "profiler_rules": [
                    ProfilerRule(
                        name="a", image_uri=RULE_IMAGE, instance_type="ml.t3.medium", volume_size_in_gb=5,
                        s3_output_path="s3://b/", local_path="/opt/r",
                    )
                ]
            },
            "ProfilerRuleConfigurations",
            [
                {
                    "RuleConfigurationName": "a", "RuleEvaluatorImage": RULE_IMAGE, "InstanceType": "ml.t3.medium",
                    "VolumeSizeInGB": 5, "S3OutputPath": "s3://b/", "LocalPath": "/opt/r",
                }
            ],
        ),
        (
            {
                "experiment": Experiment(
                    experiment_name="e", trial_name="t", trial_component_display_name="d", run_name="r"
                )
            },
            "ExperimentConfig",
            {"ExperimentName": "e", "TrialName": "t", "TrialComponentDisplayName": "d", "RunName": "r"},
        ),
    ],
)  # fmt: skip
def test_what_is_given_is_sent(arguments: dict[str, Any], member: str, value: object) -> None:
    assert rendered(**arguments)[member] == value


def test_what_is_rendered_is_what_sagemaker_takes() -> None:
    observed = rendered(
        profiler=Profiler(profiling_interval=Milliseconds(60000)),
        profiler_rules=[ProfilerRule(name="p", image_uri=RULE_IMAGE)],
        debugger=Debugger(local_path="/opt/t", collections={"losses": {"save_interval": "5"}}),
        debug_rules=[DebugRule(name="d", image_uri=RULE_IMAGE)],
        tensorboard=TensorBoard(),
        experiment=Experiment(experiment_name="churn"),
        metric_definitions=[{"Name": "loss", "Regex": "loss=(.*)"}],
        tags={"team": "churn"},
        subnets=["subnet-1"],
        security_group_ids=["sg-1"],
    )
    added = {name: value for name, value in observed.items() if name not in whole_request()}
    assert len(added) == 8
    assert request_problems(whole_request(added)) == []


def test_a_duration_that_is_a_token_is_left_as_it_is() -> None:
    token = -1.8881545897087968e289
    found = rendered(profiler=Profiler(profiling_interval=Milliseconds(token)))
    assert found["ProfilerConfig"]["ProfilingIntervalInMilliseconds"] == token


def test_value_objects_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        TensorBoard().local_path = "/x"  # type: ignore[misc]


def test_value_objects_render_alone() -> None:
    assert Debugger().render() == {}
    assert TensorBoard().render("s3://b/") == {"S3OutputPath": "s3://b/"}
    assert Profiler(disabled=True).render("s3://b/") == {"DisableProfiler": True}
    assert Experiment().render() == {}
