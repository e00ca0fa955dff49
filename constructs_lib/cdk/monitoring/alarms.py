"""Alarms on a training: each is asked for by itself, and none is made without an action."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.cdk.monitoring.metrics import FigureMetrics, RunMetrics, need_deadline
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.tokens import is_token

_AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
_MORE_THAN = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD


class TrainingAlarms(FigureMetrics, RunMetrics):
    """The methods `alarm_on_…`: each creates one CloudWatch alarm that does what it is told to.

    An alarm looks at one period, again and again as time goes on, and is in alarm while that period has what it is for.
    A period in which no run ended is a good one.

    See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """

    def alarm_on_run_failed(
        self,
        construct_id: str,
        *,
        action: cloudwatch.IAlarmAction,
        period: Duration | None = None,
        alarm_name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that goes off when a run failed or timed out.

        A run that somebody aborted did not fail. For a message that names the run, use `notify`.

        Args:
            construct_id: The alarm's id in the training.
            action: What the alarm does, such as `aws_cloudwatch_actions.SnsAction(topic)`; more by `add_alarm_action`.
            period: How long a failure keeps the alarm up. Defaults to 5 minutes.
            alarm_name: The alarm's name. Defaults to one that CloudFormation makes.
        """
        period = _or_minutes(period, 5)
        ends = {
            "failed": self.metric_runs_failed(period=period),
            "timed_out": self.metric_runs_timed_out(period=period),
        }
        return self._alarm(
            construct_id,
            cloudwatch.MathExpression(
                expression="FILL(failed, 0) + FILL(timed_out, 0)",
                using_metrics=ends,
                label="Runs that failed or timed out",
                period=period,
            ),
            threshold=1,
            comparison=_AT_LEAST,
            description=f"A run of {self.base_job_name} failed or timed out",
            action=action,
            alarm_name=alarm_name,
        )

    def alarm_on_last_capacity(
        self,
        construct_id: str,
        *,
        action: cloudwatch.IAlarmAction,
        period: Duration | None = None,
        alarm_name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that goes off when a run ended on the last capacity of its plan, having left all others.

        It never does where the plan has one capacity only.

        Args:
            construct_id: The alarm's id in the training.
            action: What the alarm does.
            period: How long such a run keeps the alarm up. Defaults to 5 minutes.
            alarm_name: The alarm's name. Defaults to one that CloudFormation makes.

        Raises:
            ValueError: The runs put no figures (`publish_metrics`).
        """
        return self._alarm(
            construct_id,
            self.metric_runs_on_last_capacity(period=_or_minutes(period, 5)),
            threshold=1,
            comparison=_AT_LEAST,
            description=f"A run of {self.base_job_name} ended on the last capacity of its plan",
            action=action,
            alarm_name=alarm_name,
        )

    def alarm_on_interruptions(
        self,
        construct_id: str,
        *,
        threshold: int,
        action: cloudwatch.IAlarmAction,
        capacity: Capacity | None = None,
        period: Duration | None = None,
        alarm_name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that goes off when there were more interruptions than a number.

        They count when their run ends. For each as it happens, use `on_interruption`.

        Args:
            construct_id: The alarm's id in the training.
            threshold: How many interruptions are still well; at least 0.
            action: What the alarm does.
            capacity: The capacity to look at. Defaults to all of them together.
            period: The time in which the runs ended whose interruptions are summed. Defaults to one day.
            alarm_name: The alarm's name. Defaults to one that CloudFormation makes.

        Raises:
            ValueError: A threshold below 0; or the runs put no figures (`publish_metrics`).
        """
        refuse(kind_problems("threshold", int, threshold))
        if not is_token(threshold) and threshold < 0:
            raise ValueError(f"'threshold' must be at least 0, got {threshold}")
        return self._alarm(
            construct_id,
            self.metric_interruptions(capacity=capacity, period=_or_minutes(period, 24 * 60)),
            threshold=threshold,
            comparison=_MORE_THAN,
            description=f"Runs of {self.base_job_name} were interrupted more often than {threshold} times",
            action=action,
            alarm_name=alarm_name,
        )

    def alarm_on_long_run(
        self,
        construct_id: str,
        *,
        longer_than: Duration,
        action: cloudwatch.IAlarmAction,
        period: Duration | None = None,
        alarm_name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that goes off when a run took longer than expected, waiting for capacity included.

        Step Functions tells how long an execution took when it has ended, so the alarm speaks then, and not while the
        run still goes on; those are on the dashboard. `max_runtime` and `max_wait` are what ends a run.

        Args:
            construct_id: The alarm's id in the training.
            longer_than: How long a run may take.
            action: What the alarm does.
            period: How long such a run keeps the alarm up. Defaults to 5 minutes.
            alarm_name: The alarm's name. Defaults to one that CloudFormation makes.
        """
        return self._alarm(
            construct_id,
            self.metric_run_duration(statistic="Maximum", period=_or_minutes(period, 5)),
            threshold=longer_than.to_milliseconds(),
            comparison=_MORE_THAN,
            description=f"A run of {self.base_job_name} took longer than {longer_than.to_human_string()}",
            action=action,
            alarm_name=alarm_name,
        )

    def alarm_on_deadline_at_risk(
        self,
        construct_id: str,
        *,
        action: cloudwatch.IAlarmAction,
        period: Duration | None = None,
        alarm_name: str | None = None,
    ) -> cloudwatch.Alarm:
        """Create an alarm that goes off as soon as a run can no longer keep its deadline, while it still goes on.

        The run goes on, on-demand. For an event or a message that names the run, use `on_deadline_at_risk` or `notify`.

        Args:
            construct_id: The alarm's id in the training.
            action: What the alarm does.
            period: How long such a run keeps the alarm up. Defaults to 5 minutes.
            alarm_name: The alarm's name. Defaults to one that CloudFormation makes.

        Raises:
            ValueError: The training has no `deadline`, or its runs put no figures (`publish_metrics`).
        """
        need_deadline("alarm_on_deadline_at_risk", self.base_job_name, has_deadline=self.has_deadline)
        return self._alarm(
            construct_id,
            self.metric_deadlines_at_risk(period=_or_minutes(period, 5)),
            threshold=1,
            comparison=_AT_LEAST,
            description=f"A run of {self.base_job_name} can no longer keep its deadline",
            action=action,
            alarm_name=alarm_name,
        )

    def _alarm(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        comparison: cloudwatch.ComparisonOperator,
        description: str,
        action: cloudwatch.IAlarmAction,
        alarm_name: str | None,
    ) -> cloudwatch.Alarm:
        return alarm_with_action(
            cast("Construct", self),
            construct_id,
            metric,
            threshold=threshold,
            comparison=comparison,
            description=description,
            action=action,
            alarm_name=alarm_name,
        )


def alarm_with_action(
    scope: Construct,
    construct_id: str,
    metric: cloudwatch.IMetric,
    *,
    threshold: float,
    comparison: cloudwatch.ComparisonOperator = _AT_LEAST,
    description: str,
    action: cloudwatch.IAlarmAction,
    alarm_name: str | None,
) -> cloudwatch.Alarm:
    """Create an alarm on one period of a metric; a period without a value is a good one."""
    alarm = cloudwatch.Alarm(
        scope,
        construct_id,
        metric=metric,
        threshold=threshold,
        comparison_operator=comparison,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=description,
        alarm_name=alarm_name,
    )
    alarm.add_alarm_action(action)
    return alarm


def _or_minutes(period: Duration | None, minutes: int) -> Duration:
    return Duration.minutes(minutes) if period is None else period
