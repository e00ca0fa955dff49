"""SpotTrainingSweep: many runs of one training, started by one execution of a state machine of its own."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.inputs.input_location import InputLocation, reading
from constructs_lib.cdk.monitoring.machine import NOT_TRACED, machine_log_group, tag_machine
from constructs_lib.cdk.permissions.findings import acknowledge_wildcards
from constructs_lib.cdk.permissions.grants import grant
from constructs_lib.cdk.permissions.permission import on_bucket
from constructs_lib.cdk.permissions.state_machine_role import deliver_logs, send_traces
from constructs_lib.cdk.spot_training import SpotTraining
from constructs_lib.cdk.sweep.arguments import check_arguments
from constructs_lib.cdk.sweep.monitoring import SweepMonitoring
from constructs_lib.cdk.training.bound import bound_of
from constructs_lib.training_job.durations import whole_seconds
from constructs_lib.training_job.kinds import checked
from constructs_lib.workflow.permission import Permission
from constructs_lib.workflow.sweep.definition import sweep_definition
from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.names import MACHINE_TAG
from constructs_lib.workflow.sweep.objective import Objective, Percent
from constructs_lib.workflow.sweep.settings import SweepSettings
from constructs_lib.workflow.sweep.statements import (
    decrypt_runs,
    encrypt_children,
    line_permissions,
    map_permissions,
    put_figures,
    read_encrypted_runs,
    read_runs,
    run_permissions,
    use_bucket_key,
)


class SpotTrainingSweep(SweepMonitoring, Construct):
    """A state machine whose every execution trains many models by runs of one training, and reports the best.

    It creates a Step Functions state machine (Standard) and, where none is passed, its log group. Each item of a sweep
    is an ordinary run: an execution of the training's own state machine, called `<sweep>-<item>`. There is no Lambda
    and no server. A line for each run and the report are kept in the training's bucket for models, below
    `sweeps/<sweep>/`.

    **Input** of an execution: one of `Runs` (a list of inputs of runs, each with a `Name` if it is to have one),
    `Grid` (names of hyperparameters and their values), `Random` (names and what to draw: `Uniform`, `LogUniform`,
    `Int`, `LogInt`, `Choice`) with `Count` and `Seed`, and `RunsFrom` (the S3 URI of a `.jsonl` or `.csv` file); and
    beside it whatever the input of a run may have, for all of them. Up to 10,000 runs, 1,000 with `halving`. Everything
    is checked before the first run begins, and an input with problems is refused with the first of them listed.

    **Output**: `SweepName`, `Objective` (`MetricName`, `Type`), `Best` (the ten best lines), `FirstFailures` (up to
    three lines), `Counts` (`Succeeded`, `Failed`, `NotStarted`), `TrainingTimeInSeconds`, `BillableTimeInSeconds`,
    `SavingsPercent`, `Interruptions`, `ReportS3Uri`, and with `halving` `Rungs`. A line has `Name`, `RunName`,
    `HyperParameters`, `Status`, `TrainingTimeInSeconds`, `BillableTimeInSeconds`, `Interruptions`, and as far as there
    are any `Objective`, `ModelArtifacts`, `Error` and `Cause`.

    **Errors**: `SpotTraining.InvalidInput`, and `SpotTraining.SweepFailed` when more runs have failed than are
    tolerated, or none can go on to the next rung; its report is written all the same.

    See https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        training: SpotTraining,
        objective: Objective,
        max_concurrency: int = 10,
        tolerated_failures: int | Percent = 0,
        halving: Halving | None = None,
        quota_patience: Duration | None = None,
        runs_from: Sequence[InputLocation] = (),
        log_group: logs.ILogGroup | logs.LogGroup | None = None,
        log_execution_data: bool = False,
        state_machine_key: kms.IKey | kms.Key | None = None,
        state_machine_name: str | None = None,
        tracing: bool | None = None,
        removal_policy: RemovalPolicy | None = None,
    ) -> None:
        """Define the sweep.

        Args:
            scope: The construct it stands in.
            construct_id: Its id there.
            training: What each run trains.
            objective: What the best run has: a metric that the training's jobs report.
            max_concurrency: How many runs are under way at once, those that wait for instances included; up to 1,000.
                Defaults to 10.
            tolerated_failures: How many runs may fail, or which `Percent` of them, before the sweep stops the others
                and fails; with `halving` in each rung. Defaults to none.
            halving: The rungs of successive halving. Defaults to training each item to its end.
            quota_patience: How long an item waits in all for a quota that is used up, after the run's own few tries;
                up to 30 days. Defaults to a day.
            runs_from: Where the files may be that `RunsFrom` names, beside `sweeps/` in the bucket for models. Defaults
                to nowhere else.
            log_group: Where Step Functions logs the executions. Defaults to a new one, as that of `SpotTraining`.
            log_execution_data: Whether the logs hold the inputs and outputs of states, hyperparameters among them.
                Defaults to not.
            state_machine_key: The key that the state machine's definition and executions are encrypted with, and the
                new log group too. Defaults to that of the training.
            state_machine_name: The physical name of the state machine. Defaults to one that CloudFormation makes; with
                a key to one made of the construct's path.
            tracing: Whether Step Functions sends traces to AWS X-Ray, which bills them. Defaults to what the training
                does.
            removal_policy: What becomes of the log group created here when the stack goes. Defaults to keeping it.

        Raises:
            TypeError: An argument that does not exist, or a missing one.
            ValueError: Arguments that do not fit, all of them at once.
        """
        super().__init__(scope, construct_id)
        bound, stack = bound_of(training), Stack.of(self)
        patience = Duration.days(1) if quota_patience is None else quota_patience
        check_arguments(
            {
                "objective": objective,
                "max_concurrency": max_concurrency,
                "tolerated_failures": tolerated_failures,
                "halving": halving,
                "quota_patience": patience,
                "runs_from": runs_from,
            },
            bound,
            stack,
        )
        of_training = bound.arguments.options
        key = of_training.state_machine_key if state_machine_key is None else state_machine_key
        traced = of_training.tracing if tracing is None else tracing
        if key is not None and state_machine_name is None:
            # CDK grants the key for a machine of a name that is known alone, as SpotTraining tells
            state_machine_name = Names.unique_resource_name(self, max_length=80)
        self._objective, self._training = objective, training
        self._log_group: logs.ILogGroup = (
            machine_log_group(self, key, removal_policy) if log_group is None else log_group
        )
        settings = SweepSettings(
            run=bound.settings,
            state_machine_arn=training.state_machine.state_machine_arn,
            bucket=bound.output_bucket.bucket_name,
            objective=objective,
            max_concurrency=max_concurrency,
            tolerated_failures=tolerated_failures,
            halving=halving,
            quota_patience_seconds=whole_seconds("quota_patience", patience),
            locations=[location.uri for location in runs_from],
        )
        self._state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(
                stack.to_json_string(sweep_definition(settings, partition=stack.partition))
            ),
            state_machine_name=state_machine_name,
            encryption_configuration=None if key is None else sfn.CustomerManagedEncryptionConfiguration(key),
            tracing_enabled=traced,
            logs=sfn.LogOptions(
                destination=self._log_group, level=sfn.LogLevel.ALL, include_execution_data=log_execution_data
            ),
        )
        tag_machine(self._state_machine, MACHINE_TAG, construct_id)
        self._grant(runs_from, key, of_training.state_machine_key, traced=traced)

    @property
    def training(self) -> SpotTraining:
        """What each run trains."""
        return self._training

    @property
    def objective(self) -> Objective:
        """What the best run has."""
        return self._objective

    @property
    def log_group(self) -> logs.ILogGroup:
        """Where Step Functions logs the executions."""
        return self._log_group

    @property
    def state_machine(self) -> sfn.StateMachine:
        """The state machine; an execution of it is a sweep."""
        return self._state_machine

    def _grant(
        self,
        runs_from: Sequence[InputLocation],
        key: kms.IKey | kms.Key | None,
        key_of_runs: kms.IKey | kms.Key | None,
        *,
        traced: bool,
    ) -> None:
        stack, machine, trains = Stack.of(self), self._state_machine, self._training.state_machine
        executions = f"arn:{stack.partition}:states:{stack.region}:{stack.account}:execution"
        permissions: list[Permission] = [
            *run_permissions(
                partition=stack.partition,
                region=stack.region,
                account=stack.account,
                machine_arn=trains.state_machine_arn,
                executions_arn=f"{executions}:{trains.state_machine_name}:*",
            ),
            *on_bucket(self._training.output_bucket, line_permissions, use_bucket_key),
        ]
        if self._training.publish_metrics:
            permissions.append(put_figures())
        if key_of_runs is not None:
            permissions.append(read_encrypted_runs(key_of_runs.key_arn, machine_arn=trains.state_machine_arn))
        for location in runs_from:
            permissions += reading(location, lambda arn, prefix: [read_runs(arn, prefix)], decrypt_runs)
        role = machine.role
        grant(self, role, permissions)
        of_maps = map_permissions(
            machine_arn=machine.state_machine_arn,
            executions_arn=f"{executions}:{machine.state_machine_name}:*",
            children_arn=f"{executions}:{machine.state_machine_name}/*",
        )
        if key is not None:
            of_maps.append(encrypt_children(key.key_arn, machine_arn=machine.state_machine_arn))
        # a policy of its own: the machine waits for the role's, which therefore cannot name the machine
        policy = iam.Policy(
            self,
            "MapPolicy",
            statements=[iam.PolicyStatement.from_json(permission.statement) for permission in of_maps],
        )
        policy.attach_to_role(role)
        taken = [*of_maps, *deliver_logs(), *(send_traces() if traced else ())]
        acknowledge_wildcards(self, stack, taken, *(() if traced else (NOT_TRACED,)))
