"""The CreateTrainingJob request: the part that all attempts of a run share, and one attempt's whole.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.training_job.capacity import Capacity
from constructs_lib.training_job.rules import RULES
from constructs_lib.training_job.service_model import Unknown, model_problems


def base_request(
    *,
    image_uri: str,
    role_arn: str,
    output_s3_uri: str,
    channels: Sequence[Mapping[str, Any]] = (),
    hyperparameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    volume_size_in_gb: int = 30,
    output_kms_key_id: str | None = None,
    volume_kms_key_id: str | None = None,
    subnets: Sequence[str] = (),
    security_group_ids: Sequence[str] = (),
    network_isolation: bool = False,
    encrypt_inter_container_traffic: bool = False,
    metric_definitions: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Render what every attempt asks for, in CreateTrainingJob's names; absent is left out, not null.

    Args:
        image_uri: The training image.
        role_arn: The role the job runs as.
        output_s3_uri: Where models go; SageMaker adds `/<job name>/output/`.
        channels: Entries of `InputDataConfig`. Defaults to no input.
        hyperparameters: Names and values, strings already. Defaults to none.
        environment: Environment variables of the container. Defaults to none.
        volume_size_in_gb: The ML storage volume, in GB. Defaults to 30.
        output_kms_key_id: The key that encrypts the model. Defaults to the bucket's own encryption.
        volume_kms_key_id: The key that encrypts the volume. Defaults to SageMaker's own.
        subnets: Subnets that the containers attach to. Defaults to no VPC.
        security_group_ids: Security groups that go with the subnets. Defaults to none.
        network_isolation: Whether the container is cut off from every network. Defaults to not.
        encrypt_inter_container_traffic: Whether traffic between hosts is encrypted. Defaults to not.
        metric_definitions: `Name` and `Regex` of each metric in the job's logs. Defaults to none.
    """
    algorithm: dict[str, Any] = {
        "TrainingImage": image_uri,
        "TrainingInputMode": "File",
    }
    if metric_definitions:
        algorithm["MetricDefinitions"] = [dict(metric) for metric in metric_definitions]
    output = {"S3OutputPath": output_s3_uri}
    if output_kms_key_id is not None:
        output["KmsKeyId"] = output_kms_key_id
    resources: dict[str, Any] = {"VolumeSizeInGB": volume_size_in_gb}
    if volume_kms_key_id is not None:
        resources["VolumeKmsKeyId"] = volume_kms_key_id
    request: dict[str, Any] = {
        "RoleArn": role_arn,
        "AlgorithmSpecification": algorithm,
        "OutputDataConfig": output,
        "ResourceConfig": resources,
        "HyperParameters": dict(hyperparameters or {}),
        "Environment": dict(environment or {}),
    }
    if channels:
        request["InputDataConfig"] = [dict(channel) for channel in channels]
    if subnets:
        request["VpcConfig"] = {
            "Subnets": list(subnets),
            "SecurityGroupIds": list(security_group_ids),
        }
    if network_isolation:
        request["EnableNetworkIsolation"] = True
    if encrypt_inter_container_traffic:
        request["EnableInterContainerTrafficEncryption"] = True
    return request


def attempt_request(
    base: Mapping[str, Any],
    *,
    job_name: str,
    capacity: Capacity,
    checkpoint_s3_uri: str | None,
    checkpoint_local_path: str,
    max_runtime_seconds: int,
    max_wait_seconds: int,
) -> dict[str, Any]:
    """Render one attempt whole, as the workflow's Plan attempt does; a test holds the two together.

    Args:
        base: What `base_request` gave.
        job_name: The training job's name.
        capacity: What the attempt runs on; `MaxWaitTimeInSeconds` is there for spot only.
        checkpoint_s3_uri: The run's checkpoint prefix; `None` for an algorithm that does not checkpoint.
        checkpoint_local_path: Where the container sees the checkpoints.
        max_runtime_seconds: What is left of the run's training budget.
        max_wait_seconds: The longest the job may last, waiting included.
    """
    stopping = {"MaxRuntimeInSeconds": max_runtime_seconds}
    request: dict[str, Any] = {
        **base,
        "TrainingJobName": job_name,
        "ResourceConfig": {
            **base["ResourceConfig"],
            "InstanceType": capacity.instance_type,
            "InstanceCount": capacity.instance_count,
        },
        "StoppingCondition": stopping,
    }
    if checkpoint_s3_uri is not None:
        request["CheckpointConfig"] = {"S3Uri": checkpoint_s3_uri, "LocalPath": checkpoint_local_path}
    if capacity.is_spot:
        request["EnableManagedSpotTraining"] = True
        stopping["MaxWaitTimeInSeconds"] = max_wait_seconds
    return request


def request_problems(request: Mapping[str, object], unknown: Unknown = lambda _: False) -> list[str]:
    """Say everything that SageMaker's model and documented rules have against a request.

    Args:
        request: A whole CreateTrainingJob request.
        unknown: Tells values apart that are not known yet. Defaults to checking every value.

    Returns:
        One sentence a problem, each with where it stands, what was given and what is allowed; empty when it is fine.
    """
    problems = list(model_problems(request, "CreateTrainingJobRequest", unknown=unknown))
    for rule in RULES:
        problems.extend(rule(request))
    return problems
