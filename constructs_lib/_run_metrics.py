"""The metrics that Step Functions has of the runs: how many there were, how they ended and how long they took."""

from __future__ import annotations

from typing import Unpack

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib._figure_metrics import MetricChanges


class RunMetrics:
    """The methods `metric_run…` for executions of the state machine: mixed into what has one.

    None of them creates anything. Step Functions puts these metrics whether or not the runs put figures of their own.

    See https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    """

    state_machine: sfn.StateMachine
    """The state machine; an execution of it is a run."""

    def metric_runs_started(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs began, the sum."""
        return self.state_machine.metric_started(**changes)

    def metric_runs_succeeded(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs ended with a model, the sum."""
        return self.state_machine.metric_succeeded(**changes)

    def metric_runs_failed(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs failed, the sum; those that were aborted or timed out have metrics of their own."""
        return self.state_machine.metric_failed(**changes)

    def metric_runs_aborted(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs somebody stopped, the sum."""
        return self.state_machine.metric_aborted(**changes)

    def metric_runs_timed_out(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs Step Functions ended because they took longer than `run_timeout`, the sum."""
        return self.state_machine.metric_timed_out(**changes)

    def metric_run_duration(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how long runs took from start to end, in milliseconds, the average; however they ended."""
        return self.state_machine.metric_time(**changes)
