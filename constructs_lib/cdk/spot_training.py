"""SpotTraining: everything that trains a model on managed spot capacity, in one construct."""

from __future__ import annotations

import inspect
from typing import Unpack

from aws_cdk import Duration, Names, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.buckets.checkpoint_bucket import DEFAULT_EXPIRATION_DAYS, CheckpointBucket
from constructs_lib.cdk.buckets.output_bucket import OutputBucket
from constructs_lib.cdk.monitoring.machine import NOT_TRACED, machine_log_group, tag_machine
from constructs_lib.cdk.monitoring.training_monitoring import TrainingMonitoring
from constructs_lib.cdk.permissions.findings import acknowledge_wildcards
from constructs_lib.cdk.permissions.own_policy import add_statements
from constructs_lib.cdk.permissions.state_machine_role import deliver_logs, send_traces
from constructs_lib.cdk.permissions.training_role import TrainingRole
from constructs_lib.cdk.training.bound import BoundAttributes, BoundTraining
from constructs_lib.cdk.training.definition.asset import UNWRITTEN, DefinitionAsset
from constructs_lib.cdk.training.definition.template_size import warn_of_large_template
from constructs_lib.cdk.training.options import TrainingOptions, shows_options
from constructs_lib.cdk.training.read_options import read_options
from constructs_lib.cdk.training.state_machine_policy import state_machine_permissions
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.names import MACHINE_TAG


class SpotTraining(BoundAttributes, TrainingMonitoring, Construct):
    """A state machine whose every execution trains one model, with the role and the buckets that it needs.

    It creates a Step Functions state machine (Standard), and, where none is passed, its log group, the job's role, the
    bucket for checkpoints and the bucket for models. There is no Lambda and no server. The state machine has a tag
    `spot-training:training`, by which the command `spot-training` finds it.

    **Input** of an execution: nothing, `{}`, or any of `HyperParameters`, `Environment`, `MaxRuntimeInSeconds`,
    `MaxWaitTimeInSeconds`, `Capacity`, `Channels` (name to S3 URI), `ImageTag`, `OutputPrefix`, `ResumeFrom` (an
    earlier run's name) and `Comment`, and with a `deadline` `Deadline` or `DeadlineInSeconds`, and
    `ExpectedRuntimeInSeconds`, or with `prices` `MaxCost`; merged over what is deployed. An input with problems is
    refused before any job exists, with all of them listed.

    **Output**: `RunName`, `ModelArtifacts`, `FinalMetrics` (name to last value), `CheckpointS3Uri`, `Attempts`,
    `TrainingTimeInSeconds`, `BillableTimeInSeconds`, `SavingsPercent`, `Interruptions`; `ResumedFrom`, of a run that
    went on with another; and `Deadline`, of a run that has one: the time, the slack at its end, and how long it trained
    on each market. Each attempt tells in `WaitingTimeInSeconds` how long it had no instance, and in `Settings` what
    goes with its capacity, `name=value`, up to 240 characters.

    **Errors** (`SpotTrainingErrors`): `SpotTraining.InvalidInput`, `.CheckpointInUse`, `.CapacityExhausted`,
    `.TrainingFailed`, `.MaxRuntimeExceeded`, `.Stopped`, `.Rejected`, `.ServiceFault`. The cause says what happened,
    where the checkpoints are and what to do next; after a blank line it carries the report as JSON.

    See https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
    """

    @shows_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role: iam.IRole | iam.Role | None = None,
        checkpoint_bucket: s3.IBucket | s3.Bucket | None = None,
        output_bucket: s3.IBucket | s3.Bucket | None = None,
        log_group: logs.ILogGroup | logs.LogGroup | None = None,
        log_execution_data: bool = False,
        state_machine_key: kms.IKey | kms.Key | None = None,
        state_machine_name: str | None = None,
        run_timeout: Duration | None = None,
        tracing: bool = False,
        definition_as_asset: bool = False,
        removal_policy: RemovalPolicy | None = None,
        **options: Unpack[TrainingOptions],
    ) -> None:
        """Define the training.

        Args:
            scope: The construct it stands in.
            construct_id: Its id there.
            role: The role the jobs run as; it is granted what the run needs, and where it cannot be changed synthesis
                says what it must have. Defaults to a new `TrainingRole`.
            checkpoint_bucket: The bucket for checkpoints, under `<base job name>/<run name>/`. Defaults to a new
                `CheckpointBucket`, whose objects expire after 30 days or as long as a run can last, if that is longer.
            output_bucket: The bucket for models. Defaults to a new `OutputBucket`.
            log_group: Where Step Functions logs the executions. Defaults to a new one, whose entries are kept for three
                months, called `/aws/vendedlogs/states/<stack and construct>-<the stack's own mark>`; it is kept when
                the stack goes, unless `removal_policy` is `DESTROY`, and does not stand in the way of the stack's next
                deployment, which gets another.
            log_execution_data: Whether the logs hold the inputs and outputs of states, hyperparameters among them.
                Defaults to not.
            state_machine_key: The key that the state machine's definition and executions are encrypted with, and the
                new log group too. Defaults to keys that AWS owns.
            state_machine_name: The physical name of the state machine. Defaults to one that CloudFormation makes; with
                `state_machine_key` to one made of the construct's path, because the machine's role may use the key for
                a machine of that name only.
            run_timeout: How long a run may last in all; Step Functions then ends it as timed out, and stops its job by
                best effort. Defaults to no limit beyond those of the plan.
            tracing: Whether Step Functions sends traces to AWS X-Ray, which bills them. Defaults to not.
            definition_as_asset: Whether the state machine's definition is a file asset, which CloudFormation reads from
                the assets' bucket, instead of standing in the template: a definition takes 40 kB, and a template may
                have 1 MB. Defaults to standing in the template, which suits a stack of up to a dozen trainings.
            removal_policy: What becomes of the checkpoint bucket and the log group created here when the stack goes;
                `DESTROY` deletes the bucket if it is empty by then. The bucket for models stays all the same: pass an
                `OutputBucket` of your own to have it otherwise. Defaults to keeping both.
            options: `image`, `capacity` and everything else that `TrainingOptions` tells.

        Raises:
            TypeError: An option that does not exist, or a missing one.
            ValueError: Arguments that SageMaker would refuse, all of them at once.
        """
        super().__init__(scope, construct_id)
        own = {
            "role": role,
            "checkpoint_bucket": checkpoint_bucket,
            "output_bucket": output_bucket,
            "log_group": log_group,
            "log_execution_data": log_execution_data,
            "state_machine_key": state_machine_key,
            "state_machine_name": state_machine_name,
            "run_timeout": run_timeout,
            "tracing": tracing,
            "definition_as_asset": definition_as_asset,
            "removal_policy": removal_policy,
        }
        arguments = read_options(
            inspect.signature(SpotTraining.__init__), {**own, **options}, path=lambda: self.node.path
        )
        key = arguments.options.encryption_key
        if role is None:
            role = TrainingRole(self, "Role")
        if checkpoint_bucket is None:
            days = arguments.checkpoint_days
            checkpoint_bucket = CheckpointBucket(
                self,
                "CheckpointBucket",
                expiration=None if days == DEFAULT_EXPIRATION_DAYS else Duration.days(days),
                encryption_key=key,
                removal_policy=removal_policy or RemovalPolicy.RETAIN,
            )
        if output_bucket is None:
            output_bucket = OutputBucket(self, "OutputBucket", encryption_key=key)
        self._bound = BoundTraining(
            self, arguments, role=role, checkpoint_bucket=checkpoint_bucket, output_bucket=output_bucket
        )
        if state_machine_key is not None and state_machine_name is None:
            # CDK grants the key for a machine of this name, and of a name that is not known it writes none at all
            # (aws-cdk-lib 2.275), so that Step Functions may not use the key
            state_machine_name = Names.unique_resource_name(self, max_length=80)
        self._log_group: logs.ILogGroup = (
            machine_log_group(self, state_machine_key, removal_policy) if log_group is None else log_group
        )
        definition = run_definition(
            self._bound.settings, partition=self._bound.partition, timeout_seconds=arguments.options.run_timeout
        )
        self._state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(
                UNWRITTEN if definition_as_asset else self._bound.stack.to_json_string(definition)
            ),
            state_machine_name=state_machine_name,
            encryption_configuration=(
                None if state_machine_key is None else sfn.CustomerManagedEncryptionConfiguration(state_machine_key)
            ),
            logs=sfn.LogOptions(
                destination=self._log_group,
                level=sfn.LogLevel.ALL,
                include_execution_data=arguments.options.log_execution_data,
            ),
            tracing_enabled=arguments.options.tracing,
        )
        tag_machine(self._state_machine, MACHINE_TAG, construct_id)
        if definition_as_asset:
            DefinitionAsset(self, self._state_machine, definition, self._bound.known_at_synth)
        else:
            warn_of_large_template(self._bound.stack, definition)
        machine_role, permissions = self._state_machine.role, state_machine_permissions(self._bound)
        add_statements(machine_role, [permission.statement for permission in permissions])
        taken = [*permissions, *deliver_logs(), *(send_traces() if tracing else ())]
        acknowledge_wildcards(self._state_machine, self._bound.stack, taken, *(() if tracing else (NOT_TRACED,)))

    @property
    def log_group(self) -> logs.ILogGroup:
        """Where Step Functions logs the executions."""
        return self._log_group

    @property
    def state_machine(self) -> sfn.StateMachine:
        """The state machine; an execution of it is a run."""
        return self._state_machine
