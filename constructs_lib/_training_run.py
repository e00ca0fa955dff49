"""What `SpotTraining` and `SpotTrainingTask` have in common: arguments checked, defaults filled, parts bound."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, Size, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib._permissions import acknowledge_wildcards, grant_sync, grant_write
from constructs_lib.checkpoint_bucket import CheckpointBucket
from constructs_lib.training_channel import TrainingChannel
from constructs_lib.training_image import TrainingImage
from constructs_lib.training_job import (
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
    MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS,
    Capacity,
    attempt_request,
    base_job_name_problems,
    base_request,
    request_problems,
)
from constructs_lib.training_source import TrainingSource
from constructs_lib.workflow import RunSettings, executions_arn, jobs_arn, run_statements

HyperParameter = str | int | float | bool

_DAY = 24 * 3600
_MOST_ENTRIES = 16


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """The arguments of a run, as the stack's author gave them."""

    image: TrainingImage
    capacity: Sequence[Capacity]
    max_runtime: Duration
    max_wait: Duration | None
    capacity_patience: Duration | None
    channels: Mapping[str, TrainingChannel]
    hyperparameters: Mapping[str, HyperParameter]
    environment: Mapping[str, str]
    source: TrainingSource | None
    base_job_name: str
    checkpointing: bool
    checkpoint_local_path: str
    output_prefix: str
    volume_size: Size

    @property
    def runtime_seconds(self) -> int:
        """The run's training budget."""
        return int(self.max_runtime.to_seconds())

    @property
    def wait_seconds(self) -> int:
        """How long a spot attempt may last: twice the runtime unless said otherwise, within SageMaker's limit."""
        if self.max_wait is not None:
            return int(self.max_wait.to_seconds())
        return min(2 * self.runtime_seconds, self._longest_wait)

    @property
    def longest_run_seconds(self) -> int:
        """The longest that a run can go without writing a checkpoint: every entry of the plan waits to its end."""
        return sum(entry.tries * self._entry_seconds(entry) for entry in self.capacity)

    @property
    def default_checkpoint_expiration(self) -> Duration:
        """30 days, or longer where a run can last longer."""
        return Duration.days(max(30, math.ceil(self.longest_run_seconds / _DAY) + 1))

    def validate(self, checkpoint_expiration: Duration | None) -> None:
        """Check what is known before anything is created.

        Args:
            checkpoint_expiration: When the checkpoint bucket forgets, if that is known.

        Raises:
            ValueError: All problems at once.
        """
        problems = [*self._plan_problems(), *self._time_problems(), *self._text_problems()]
        if not problems and checkpoint_expiration is not None:
            problems += self._expiration_problems(checkpoint_expiration)
        if problems:
            raise ValueError("\n".join(problems))

    def bind(
        self, scope: Construct, *, role: iam.IRole, checkpoint_bucket: s3.IBucket, output_bucket: s3.IBucket
    ) -> RunSettings:
        """Create what the image, the channels and the source need, grant it to the role, and render the settings.

        Raises:
            ValueError: CreateTrainingJob would refuse the request.
        """
        hyperparameters = {name: as_text(value) for name, value in self.hyperparameters.items()}
        if self.source is not None:
            hyperparameters.update(self.source.bind(scope, role))
        request = base_request(
            image_uri=self.image.bind(scope, role).uri,
            role_arn=role.role_arn,
            output_s3_uri=f"s3://{output_bucket.bucket_name}/{self.output_prefix}",
            channels=[channel.bind(scope, name, role) for name, channel in self.channels.items()],
            hyperparameters=hyperparameters,
            environment=self.environment,
            volume_size_in_gb=int(self.volume_size.to_gibibytes()),
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
            capacity_patience_seconds=None
            if self.capacity_patience is None
            else int(self.capacity_patience.to_seconds()),
            longest_wait_seconds=self._longest_wait,
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

    def acknowledge_wildcards(self, machine: sfn.StateMachine, role: iam.IRole, checkpoint_bucket: s3.IBucket) -> None:
        """Acknowledge, beside the state machine, the wildcards in what its role may do."""
        stack = Stack.of(machine)
        place = {"partition": stack.partition, "region": stack.region, "account": stack.account}
        for arn, reason in (
            (
                jobs_arn(**place, base_job_name=self.base_job_name),
                "a job's name ends in what tells its run and attempt apart",
            ),
            (self._claims_arn(checkpoint_bucket), "a claim bears the name of its run"),
            (executions_arn(**place), "the run that holds a claim may be of any machine with this base job name"),
            (
                "*",
                "delivering logs to CloudWatch and traces to X-Ray has no resource type, so AWS takes it on * only",
            ),
        ):
            acknowledge_wildcards(machine, role, [arn], reason)

    def _claims_arn(self, checkpoint_bucket: s3.IBucket) -> str:
        return checkpoint_bucket.arn_for_objects(f"{self.base_job_name}.runs/*")

    @property
    def _longest_wait(self) -> int:
        return MAX_JOB_SECONDS if self.checkpointing else MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS

    def _entry_seconds(self, entry: Capacity) -> int:
        if not entry.is_spot:
            return self.runtime_seconds
        return int(entry.max_wait.to_seconds()) if entry.max_wait is not None else self.wait_seconds

    def _plan_problems(self) -> list[str]:
        if not self.capacity:
            return ["'capacity' must name at least one capacity, such as Capacity.spot(\"ml.m5.xlarge\"), got none"]
        if len(self.capacity) > _MOST_ENTRIES:
            return [f"'capacity' must have at most {_MOST_ENTRIES} entries, got {len(self.capacity)}"]
        return []

    def _time_problems(self) -> list[str]:
        problems = []
        runtime = self.runtime_seconds
        if not 1 <= runtime <= MAX_RUNTIME_SECONDS:
            problems.append(f"'max_runtime' must be from 1 second to 28 days, got {readable(runtime)}")
        if self.max_wait is not None and not any(entry.is_spot for entry in self.capacity):
            problems.append("'max_wait' is for spot capacity, and 'capacity' has none; leave it out")
        problems += self._patience_problems()
        waits = {"'max_wait'": self.wait_seconds} if any(entry.is_spot for entry in self.capacity) else {}
        for index, entry in enumerate(self.capacity):
            if entry.max_wait is not None:
                waits[f"'max_wait' of capacity[{index}]"] = int(entry.max_wait.to_seconds())
        for name, wait in waits.items():
            if not self.checkpointing and max(wait, runtime) > MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS:
                problems.append(
                    f"{name} and 'max_runtime' must be at most 1 hour for an algorithm that does not checkpoint, "
                    f"got {readable(max(wait, runtime))}; make the algorithm checkpoint, or use on-demand capacity"
                )
            elif wait < runtime:
                problems.append(f"{name} must be at least 'max_runtime' ({readable(runtime)}), got {readable(wait)}")
            elif wait > MAX_JOB_SECONDS:
                problems.append(f"{name} must be at most 30 days, got {readable(wait)}")
        return problems

    def _patience_problems(self) -> list[str]:
        if self.capacity_patience is None:
            return []
        seconds = int(self.capacity_patience.to_seconds())
        if not any(entry.is_spot for entry in self.capacity):
            return ["'capacity_patience' is for spot capacity, and 'capacity' has none; leave it out"]
        if not 60 <= seconds < self.wait_seconds:
            return [
                "'capacity_patience' must be at least 1 minute and less than 'max_wait' "
                f"({readable(self.wait_seconds)}), got {readable(seconds)}"
            ]
        return []

    def _text_problems(self) -> list[str]:
        problems = base_job_name_problems(self.base_job_name)
        for name, value in self.hyperparameters.items():
            if not isinstance(value, (str, int, float)):
                problems.append(
                    f"'hyperparameters' must have strings, numbers and booleans as values, got {value!r} for {name!r}"
                )
        if self.output_prefix.startswith("/") or self.output_prefix.endswith("/") or not self.output_prefix:
            problems.append(
                f"'output_prefix' must be a prefix without a slash at either end, such as \"models\", "
                f"got {self.output_prefix!r}"
            )
        if not self.checkpoint_local_path.startswith("/"):
            problems.append(
                f"'checkpoint_local_path' must be an absolute path in the container, got {self.checkpoint_local_path!r}"
            )
        return problems

    def _expiration_problems(self, expiration: Duration) -> list[str]:
        longest = self.longest_run_seconds
        if expiration.to_seconds() >= longest:
            return []
        return [
            f"'expiration' of the checkpoint bucket must be at least as long as a run can last ({readable(longest)}), "
            f"got {readable(int(expiration.to_seconds()))}; raise it, or shorten 'max_wait' or the plan"
        ]

    def _check_requests(self, settings: RunSettings) -> None:
        """Hold one attempt of each capacity against SageMaker's model and rules, as far as it is known now."""
        problems: dict[str, None] = {}
        for entry in self.capacity:
            request: dict[str, Any] = attempt_request(
                settings.request,
                job_name=f"{self.base_job_name}-000000000000-1",
                capacity=entry,
                checkpoint_s3_uri=f"s3://{settings.checkpoint_bucket}/" if self.checkpointing else None,
                checkpoint_local_path=self.checkpoint_local_path,
                max_runtime_seconds=settings.max_runtime_seconds,
                max_wait_seconds=self._entry_seconds(entry),
            )
            problems.update(dict.fromkeys(request_problems(request, unknown=Token.is_unresolved)))
        if problems:
            raise ValueError("\n".join(problems))


def checkpoint_expiration(bucket: s3.IBucket | None) -> Duration | None:
    """Tell when a bucket forgets checkpoints; only of a `CheckpointBucket` is that known."""
    return bucket.expiration if isinstance(bucket, CheckpointBucket) else None


def as_text(value: HyperParameter) -> str:
    """Render a hyperparameter as SageMaker wants it: a string; numbers and booleans as JSON has them."""
    return value if isinstance(value, str) else json.dumps(value)


def readable(seconds: int) -> str:
    """Say a length of time in the largest unit that fits it: `4 hours`."""
    for unit, size in (("day", _DAY), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
