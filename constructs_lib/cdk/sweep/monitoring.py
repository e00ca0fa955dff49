"""What an operator gets from a sweep: its metrics, its events, an alarm, and a row of a dashboard."""

from __future__ import annotations

from abc import abstractmethod
from typing import Unpack, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.cdk.monitoring.alarms import alarm_with_action
from constructs_lib.cdk.monitoring.console_links import state_machine_link
from constructs_lib.cdk.monitoring.event_patterns import run_pattern
from constructs_lib.cdk.monitoring.events import event_rule
from constructs_lib.cdk.monitoring.metrics import MetricChanges, figure_metric, need_figures
from constructs_lib.cdk.spot_training import SpotTraining
from constructs_lib.workflow import figures
from constructs_lib.workflow.sweep.objective import Objective

_QUARTER, _HIGH = 6, 6
"""A row has four widgets, of 24 columns in all."""


class SweepMonitoring:
    """Metrics, events and widgets of a sweep: mixed into a construct that has its state machine.

    `metric_…` and `widgets` create nothing; `on_…` creates the rule that it is asked for, `alarm_on_…` the alarm.
    """

    @property
    @abstractmethod
    def training(self) -> SpotTraining:
        """What each run trains."""

    @property
    @abstractmethod
    def objective(self) -> Objective:
        """What the best run has."""

    @property
    @abstractmethod
    def state_machine(self) -> sfn.StateMachine:
        """The state machine; an execution of it is a sweep."""

    def metric_sweeps_succeeded(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many sweeps succeeded, the sum, as Step Functions puts it; the children of its Maps do not count.

        See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
        """
        return self.state_machine.metric_succeeded(**changes)

    def metric_sweeps_failed(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many sweeps failed, the sum, as Step Functions puts it; those that were aborted do not count.

        See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
        """
        return self.state_machine.metric_failed(**changes)

    def metric_sweep_runs_succeeded(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs of sweeps that have their report succeeded, the sum.

        Raises:
            ValueError: The training puts no figures (`publish_metrics`).
        """
        return self._figure(figures.SWEEP_RUNS_SUCCEEDED, "Sum", changes)

    def metric_sweep_runs_failed(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs of sweeps that have their report failed, the sum.

        Raises:
            ValueError: The training puts no figures (`publish_metrics`).
        """
        return self._figure(figures.SWEEP_RUNS_FAILED, "Sum", changes)

    def metric_sweep_billable_time(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return what of the runs' time is billed, in seconds, the sum over the sweeps that have their report.

        Raises:
            ValueError: The training puts no figures (`publish_metrics`).
        """
        return self._figure(figures.SWEEP_BILLABLE_TIME, "Sum", changes)

    def metric_sweep_best_objective(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return the best objective that a sweep found, the least or the most over the sweeps, as the objective says.

        Raises:
            ValueError: The training puts no figures (`publish_metrics`).
        """
        statistic = "Maximum" if self.objective.type == "Maximize" else "Minimum"
        return self._figure(figures.SWEEP_BEST_OBJECTIVE, statistic, changes)

    def on_sweep_succeeded(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for sweeps that succeed; the event's `detail.output` is the sweep's report as JSON.

        Args:
            construct_id: The rule's id in the sweep.
            target: What the event goes to, such as `aws_events_targets.SfnStateMachine(…)`. Defaults to none until
                `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.
        """
        return self._sweep_rule(construct_id, "succeeded", "SUCCEEDED", target, rule_name)

    def on_sweep_failed(
        self, construct_id: str, *, target: events.IRuleTarget | None = None, rule_name: str | None = None
    ) -> events.Rule:
        """Create a rule for sweeps that fail; one that somebody aborts is not among them, nor is a run that fails.

        Args:
            construct_id: The rule's id in the sweep.
            target: What the event goes to. Defaults to none until `add_target` is called on the rule.
            rule_name: The rule's name. Defaults to one that CloudFormation makes.
        """
        return self._sweep_rule(construct_id, "failed", "FAILED", target, rule_name)

    def alarm_on_sweep_failed(
        self,
        construct_id: str,
        *,
        action: cloudwatch.IAlarmAction,
        period: Duration | None = None,
        alarm_name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that goes off when a sweep failed, one whose input was refused among them.

        A sweep that somebody aborted did not fail, nor did one whose failed runs are tolerated. For a message that
        names the sweep, use `on_sweep_failed`.

        Args:
            construct_id: The alarm's id in the sweep.
            action: What the alarm does, such as `aws_cloudwatch_actions.SnsAction(topic)`; more by `add_alarm_action`.
            period: How long a failure keeps the alarm up. Defaults to 5 minutes.
            alarm_name: The alarm's name. Defaults to one that CloudFormation makes.
        """
        return alarm_with_action(
            self._here,
            construct_id,
            self.metric_sweeps_failed(period=Duration.minutes(5) if period is None else period),
            threshold=1,
            description=f"A sweep of {self.training.base_job_name} failed",
            action=action,
            alarm_name=alarm_name,
        )

    def widgets(self, *, period: Duration | None = None) -> list[cloudwatch.IWidget]:
        """Return a row for a dashboard: a link to the sweeps, how they ended, their runs, and the best objective.

        `dashboard.add_widgets(*sweep.widgets())` puts it below what is there. Of a training that puts no figures
        (`publish_metrics`) it has the link and how sweeps ended.

        Args:
            period: The time that one point of a graph stands for. Defaults to one day.
        """
        every = Duration.days(1) if period is None else period
        ends = [
            self.metric_sweeps_succeeded(label="Succeeded", period=every),
            self.metric_sweeps_failed(label="Failed", period=every),
        ]
        link = state_machine_link(Stack.of(self._here), self.state_machine.state_machine_arn)
        row: list[cloudwatch.IWidget] = [
            cloudwatch.TextWidget(
                markdown=f"## {self._here.node.id} of {self.training.base_job_name}\n[Sweeps]({link})",
                width=_QUARTER,
                height=_HIGH,
            ),
            cloudwatch.SingleValueWidget(
                title="How sweeps ended", metrics=ends, set_period_to_time_range=True, width=_QUARTER, height=_HIGH
            ),
        ]
        if self.training.publish_metrics:
            runs = [
                self.metric_sweep_runs_succeeded(label="Succeeded", period=every),
                self.metric_sweep_runs_failed(label="Failed", period=every),
            ]
            best = self.metric_sweep_best_objective(label=self.objective.metric_name, period=every)
            row += [
                cloudwatch.GraphWidget(
                    title="Runs of sweeps",
                    left=runs,
                    left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
                    width=_QUARTER,
                    height=_HIGH,
                ),
                cloudwatch.GraphWidget(
                    title="Best objective",
                    left=[best],
                    left_y_axis=cloudwatch.YAxisProps(show_units=False),
                    width=_QUARTER,
                    height=_HIGH,
                ),
            ]
        return row

    @property
    def _here(self) -> Construct:
        return cast("Construct", self)

    def _figure(self, figure: figures.Figure, statistic: str, changes: MetricChanges) -> cloudwatch.Metric:
        name = self.training.base_job_name
        need_figures(name, publish_metrics=self.training.publish_metrics)
        dimensions = {figures.BY_DEPLOYMENT: name, figures.BY_SWEEP: self.state_machine.state_machine_name}
        return figure_metric(self._here, figure, dimensions, statistic, changes)

    def _sweep_rule(
        self,
        construct_id: str,
        happened: str,
        status: str,
        target: events.IRuleTarget | None,
        rule_name: str | None,
    ) -> events.Rule:
        pattern = run_pattern(self.state_machine.state_machine_arn, status)
        description = f"A sweep of {self.training.base_job_name} {happened}"
        return event_rule(self._here, construct_id, pattern, description, target, rule_name)
