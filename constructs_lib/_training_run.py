"""What `SpotTraining` and `SpotTrainingTask` have in common: defaults filled, arguments checked, parts bound."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib._permissions import acknowledge_findings, grant_sync, grant_write
from constructs_lib._run_problems import run_problems, seconds_of
from constructs_lib._tokens import is_token
from constructs_lib.checkpoint_bucket import CheckpointBucket
from constructs_lib.training_channel import TrainingChannel
from constructs_lib.training_image import TrainingImage
from constructs_lib.training_job import (
    MAX_JOB_SECONDS,
    MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS,
    Capacity,
    attempt_request,
    base_request,
    default_base_job_name,
    request_problems,
)
from constructs_lib.training_source import TrainingSource
from constructs_lib.workflow import RunSettings, executions_arn, jobs_arn, run_statements

HyperParameter = str | int | float | bool

_DAY = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """A run as the stack's author wants it: arguments checked, lengths of time in seconds."""

    image: TrainingImage
    capacity: Sequence[Capacity]
    runtime_seconds: int
    wait_seconds: int
    patience_seconds: int | None
    channels: Mapping[str, TrainingChannel]
    hyperparameters: Mapping[str, HyperParameter]
    environment: Mapping[str, str]
    source: TrainingSource | None
    base_job_name: str
    checkpointing: bool
    checkpoint_local_path: str
    output_prefix: str
    volume_size: Size | None

    @classmethod
    def of(
        cls,
        path: str,
        *,
        capacity: Sequence[Capacity],
        max_runtime: Duration | None,
        max_wait: Duration | None,
        capacity_patience: Duration | None,
        channels: Mapping[str, TrainingChannel] | None,
        hyperparameters: Mapping[str, HyperParameter] | None,
        environment: Mapping[str, str] | None,
        base_job_name: str | None,
        checkpointing: bool,
        checkpoint_bucket: s3.IBucket | s3.Bucket | None,
        **given: Any,
    ) -> Self:
        """Fill the defaults and check everything that is known before anything is created.

        Args:
            path: The construct's path, which names the jobs where the author does not.
            capacity: As `SpotTraining` has it, like every other argument.
            max_runtime: The training budget.
            max_wait: How long one spot attempt may last.
            capacity_patience: How long it may be without an instance.
            channels: The input channels.
            hyperparameters: Names and values.
            environment: Environment variables.
            base_job_name: The first part of every job's name.
            checkpointing: Whether the algorithm writes checkpoints.
            checkpoint_bucket: The bucket that was brought, whose expiration is checked when it is known.
            given: The arguments that have no default to fill.

        Raises:
            ValueError: All problems at once.
        """
        runtime = _DAY if max_runtime is None else seconds_of("max_runtime", max_runtime)
        longest_wait = _longest_wait(checkpointing=checkpointing)
        wait = min(2 * runtime, longest_wait) if max_wait is None else seconds_of("max_wait", max_wait)
        run = cls(
            capacity=tuple(capacity),
            runtime_seconds=runtime,
            wait_seconds=wait,
            patience_seconds=None if capacity_patience is None else seconds_of("capacity_patience", capacity_patience),
            channels={} if channels is None else channels,
            hyperparameters={} if hyperparameters is None else hyperparameters,
            environment={} if environment is None else environment,
            base_job_name=default_base_job_name(path) if base_job_name is None else base_job_name,
            checkpointing=checkpointing,
            **given,
        )
        expiration = checkpoint_bucket.expiration if isinstance(checkpoint_bucket, CheckpointBucket) else None
        problems = run_problems(run, max_wait_given=max_wait is not None, expiration=expiration)
        if problems:
            raise ValueError("\n".join(problems))
        return run

    @property
    def longest_run_seconds(self) -> int:
        """The longest that a run can go without writing a checkpoint: every entry of the plan waits to its end."""
        return sum(entry.tries * self.entry_seconds(entry) for entry in self.capacity)

    @property
    def default_checkpoint_expiration(self) -> Duration:
        """30 days, or longer where a run can last longer."""
        return Duration.days(max(30, math.ceil(self.longest_run_seconds / _DAY) + 1))

    def entry_seconds(self, entry: Capacity) -> int:
        """Return how long a job on this entry of the plan may last."""
        if not entry.is_spot:
            return self.runtime_seconds
        return self.wait_seconds if entry.max_wait is None else int(entry.max_wait.to_seconds())

    def bind(
        self, scope: Construct, *, role: iam.IRole, checkpoint_bucket: s3.IBucket, output_bucket: s3.IBucket
    ) -> RunSettings:
        """Create what the image, the channels and the source need, grant it to the role, and render the settings.

        Raises:
            ValueError: CreateTrainingJob would refuse the request.
        """
        hyperparameters = {name: _as_text(value) for name, value in self.hyperparameters.items()}
        if self.source is not None:
            hyperparameters.update(self.source.bind(scope, role))
        request = base_request(
            image_uri=self.image.bind(scope, role).uri,
            role_arn=role.role_arn,
            output_s3_uri=f"s3://{output_bucket.bucket_name}/{self.output_prefix}",
            channels=[channel.bind(scope, name, role) for name, channel in self.channels.items()],
            hyperparameters=hyperparameters,
            environment=self.environment,
            volume_size_in_gb=30 if self.volume_size is None else int(self.volume_size.to_gibibytes()),
        )
        settings = RunSettings(
            base_job_name=self.base_job_name,
            request=request,
            capacities=self.capacity,
            max_runtime_seconds=self.runtime_seconds,
            max_wait_seconds=self.wait_seconds,
            checkpoint_bucket=checkpoint_bucket.bucket_name,
            checkpoint_local_path=self.checkpoint_local_path,
            checkpoints=self.checkpointing,
            capacity_patience_seconds=self.patience_seconds,
            longest_wait_seconds=_longest_wait(checkpointing=self.checkpointing),
        )
        self._check_requests(settings)
        if self.checkpointing:
            grant_sync(checkpoint_bucket, role, f"{self.base_job_name}/")
        grant_write(output_bucket, role, f"{self.output_prefix}/")
        return settings

    def statements(self, stack: Stack, role: iam.IRole, checkpoint_bucket: s3.IBucket) -> list[iam.PolicyStatement]:
        """Render what the state machine's role may do."""
        key = checkpoint_bucket.encryption_key
        return [
            iam.PolicyStatement.from_json(statement)
            for statement in run_statements(
                partition=stack.partition,
                region=stack.region,
                account=stack.account,
                base_job_name=self.base_job_name,
                role_arn=role.role_arn,
                instance_types=[entry.instance_type for entry in self.capacity],
                claims_arn=self._claims_arn(checkpoint_bucket),
                claims_key_arn=None if key is None else key.key_arn,
            )
        ]

    def acknowledge_wildcards(self, machine: sfn.StateMachine, checkpoint_bucket: s3.IBucket) -> None:
        """Acknowledge, beside the state machine, the wildcards in what its role may do."""
        stack = Stack.of(machine)
        place = {"partition": stack.partition, "region": stack.region, "account": stack.account}
        jobs = jobs_arn(**place, base_job_name=self.base_job_name)
        acknowledge_findings(
            machine,
            machine.role,
            {
                jobs: "a job's name ends in what tells its run and attempt apart",
                self._claims_arn(checkpoint_bucket): "a claim bears the name of its run",
                executions_arn(**place): "the run that holds a claim may be of any machine with this base job name",
                "*": "delivering logs and traces has no resource type, so AWS takes it on * only",
            },
        )

    def _claims_arn(self, checkpoint_bucket: s3.IBucket) -> str:
        return checkpoint_bucket.arn_for_objects(f"{self.base_job_name}.runs/*")

    def _check_requests(self, settings: RunSettings) -> None:
        """Hold one attempt of each capacity against SageMaker's model and rules, as far as it is known now."""
        problems: dict[str, None] = {}
        for entry in self.capacity:
            request = attempt_request(
                settings.request,
                job_name=f"{self.base_job_name}-000000000000-1",
                capacity=entry,
                checkpoint_s3_uri=f"s3://{settings.checkpoint_bucket}/" if self.checkpointing else None,
                checkpoint_local_path=self.checkpoint_local_path,
                max_runtime_seconds=settings.max_runtime_seconds,
                max_wait_seconds=self.entry_seconds(entry),
            )
            problems.update(dict.fromkeys(request_problems(request, unknown=is_token)))
        if problems:
            raise ValueError("\n".join(problems))


def _longest_wait(*, checkpointing: bool) -> int:
    return MAX_JOB_SECONDS if checkpointing else MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS


def _as_text(value: HyperParameter) -> str:
    """Render a hyperparameter as SageMaker wants it: a string; numbers and booleans as JSON has them."""
    return value if isinstance(value, str) else json.dumps(value)
