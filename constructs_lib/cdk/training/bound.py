"""A run bound to its role, buckets, keys and network: the request that its jobs share, and what its machine may do."""

from __future__ import annotations

import json
from typing import Any

from aws_cdk import Annotations, Size, Stack, Token, Tokenization
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.permissions.grants import grant
from constructs_lib.cdk.permissions.permission import checkpoint_permissions, output_permissions
from constructs_lib.cdk.permissions.training_role import TrainingRole, logs_and_metrics
from constructs_lib.cdk.training.arguments import TrainingArguments, longest_wait_seconds
from constructs_lib.cdk.training.keys import Keys
from constructs_lib.cdk.training.network import Network, bind_network
from constructs_lib.cdk.training.options import HyperParameter
from constructs_lib.cdk.types import Key
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.request.attempt import attempt_request
from constructs_lib.training_job.request.base import base_request
from constructs_lib.training_job.request.overrides import merge_overrides
from constructs_lib.training_job.rules.problems import request_problems, request_warnings
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.settings import RunSettings

_REQUEST_WARNING = "spot-training-constructs:request"
_DEFAULT_VOLUME_GB = 30


class BoundTraining:
    """A run with everything that it stands on, and what that gives.

    Attributes:
        scope: What the created things are children of.
        arguments: What the author wants.
        role: The job's role.
        checkpoint_bucket: The bucket for checkpoints.
        keys: The keys of models and volumes.
        settings: What the state machine is rendered from.
        network: Where its jobs' containers are attached.
    """

    def __init__(
        self,
        scope: Construct,
        run: TrainingArguments,
        *,
        role: iam.IRole | iam.Role,
        checkpoint_bucket: s3.IBucket | s3.Bucket,
        output_bucket: s3.IBucket | s3.Bucket,
    ) -> None:
        """Bind image, channels, source, keys, buckets and network, grant what they need, and render the settings.

        Args:
            scope: What the created things become children of.
            run: The run.
            role: The job's role.
            checkpoint_bucket: The bucket for checkpoints.
            output_bucket: The bucket for models.

        Raises:
            ValueError: CreateTrainingJob would refuse the request.
        """
        self.scope, self.arguments, self.role = scope, run, role
        self.checkpoint_bucket, self._output_bucket = checkpoint_bucket, output_bucket
        self.keys = Keys.of(run)
        self._permissions = self.keys.permissions
        if not isinstance(role, TrainingRole):
            self._permissions.extend(logs_and_metrics(Stack.of(scope)))
        self.network = self._bind_network()
        self._permissions.extend(self.network.permissions)
        request = self._render_request()
        kept = checkpoint_bucket.expiration if isinstance(checkpoint_bucket, CheckpointBucket) else None
        self.settings = RunSettings(
            base_job_name=run.base_job_name,
            request=request,
            capacities=run.capacity,
            max_runtime_seconds=run.runtime_seconds,
            max_wait_seconds=run.wait_seconds,
            checkpoint_bucket=checkpoint_bucket.bucket_name,
            checkpoint_local_path=run.checkpoint_local_path,
            checkpoints=run.checkpointing,
            capacity_patience_seconds=run.patience_seconds,
            longest_wait_seconds=longest_wait_seconds(checkpointing=run.checkpointing),
            longest_runtime_seconds=run.longest_runtime_seconds,
            allowed_instance_types=[str(kind) for kind in run.options.get("allowed_instance_types", ())],
            readable_locations=[place.uri for place in run.options.get("input_locations", ())],
            checkpoints_kept_seconds=None if kept is None or kept.is_unresolved() else int(kept.to_seconds()),
            max_pending_seconds=self._max_pending_seconds(),
            publish_metrics=run.options.get("publish_metrics", True),
        )
        self._check_requests()
        for place in run.options.get("input_locations", ()):
            self._permissions.extend(place.permissions)
        if run.checkpointing:
            self._permissions.extend(checkpoint_permissions(checkpoint_bucket, f"{run.base_job_name}/"))
        own_key = self.keys.output is not None
        self._permissions.extend(output_permissions(output_bucket, f"{run.output_prefix}/", own_key=own_key))
        grant(scope, role, self._permissions)

    def _max_pending_seconds(self) -> int | None:
        length = self.arguments.options.get("max_pending")
        return None if length is None else int(length.to_seconds())

    def _bind_network(self) -> Network:
        options = self.arguments.options
        if "vpc" not in options:
            return Network()
        network = bind_network(
            self.scope,
            vpc=options["vpc"],
            vpc_subnets=options.get("vpc_subnets"),
            security_groups=options.get("security_groups"),
            allow_all_outbound=options.get("allow_all_outbound", True),
            several_instances=self.arguments.several_instances,
        )
        for channel in options.get("channels", {}).values():
            if channel.connections is not None:
                for group in network.security_groups:
                    channel.connections.allow_default_port_from(group)
        return network

    def _render_request(self) -> dict[str, Any]:
        run, options, role = self.arguments, self.arguments.options, self.role
        image = options["image"].bind(self.scope, role)
        channels = [channel.bind(self.scope, name) for name, channel in options.get("channels", {}).items()]
        hyperparameters = {name: _as_text(value) for name, value in options.get("hyperparameters", {}).items()}
        if "source" in options:
            source = options["source"].bind(self.scope)
            hyperparameters.update(source.hyperparameters)
            self._permissions.extend(source.permissions)
        for bound in (image, *channels):
            self._permissions.extend(bound.permissions)
        keep_alive = options.get("keep_alive")
        request = base_request(
            algorithm=image.members,
            role_arn=role.role_arn,
            output_s3_uri=f"s3://{self._output_bucket.bucket_name}/{run.output_prefix}",
            input_mode=options.get("input_mode", "File"),
            channels=[channel.members for channel in channels],
            hyperparameters=hyperparameters,
            environment=options.get("environment", {}),
            container_entrypoint=options.get("container_entrypoint", ()),
            container_arguments=options.get("container_arguments", ()),
            metric_definitions=options.get("metric_definitions", {}),
            metrics_time_series=options.get("metrics_time_series"),
            volume_size_in_gb=_gibibytes(options.get("volume_size")),
            volume_kms_key_id=_arn(self.keys.volume),
            keep_alive_seconds=None if keep_alive is None else int(keep_alive.to_seconds()),
            output_kms_key_id=_arn(self.keys.output),
            output_compression=options.get("output_compression"),
            subnets=self.network.subnet_ids,
            security_group_ids=self.network.security_group_ids,
            network_isolation=options.get("network_isolation", False),
            encrypt_inter_container_traffic=options.get("inter_container_encryption", False),
            maximum_retry_attempts=options.get("maximum_retry_attempts"),
            profiler=options.get("profiler"),
            profiler_rules=options.get("profiler_rules", ()),
            debugger=options.get("debugger"),
            debug_rules=options.get("debug_rules", ()),
            tensorboard=options.get("tensorboard"),
            experiment=options.get("experiment"),
            remote_debug=options.get("remote_debug"),
            infra_check=options.get("infra_check"),
            tags=options.get("tags", {}),
        )
        return merge_overrides(request, options.get("training_job_overrides", {}))

    def _check_requests(self) -> None:
        """Hold one attempt of each capacity against SageMaker's model and rules, as far as it is known now."""
        run, settings = self.arguments, self.settings
        problems: dict[str, None] = {}
        warnings: dict[str, None] = {}
        for entry in run.capacity:
            request = attempt_request(
                settings.request,
                job_name="a-000000000000-1" if is_token(run.base_job_name) else f"{run.base_job_name}-000000000000-1",
                capacity=entry,
                checkpoint_s3_uri=f"s3://{settings.checkpoint_bucket}/" if run.checkpointing else None,
                checkpoint_local_path=run.checkpoint_local_path,
                max_runtime_seconds=settings.max_runtime_seconds,
                max_wait_seconds=run.entry_seconds(entry),
                max_pending_seconds=settings.max_pending_seconds,
            )
            problems.update(dict.fromkeys(request_problems(request, unknown=is_token)))
            warnings.update(dict.fromkeys(request_warnings(request, unknown=is_token)))
        refuse(problems)
        has_spot = any(entry.is_spot for entry in run.capacity)
        warnings.update(dict.fromkeys(request_warnings(settings.request, unknown=is_token, plan_has_spot=has_spot)))
        for warning in warnings:
            Annotations.of(self.scope).add_warning_v2(f"{_REQUEST_WARNING}:{warning.partition(' ')[0]}", warning)


def _arn(key: Key | None) -> str | None:
    return None if key is None else key.key_arn


def _gibibytes(size: Size | None) -> int:
    if size is None:
        return _DEFAULT_VOLUME_GB
    gibibytes = size.to_gibibytes()
    # a token is a number too, which must stay as it is
    return gibibytes if is_token(gibibytes) else int(gibibytes)  # type: ignore[return-value]


def _as_text(value: HyperParameter) -> str:
    """Render a hyperparameter as SageMaker wants it: a string; numbers and booleans as JSON has them."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and is_token(value):
        return Tokenization.stringify_number(value)
    return Token.as_string(value) if not isinstance(value, (bool, int, float)) else json.dumps(value)
