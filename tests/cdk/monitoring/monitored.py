"""A training with nothing behind it, for the tests of what an operator sees of it."""

from __future__ import annotations

from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.monitoring.training_monitoring import TrainingMonitoring


class Monitored(TrainingMonitoring, Construct):
    """A state machine with its log, a base job name, and all that monitoring gives."""

    def __init__(
        self, scope: Construct, construct_id: str, *, base_job_name: str = "churn", publish_metrics: bool = True
    ) -> None:
        """Create the state machine and its log group."""
        super().__init__(scope, construct_id)
        self.base_job_name = base_job_name
        self.publish_metrics = publish_metrics
        self.log_group = logs.LogGroup(self, "Log")
        done = sfn.Succeed(self, f"Trained {base_job_name}")
        self.state_machine = sfn.StateMachine(
            self, "StateMachine", definition_body=sfn.DefinitionBody.from_chainable(done), tracing_enabled=True,
            logs=sfn.LogOptions(destination=self.log_group, level=sfn.LogLevel.ALL),
        )  # fmt: skip
