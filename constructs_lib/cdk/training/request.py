"""The CreateTrainingJob request that all attempts of a run share: the options, and what they are bound to.

A member that is not asked for is left out, never sent as null. `training_job/request/members.py` lists every member
with the option that sets it, and a test holds the two together.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from aws_cdk import Tokenization

from constructs_lib.cdk.training.network import Network
from constructs_lib.cdk.training.options import HyperParameter
from constructs_lib.training_job.request.overrides import merge_overrides
from constructs_lib.training_job.request.rendering import without_absent
from constructs_lib.training_job.tokens import is_token


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """What a request has of the things that its options are bound to.

    Attributes:
        role_arn: The role the job runs as.
        output_s3_uri: Where models go; SageMaker adds `/<job name>/output/`. What Debugger, its profiler and
            TensorBoard write goes there as well, where they name no place of their own.
        algorithm: The members of `AlgorithmSpecification` that the image decides.
        channels: The entries of `InputDataConfig`.
        source: The hyperparameters that say where the program is.
        network: Where the containers are attached.
        output_key_arn: The key that encrypts models.
        volume_key_arn: The key that encrypts volumes.
    """

    role_arn: str
    output_s3_uri: str
    algorithm: Mapping[str, Any]
    channels: Sequence[Mapping[str, Any]] = ()
    source: Mapping[str, str] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    output_key_arn: str | None = None
    volume_key_arn: str | None = None


def render_request(options: SimpleNamespace, bound: Bindings) -> dict[str, Any]:
    """Render what every attempt asks for, in CreateTrainingJob's names.

    Args:
        options: What `read_options` gave.
        bound: What they are bound to.
    """
    request = {
        "RoleArn": bound.role_arn,
        "AlgorithmSpecification": _algorithm(options, bound),
        "OutputDataConfig": _output(options, bound),
        "ResourceConfig": _resources(options, bound),
        "HyperParameters": {**_texts(options.hyperparameters), **bound.source},
        "Environment": dict(options.environment),
        **without_absent(
            InputDataConfig=[dict(channel) for channel in bound.channels],
            VpcConfig=_vpc(bound.network),
            EnableNetworkIsolation=options.network_isolation or None,
            EnableInterContainerTrafficEncryption=options.inter_container_encryption or None,
            RetryStrategy=without_absent(MaximumRetryAttempts=options.maximum_retry_attempts),
            ProfilerConfig=_rendered(options.profiler, bound),
            DebugHookConfig=_rendered(options.debugger, bound),
            TensorBoardOutputConfig=_rendered(options.tensorboard, bound),
            ExperimentConfig=None if options.experiment is None else options.experiment.render(),
            RemoteDebugConfig=without_absent(EnableRemoteDebug=options.remote_debug),
            InfraCheckConfig=without_absent(EnableInfraCheck=options.infra_check),
            Tags=[{"Key": key, "Value": value} for key, value in options.tags.items()],
            DebugRuleConfigurations=[_rendered(rule, bound) for rule in options.debug_rules],
            ProfilerRuleConfigurations=[_rendered(rule, bound) for rule in options.profiler_rules],
        ),
    }
    return merge_overrides(request, options.training_job_overrides)


def _algorithm(options: SimpleNamespace, bound: Bindings) -> dict[str, Any]:
    return {
        **bound.algorithm,
        **without_absent(
            TrainingInputMode=options.input_mode,
            MetricDefinitions=[{"Name": name, "Regex": regex} for name, regex in options.metric_definitions.items()],
            EnableSageMakerMetricsTimeSeries=options.metrics_time_series,
            ContainerEntrypoint=list(options.container_entrypoint),
            ContainerArguments=list(options.container_arguments),
        ),
    }


def _output(options: SimpleNamespace, bound: Bindings) -> dict[str, Any]:
    return without_absent(
        S3OutputPath=bound.output_s3_uri, KmsKeyId=bound.output_key_arn, CompressionType=options.output_compression
    )


def _resources(options: SimpleNamespace, bound: Bindings) -> dict[str, Any]:
    return without_absent(
        VolumeSizeInGB=options.volume_size,
        VolumeKmsKeyId=bound.volume_key_arn,
        KeepAlivePeriodInSeconds=options.keep_alive,
    )


def _vpc(network: Network) -> dict[str, Any] | None:
    if not network.subnet_ids:
        return None
    return {"Subnets": list(network.subnet_ids), "SecurityGroupIds": network.security_group_ids}


def _rendered(part: Any, bound: Bindings) -> dict[str, Any] | None:
    """Render a debugger, a profiler, a rule: what it writes goes where models go, where it names no place."""
    rendered: dict[str, Any] | None = None if part is None else part.render(bound.output_s3_uri)
    return rendered


def _texts(hyperparameters: Mapping[str, HyperParameter]) -> dict[str, str]:
    """Render hyperparameters as SageMaker wants them: strings; numbers and booleans as JSON has them."""
    return {name: _text(value) for name, value in hyperparameters.items()}


def _text(value: HyperParameter) -> str:
    if isinstance(value, str):
        return value
    return Tokenization.stringify_number(value) if is_token(value) else json.dumps(value)
