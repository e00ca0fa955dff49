"""What all attempts share, rendered from the options; absent is left out."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import Capacity, SpotTraining, TrainingImage, TrainingOptions
from constructs_lib.cdk.training.network import Network
from constructs_lib.cdk.training.read_options import read_options
from constructs_lib.cdk.training.request import Bindings, render_request
from constructs_lib.training_job.request.members import SETTINGS, setting_of
from constructs_lib.training_job.request.tracking import Experiment, TensorBoard
from constructs_lib.training_job.rules.problems import request_problems
from tests.training_job.requests import whole_request
from tests.training_job.rules.cases.case import KEY

ROLE = "arn:aws:iam::123456789012:role/training"
OUTPUT = "s3://models-bucket/models"
IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")


def rendered(bound: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    given = {"image": IMAGE, "capacity": [Capacity.spot("ml.m5.xlarge")], **options}
    read = read_options(inspect.signature(SpotTraining.__init__), given, path=lambda: "Test/Training")
    parts: dict[str, Any] = {"role_arn": ROLE, "output_s3_uri": OUTPUT, "algorithm": {"TrainingImage": "image"}}
    return render_request(read.options, Bindings(**{**parts, **(bound or {})}))


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
        ({"input_mode": "Pipe"}, "AlgorithmSpecification", {"TrainingImage": "image", "TrainingInputMode": "Pipe"}),
        ({"output_compression": "NONE"}, "OutputDataConfig", {"S3OutputPath": OUTPUT, "CompressionType": "NONE"}),
        (
            {"volume_size": cdk.Size.mebibytes(2048), "keep_alive": cdk.Duration.minutes(1)},
            "ResourceConfig",
            {"VolumeSizeInGB": 2, "KeepAlivePeriodInSeconds": 60},
        ),
        (
            {"hyperparameters": {"a": 1, "b": 1e-5, "c": True, "d": "x"}},
            "HyperParameters",
            {"a": "1", "b": "1e-05", "c": "true", "d": "x"},
        ),
        ({"environment": {"A": "b"}}, "Environment", {"A": "b"}),
        (
            {"training_job_overrides": {"ResourceConfig": {"VolumeSizeInGB": 9}}},
            "ResourceConfig",
            {"VolumeSizeInGB": 9},
        ),
        ({"network_isolation": True}, "EnableNetworkIsolation", True),
        ({"inter_container_encryption": True}, "EnableInterContainerTrafficEncryption", True),
        ({"maximum_retry_attempts": 3}, "RetryStrategy", {"MaximumRetryAttempts": 3}),
        ({"remote_debug": True}, "RemoteDebugConfig", {"EnableRemoteDebug": True}),
        ({"infra_check": False}, "InfraCheckConfig", {"EnableInfraCheck": False}),
        ({"tags": {"team": "churn", "": ""}}, "Tags", [{"Key": "team", "Value": "churn"}, {"Key": "", "Value": ""}]),
        (
            {"tensorboard": TensorBoard(s3_output_path="s3://b/", local_path="/opt/ml/tb")},
            "TensorBoardOutputConfig",
            {"S3OutputPath": "s3://b/", "LocalPath": "/opt/ml/tb"},
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


@pytest.mark.parametrize(
    ("bound", "member", "value"),
    [
        (
            {"algorithm": {"AlgorithmName": "a"}},
            "AlgorithmSpecification",
            {"AlgorithmName": "a", "TrainingInputMode": "File"},
        ),
        ({"output_key_arn": KEY}, "OutputDataConfig", {"S3OutputPath": OUTPUT, "KmsKeyId": KEY}),
        ({"volume_key_arn": KEY}, "ResourceConfig", {"VolumeSizeInGB": 30, "VolumeKmsKeyId": KEY}),
        ({"network": Network(subnet_ids=("s",))}, "VpcConfig", {"Subnets": ["s"], "SecurityGroupIds": []}),
        ({"channels": [{"ChannelName": "a"}]}, "InputDataConfig", [{"ChannelName": "a"}]),
        ({"source": {"sagemaker_program": "train.py"}}, "HyperParameters", {"sagemaker_program": "train.py"}),
    ],
)
def test_what_is_bound_is_sent(bound: dict[str, Any], member: str, value: object) -> None:
    assert rendered(bound)[member] == value


def test_what_is_rendered_is_what_sagemaker_takes() -> None:
    observed = rendered(
        tensorboard=TensorBoard(),
        experiment=Experiment(experiment_name="churn"),
        tags={"team": "churn"},
    )
    added = {name: value for name, value in observed.items() if name not in whole_request()}
    assert len(added) == 3
    assert request_problems(whole_request(added)) == []


OPTIONS: dict[str, Any] = {
    "input_mode": "Pipe", "metric_definitions": {"loss": "loss=(.*)"}, "metrics_time_series": True,
    "container_entrypoint": ["python"], "container_arguments": ["-u"], "output_compression": "NONE",
    "volume_size": cdk.Size.gibibytes(50), "keep_alive": cdk.Duration.minutes(1), "network_isolation": True,
    "inter_container_encryption": True, "hyperparameters": {"a": 1}, "environment": {"A": "b"},
    "tensorboard": TensorBoard(), "maximum_retry_attempts": 3, "experiment": Experiment(experiment_name="churn"),
    "remote_debug": True, "infra_check": True, "tags": {"team": "churn"},
}  # fmt: skip
"""Every option that goes into the request by itself."""

BOUND = {"image", "channels", "source", "role", "output_bucket", "output_prefix", "output_key", "volume_key", "vpc",
         "vpc_subnets", "security_groups"}  # fmt: skip
"""Keywords that a typed member comes from by way of a binding."""


def changed(before: Any, after: Any, path: str = "") -> Iterator[str]:
    if isinstance(after, dict) and isinstance(before, (dict, type(None))):
        for name in after.keys() | (before or {}).keys():
            yield from changed((before or {}).get(name), after.get(name), f"{path}.{name}" if path else name)
    elif before != after:
        yield path


@pytest.mark.parametrize("option", OPTIONS)
def test_the_table_of_members_says_what_an_option_sets(option: str) -> None:
    found = {setting_of(path).argument for path in changed(rendered(), rendered(**{option: OPTIONS[option]}))}
    assert found == {option}


def test_every_typed_member_of_the_table_is_rendered() -> None:
    named = {name for each in SETTINGS.values() if each.by == "typed" for name in each.argument.split(", ")}
    assert named == OPTIONS.keys() | BOUND - {"source"}
    assert OPTIONS.keys() <= TrainingOptions.__annotations__.keys()


def test_value_objects_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        TensorBoard().local_path = "/x"  # type: ignore[misc]


def test_value_objects_render_alone() -> None:
    assert TensorBoard().render("s3://b/") == {"S3OutputPath": "s3://b/"}
    assert Experiment().render() == {}
