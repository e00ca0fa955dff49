"""SpotTraining: everything that trains a model on managed spot capacity, in one construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib._training_run import HyperParameter, TrainingRun
from constructs_lib.checkpoint_bucket import CheckpointBucket
from constructs_lib.output_bucket import OutputBucket
from constructs_lib.training_channel import TrainingChannel
from constructs_lib.training_image import TrainingImage
from constructs_lib.training_job import Capacity
from constructs_lib.training_role import TrainingRole
from constructs_lib.training_source import TrainingSource
from constructs_lib.workflow import run_definition


class SpotTraining(Construct):
    """A state machine whose every execution trains one model, with the role and the buckets that it needs.

    It creates a Step Functions state machine (Standard) with its log group, and, where none is passed, the job's role,
    the bucket for checkpoints and the bucket for models. There is no Lambda and no server.

    **Input** of an execution: nothing, `{}`, or any of `HyperParameters`, `Environment`, `MaxRuntimeInSeconds`,
    `MaxWaitTimeInSeconds`, `Capacity`, `Channels` (name to S3 URI), `ResumeFrom` (an earlier run's name) and `Comment`;
    merged over what is deployed. An input with problems is refused before any job exists, with all of them listed.

    **Output**: `RunName`, `ModelArtifacts`, `CheckpointS3Uri`, `Attempts`, `TrainingTimeInSeconds`,
    `BillableTimeInSeconds`, `SavingsPercent`, `Interruptions`.

    **Errors**: `SpotTraining.InvalidInput`, `.CapacityExhausted`, `.TrainingFailed`, `.MaxRuntimeExceeded`, `.Stopped`,
    `.Rejected`, `.CheckpointInUse`, `.ServiceFault`. The cause says what happened, where the checkpoints are and
    what to do next; after a blank line it carries the report as JSON.

    See https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: TrainingImage,
        capacity: Sequence[Capacity],
        max_runtime: Duration | None = None,
        max_wait: Duration | None = None,
        capacity_patience: Duration | None = None,
        channels: Mapping[str, TrainingChannel] | None = None,
        hyperparameters: Mapping[str, HyperParameter] | None = None,
        environment: Mapping[str, str] | None = None,
        source: TrainingSource | None = None,
        base_job_name: str | None = None,
        role: iam.IRole | iam.Role | None = None,
        checkpoint_bucket: s3.IBucket | s3.Bucket | None = None,
        checkpoint_local_path: str = "/opt/ml/checkpoints",
        checkpointing: bool = True,
        output_bucket: s3.IBucket | s3.Bucket | None = None,
        output_prefix: str = "models",
        volume_size: Size | None = None,
        state_machine_name: str | None = None,
    ) -> None:
        """Define the training.

        Args:
            scope: The construct it stands in.
            construct_id: Its id there.
            image: The training image.
            capacity: The capacity plan, cheapest wish first: what a run tries, in this order, until one finishes it.
            max_runtime: The training budget of a run over all its attempts, up to 28 days. Defaults to one day, as
                SageMaker's own.
            max_wait: How long one spot attempt may last, waiting for capacity included; at least `max_runtime`, at most
                30 days. Defaults to twice `max_runtime`, within SageMaker's limit.
            capacity_patience: How long a spot attempt may be without its first instance before the run stops it and
                goes on with the plan; at least one minute, less than `max_wait`. It is looked at every sixtieth of that
                time, and at most every 30 seconds. Defaults to waiting as long as `max_wait`.
            channels: The input channels by name; each is a directory under `/opt/ml/input/data/`. Defaults to no input.
            hyperparameters: Names and values; numbers and booleans become strings as JSON has them. Defaults to none.
            environment: Environment variables of the container. Defaults to none.
            source: The training program for a framework image that reads it from S3. Defaults to what the image holds.
            base_job_name: The first part of every job's name, up to 40 lower-case letters, digits and hyphens.
                Defaults to the construct's path.
            role: The role the jobs run as; it is granted what the run needs. Defaults to a new `TrainingRole`.
            checkpoint_bucket: The bucket for checkpoints, under `<base job name>/<run name>/`. Defaults to a new
                `CheckpointBucket`, whose objects expire after 30 days or as long as a run can last, if that is longer.
            checkpoint_local_path: Where the program finds its checkpoints. Defaults to SageMaker's own path.
            checkpointing: Whether the algorithm writes checkpoints; where it does not, SageMaker limits `max_wait` to
                one hour. Defaults to yes.
            output_bucket: The bucket for models. Defaults to a new `OutputBucket`.
            output_prefix: The prefix of every model in it, without slashes at its ends. Defaults to `models`.
            volume_size: The storage volume of each instance. Defaults to 30 GiB.
            state_machine_name: The physical name of the state machine. Defaults to one that CloudFormation makes.

        Raises:
            ValueError: Arguments that SageMaker would refuse, all of them at once.
        """
        super().__init__(scope, construct_id)
        run = TrainingRun.of(
            self.node.path,
            image=image,
            capacity=capacity,
            max_runtime=max_runtime,
            max_wait=max_wait,
            capacity_patience=capacity_patience,
            channels=channels,
            hyperparameters=hyperparameters,
            environment=environment,
            source=source,
            base_job_name=base_job_name,
            checkpointing=checkpointing,
            checkpoint_bucket=checkpoint_bucket,
            checkpoint_local_path=checkpoint_local_path,
            output_prefix=output_prefix,
            volume_size=volume_size,
        )

        self.role: iam.IRole = TrainingRole(self, "Role") if role is None else role
        """The role the jobs run as."""
        self.checkpoint_bucket: s3.IBucket = (
            CheckpointBucket(self, "CheckpointBucket", expiration=run.default_checkpoint_expiration)
            if checkpoint_bucket is None
            else checkpoint_bucket
        )
        """The bucket for checkpoints."""
        self.output_bucket: s3.IBucket = OutputBucket(self, "OutputBucket") if output_bucket is None else output_bucket
        """The bucket for models."""
        settings = run.bind(
            self, role=self.role, checkpoint_bucket=self.checkpoint_bucket, output_bucket=self.output_bucket
        )

        stack = Stack.of(self)
        self.log_group = logs.LogGroup(self, "Log", retention=logs.RetentionDays.THREE_MONTHS)
        """Where Step Functions logs the executions."""
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(
                stack.to_json_string(run_definition(settings, partition=stack.partition))
            ),
            state_machine_name=state_machine_name,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        """The state machine; an execution of it is a run."""
        for statement in run.statements(stack, self.role, self.checkpoint_bucket):
            self.state_machine.add_to_role_policy(statement)
        run.acknowledge_wildcards(self.state_machine, self.checkpoint_bucket)
