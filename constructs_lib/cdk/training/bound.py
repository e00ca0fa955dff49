"""A run bound to its role, buckets, keys and network: the request that its jobs share, and what its machine may do."""

from __future__ import annotations

import json
from typing import Any

from aws_cdk import Annotations, Size, Stack, Token, Tokenization
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.buckets.checkpoint_bucket import CheckpointBucket
from constructs_lib.cdk.permissions.findings import acknowledge_findings
from constructs_lib.cdk.permissions.grants import grant_output_key, grant_sync, grant_volume_key, grant_write
from constructs_lib.cdk.permissions.required import tell
from constructs_lib.cdk.permissions.training_role import TrainingRole, grant_logs_and_metrics
from constructs_lib.cdk.training.arguments import TrainingRun, longest_wait_seconds
from constructs_lib.cdk.training.network import Network, bind_network
from constructs_lib.cdk.training.options import HyperParameter
from constructs_lib.training_job.capacity.instance_type import has_local_storage
from constructs_lib.training_job.request.attempt import attempt_request
from constructs_lib.training_job.request.base import base_request
from constructs_lib.training_job.request.overrides import merge_overrides
from constructs_lib.training_job.rules.problems import request_problems, request_warnings
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.figures import NAMESPACE as METRICS_NAMESPACE
from constructs_lib.workflow.settings import RunSettings
from constructs_lib.workflow.statements import executions_arn, jobs_arn, run_statements

_REQUEST_WARNING = "spot-training-constructs:request"
_DEFAULT_VOLUME_GB = 30


class BoundRun:
    """A run with everything that it stands on, and what that gives.

    Attributes:
        settings: What the state machine is rendered from.
        network: Where its jobs' containers are attached.
    """

    def __init__(
        self,
        scope: Construct,
        run: TrainingRun,
        *,
        role: iam.IRole | iam.Role,
        checkpoint_bucket: s3.IBucket | s3.Bucket,
        output_bucket: s3.IBucket | s3.Bucket,
    ) -> None:
        """Create what image, channels, source and network need, grant it to the role, and render the settings.

        Args:
            scope: What the created things become children of.
            run: The run.
            role: The job's role.
            checkpoint_bucket: The bucket for checkpoints.
            output_bucket: The bucket for models.

        Raises:
            ValueError: CreateTrainingJob would refuse the request.
        """
        self._scope, self._run, self._role = scope, run, role
        self._checkpoint_bucket, self._output_bucket = checkpoint_bucket, output_bucket
        if not isinstance(role, TrainingRole):
            grant_logs_and_metrics(role)
        self.network = self._bind_network()
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
            readable_locations=[place.bind(role) for place in run.options.get("input_locations", ())],
            checkpoints_kept_seconds=None if kept is None or kept.is_unresolved() else int(kept.to_seconds()),
            max_pending_seconds=self._max_pending_seconds(),
            publish_metrics=run.options.get("publish_metrics", True),
        )
        self._check_requests()
        if run.checkpointing:
            grant_sync(checkpoint_bucket, role, f"{run.base_job_name}/")
        grant_write(output_bucket, role, f"{run.output_prefix}/", own_key=self._output_key is not None)
        tell(scope, role)

    def statements(self) -> list[iam.PolicyStatement]:
        """Render what the state machine's role may do."""
        run, stack = self._run, Stack.of(self._scope)
        bucket_key, volume_key, output_key = self._checkpoint_bucket.encryption_key, self._volume_key, self._output_key
        return [
            iam.PolicyStatement.from_json(statement)
            for statement in run_statements(
                partition=stack.partition,
                region=stack.region,
                account=stack.account,
                base_job_name=run.base_job_name,
                role_arn=self._role.role_arn,
                instance_types=run.instance_types,
                claims_arn=self._claims_arn(),
                claims_key_arn=None if bucket_key is None else bucket_key.key_arn,
                longest_runtime_seconds=run.longest_runtime_seconds if "longest_runtime" in run.options else None,
                subnet_ids=self.network.subnet_ids,
                security_group_ids=self.network.security_group_ids,
                volume_key_arn=None if volume_key is None else volume_key.key_arn,
                volume_key_always=not any(map(_has_local_storage, run.instance_types)),
                output_key_arn=None if output_key is None else output_key.key_arn,
                network_isolation=run.options.get("network_isolation", False),
                inter_container_encryption=run.options.get("inter_container_encryption", False),
                metrics_namespace=METRICS_NAMESPACE if self.settings.publish_metrics else None,
            )
        ]

    def acknowledge_wildcards(self, machine: sfn.StateMachine) -> None:
        """Acknowledge, beside the state machine, the wildcards in what its role may do."""
        stack = Stack.of(machine)
        place = {"partition": stack.partition, "region": stack.region, "account": stack.account}
        acknowledge_findings(
            machine,
            machine.role,
            {
                jobs_arn(**place, base_job_name=self._run.base_job_name): "a job's name ends in what tells its run and "
                "attempt apart",
                self._claims_arn(): "a claim bears the name of its run",
                executions_arn(**place): "the run that holds a claim may be of any machine with this base job name",
                "*": "delivering logs and traces, listing jobs and putting metrics have no resource type, so AWS takes "
                "them on * only; a condition holds the metrics to their namespace",
            },
        )

    def _claims_arn(self) -> str:
        return self._checkpoint_bucket.arn_for_objects(f"{self._run.base_job_name}.runs/*")

    @property
    def _output_key(self) -> kms.IKey | kms.Key | None:
        key: kms.IKey | kms.Key | None = self._run.options.get("output_key", self._run.options.get("encryption_key"))
        return key

    @property
    def _volume_key(self) -> kms.IKey | kms.Key | None:
        """The key of the volumes, where some capacity has volumes to encrypt."""
        explicit: kms.IKey | kms.Key | None = self._run.options.get("volume_key")
        if explicit is not None or all(map(_has_local_storage, self._run.instance_types)):
            return explicit
        shared: kms.IKey | kms.Key | None = self._run.options.get("encryption_key")
        return shared

    def _max_pending_seconds(self) -> int | None:
        length = self._run.options.get("max_pending")
        return None if length is None else int(length.to_seconds())

    def _bind_network(self) -> Network:
        options = self._run.options
        if "vpc" not in options:
            return Network()
        network = bind_network(
            self._scope,
            self._role,
            vpc=options["vpc"],
            vpc_subnets=options.get("vpc_subnets"),
            security_groups=options.get("security_groups"),
            allow_all_outbound=options.get("allow_all_outbound", True),
            several_instances=self._run.several_instances,
        )
        for channel in options.get("channels", {}).values():
            if channel.connections is not None:
                for group in network.security_groups:
                    channel.connections.allow_default_port_from(group)
        return network

    def _render_request(self) -> dict[str, Any]:
        run, options, role = self._run, self._run.options, self._role
        hyperparameters = {name: _as_text(value) for name, value in options.get("hyperparameters", {}).items()}
        if "source" in options:
            hyperparameters.update(options["source"].bind(self._scope, role))
        keep_alive = options.get("keep_alive")
        request = base_request(
            algorithm=options["image"].bind(self._scope, role).members,
            role_arn=role.role_arn,
            output_s3_uri=f"s3://{self._output_bucket.bucket_name}/{run.output_prefix}",
            input_mode=options.get("input_mode", "File"),
            channels=[channel.bind(self._scope, name, role) for name, channel in options.get("channels", {}).items()],
            hyperparameters=hyperparameters,
            environment=options.get("environment", {}),
            container_entrypoint=options.get("container_entrypoint", ()),
            container_arguments=options.get("container_arguments", ()),
            metric_definitions=options.get("metric_definitions", {}),
            metrics_time_series=options.get("metrics_time_series"),
            volume_size_in_gb=_gibibytes(options.get("volume_size")),
            volume_kms_key_id=self._granted_volume_key(),
            keep_alive_seconds=None if keep_alive is None else int(keep_alive.to_seconds()),
            output_kms_key_id=self._granted_output_key(),
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

    def _granted_output_key(self) -> str | None:
        key = self._output_key
        if key is None:
            return None
        grant_output_key(key, self._role)
        return key.key_arn

    def _granted_volume_key(self) -> str | None:
        key = self._volume_key
        if key is None:
            return None
        grant_volume_key(key, self._role)
        return key.key_arn

    def _check_requests(self) -> None:
        """Hold one attempt of each capacity against SageMaker's model and rules, as far as it is known now."""
        run, settings = self._run, self.settings
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
        if problems:
            raise ValueError("\n".join(problems))
        has_spot = any(entry.is_spot for entry in run.capacity)
        warnings.update(dict.fromkeys(request_warnings(settings.request, unknown=is_token, plan_has_spot=has_spot)))
        for warning in warnings:
            Annotations.of(self._scope).add_warning_v2(f"{_REQUEST_WARNING}:{warning.partition(' ')[0]}", warning)


def _has_local_storage(instance_type: str) -> bool:
    return not is_token(instance_type) and has_local_storage(instance_type)


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
