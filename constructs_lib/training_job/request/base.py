"""The CreateTrainingJob request: the part that all attempts of a run share.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.training_job.request.debugging import Debugger, DebugRule
from constructs_lib.training_job.request.profiling import Profiler, ProfilerRule
from constructs_lib.training_job.request.rendering import without_absent
from constructs_lib.training_job.request.tracking import Experiment, TensorBoard

MetricDefinitions = Mapping[str, str] | Sequence[Mapping[str, str]]
"""Names and regular expressions of metrics, or entries of `MetricDefinitions`."""


def base_request(
    *,
    role_arn: str,
    output_s3_uri: str,
    image_uri: str | None = None,
    algorithm: Mapping[str, Any] | None = None,
    input_mode: str = "File",
    metric_definitions: MetricDefinitions = (),
    metrics_time_series: bool | None = None,
    container_entrypoint: Sequence[str] = (),
    container_arguments: Sequence[str] = (),
    channels: Sequence[Mapping[str, Any]] = (),
    hyperparameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    output_kms_key_id: str | None = None,
    output_compression: str | None = None,
    volume_size_in_gb: int | None = 30,
    volume_kms_key_id: str | None = None,
    keep_alive_seconds: int | None = None,
    subnets: Sequence[str] = (),
    security_group_ids: Sequence[str] = (),
    network_isolation: bool = False,
    encrypt_inter_container_traffic: bool = False,
    maximum_retry_attempts: int | None = None,
    profiler: Profiler | None = None,
    profiler_rules: Sequence[ProfilerRule] = (),
    debugger: Debugger | None = None,
    debug_rules: Sequence[DebugRule] = (),
    tensorboard: TensorBoard | None = None,
    experiment: Experiment | None = None,
    remote_debug: bool | None = None,
    infra_check: bool | None = None,
    tags: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Render what every attempt asks for, in CreateTrainingJob's names; absent is left out, not null.

    Args:
        role_arn: The role the job runs as.
        output_s3_uri: Where models go; SageMaker adds `/<job name>/output/`. What Debugger, its profiler and
            TensorBoard write goes there as well, where they name no place of their own.
        image_uri: The training image. Defaults to what `algorithm` says.
        algorithm: Members of `AlgorithmSpecification` that the image decides: `TrainingImage` or `AlgorithmName`,
            `TrainingImageConfig`. Defaults to the image alone.
        input_mode: How channels that do not say otherwise reach the container. Defaults to `File`.
        metric_definitions: The regular expression of each metric in the job's logs, by name. Defaults to none.
        metrics_time_series: Whether metrics are kept as time series. Defaults to SageMaker's choice by image.
        container_entrypoint: The command of the container. Defaults to the image's own.
        container_arguments: The arguments of that command. Defaults to the image's own.
        channels: Entries of `InputDataConfig`. Defaults to no input.
        hyperparameters: Names and values, strings already. Defaults to none.
        environment: Environment variables of the container. Defaults to none.
        output_kms_key_id: The key that encrypts the model. Defaults to the bucket's own encryption.
        output_compression: `GZIP` or `NONE`. Defaults to SageMaker's `GZIP`, one `model.tar.gz`.
        volume_size_in_gb: The ML storage volume, in GB; `None` sends no size. Defaults to 30.
        volume_kms_key_id: The key that encrypts the volume. Defaults to SageMaker's own.
        keep_alive_seconds: How long the instances of on-demand attempts are kept warm afterwards. Defaults to not.
        subnets: Subnets that the containers attach to. Defaults to no VPC.
        security_group_ids: Security groups that go with the subnets. Defaults to none.
        network_isolation: Whether the container is cut off from every network. Defaults to not.
        encrypt_inter_container_traffic: Whether traffic between hosts is encrypted. Defaults to not.
        maximum_retry_attempts: How often SageMaker itself starts a job again after an internal error. Defaults to not.
        profiler: What SageMaker measures. Defaults to saying nothing.
        profiler_rules: Rules that read the profiler's metrics. Defaults to none.
        debugger: What Debugger saves. Defaults to nothing.
        debug_rules: Rules that read what Debugger saves. Defaults to none.
        tensorboard: Where TensorBoard files go. Defaults to nowhere.
        experiment: The experiment that jobs belong to. Defaults to none.
        remote_debug: Whether a person may open a shell in the container. Defaults to SageMaker's own, not.
        infra_check: Whether the instances' health is checked before training. Defaults to SageMaker's own.
        tags: The job's tags. Defaults to none.
    """
    rules = {
        "DebugRuleConfigurations": [rule.render(output_s3_uri) for rule in debug_rules],
        "ProfilerRuleConfigurations": [rule.render(output_s3_uri) for rule in profiler_rules],
    }
    return {
        "RoleArn": role_arn,
        "AlgorithmSpecification": {
            **without_absent(TrainingImage=image_uri),
            **(algorithm or {}),
            **without_absent(
                TrainingInputMode=input_mode,
                MetricDefinitions=_metrics(metric_definitions),
                EnableSageMakerMetricsTimeSeries=metrics_time_series,
                ContainerEntrypoint=list(container_entrypoint),
                ContainerArguments=list(container_arguments),
            ),
        },
        "OutputDataConfig": without_absent(
            S3OutputPath=output_s3_uri, KmsKeyId=output_kms_key_id, CompressionType=output_compression
        ),
        "ResourceConfig": without_absent(
            VolumeSizeInGB=volume_size_in_gb,
            VolumeKmsKeyId=volume_kms_key_id,
            KeepAlivePeriodInSeconds=keep_alive_seconds,
        ),
        "HyperParameters": dict(hyperparameters or {}),
        "Environment": dict(environment or {}),
        **without_absent(
            InputDataConfig=[dict(channel) for channel in channels],
            VpcConfig=_vpc(subnets, security_group_ids),
            EnableNetworkIsolation=network_isolation or None,
            EnableInterContainerTrafficEncryption=encrypt_inter_container_traffic or None,
            RetryStrategy=_only("MaximumRetryAttempts", maximum_retry_attempts),
            ProfilerConfig=None if profiler is None else profiler.render(output_s3_uri),
            DebugHookConfig=None if debugger is None else debugger.render(output_s3_uri),
            TensorBoardOutputConfig=None if tensorboard is None else tensorboard.render(output_s3_uri),
            ExperimentConfig=None if experiment is None else experiment.render(),
            RemoteDebugConfig=_only("EnableRemoteDebug", remote_debug),
            InfraCheckConfig=_only("EnableInfraCheck", infra_check),
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
            **rules,
        ),
    }


def _metrics(definitions: MetricDefinitions) -> list[dict[str, str]]:
    if isinstance(definitions, Mapping):
        return [{"Name": name, "Regex": regex} for name, regex in definitions.items()]
    return [dict(definition) for definition in definitions]


def _vpc(subnets: Sequence[str], security_group_ids: Sequence[str]) -> dict[str, Any] | None:
    if not subnets:
        return None
    return {"Subnets": list(subnets), "SecurityGroupIds": list(security_group_ids)}


def _only(name: str, value: object) -> dict[str, Any] | None:
    return None if value is None else {name: value}
