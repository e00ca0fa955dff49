"""A training with nothing behind it, for the tests of what an operator sees of it."""

from __future__ import annotations

from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.monitoring.training_monitoring import TrainingMonitoring


class Monitored(TrainingMonitoring, Construct):
    """A state machine with its log, a base job name, and all that monitoring gives."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        base_job_name: str = "churn",
        publish_metrics: bool = True,
        has_deadline: bool = True,
    ) -> None:
        """Create the state machine and its log group."""
        super().__init__(scope, construct_id)
        self._told = (base_job_name, publish_metrics)
        self._has_deadline = has_deadline
        self._log_group = logs.LogGroup(self, "Log")
        done = sfn.Succeed(self, f"Trained {base_job_name}")
        self._state_machine = sfn.StateMachine(
            self, "StateMachine", definition_body=sfn.DefinitionBody.from_chainable(done), tracing_enabled=True,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL),
        )  # fmt: skip

    @property
    def base_job_name(self) -> str:
        """The first part of every job's name."""
        return self._told[0]

    @property
    def publish_metrics(self) -> bool:
        """Whether runs put their figures into CloudWatch."""
        return self._told[1]

    @property
    def has_deadline(self) -> bool:
        """Whether runs have a deadline."""
        return self._has_deadline

    @property
    def log_group(self) -> logs.LogGroup:
        """Where Step Functions logs the executions."""
        return self._log_group

    @property
    def state_machine(self) -> sfn.StateMachine:
        """The state machine."""
        return self._state_machine
