"""The metrics of what a run took and saved, as the state machine itself puts them into CloudWatch."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypedDict, Unpack, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow import figures


class MetricChanges(TypedDict, total=False):
    """What may be said of any metric here, as of any metric of CDK's.

    Attributes:
        statistic: How the runs of one period become one value, such as `Sum`, `Average`, `Maximum` or `p90`.
            Defaults to what each method says.
        period: The length of a period. Defaults to 5 minutes.
        label: What a graph calls the metric. Defaults to its name.
        color: A graph's colour, such as `#1f77b4`. Defaults to one that CloudWatch picks.
        unit: The unit to look for. Defaults to any.
        account: The account of the metric. Defaults to the construct's.
        region: The Region of the metric. Defaults to the construct's.
    """

    statistic: str
    period: Duration
    label: str
    color: str
    unit: cloudwatch.Unit
    account: str
    region: str


def figure_metric(
    scope: Construct, figure: figures.Figure, dimensions: dict[str, str], statistic: str, changes: MetricChanges
) -> cloudwatch.Metric:
    """Return the metric of a figure.

    Args:
        scope: What it is the figure of: CDK takes its account and Region, so that dashboards elsewhere find the metric.
        figure: The figure.
        dimensions: The values of its dimensions.
        statistic: How the values of one period become one.
        changes: What of it is said otherwise.
    """
    metric = cloudwatch.Metric(
        namespace=figures.NAMESPACE, metric_name=figure.name, dimensions_map=dimensions, statistic=statistic
    ).attach_to(scope)
    return metric.with_(**changes) if changes else metric


def need_deadline(method: str, base_job_name: str, *, has_deadline: bool) -> None:
    """Refuse what tells of deadlines for a training that has none.

    Args:
        method: What was asked for.
        base_job_name: Whose deadline it would be of.
        has_deadline: Whether its runs have one.

    Raises:
        ValueError: They have none.
    """
    if not has_deadline:
        raise ValueError(f"'{method}' is for a training with 'deadline', and '{base_job_name}' has none")


def need_figures(base_job_name: str, *, publish_metrics: bool) -> None:
    """Refuse to look for figures that are not put.

    Args:
        base_job_name: The training's base job name.
        publish_metrics: Whether its runs, and the sweeps over them, put figures.

    Raises:
        ValueError: They do not.
    """
    if not publish_metrics:
        raise ValueError(
            f"'publish_metrics' must be on for the figures of '{base_job_name}', got False; neither its runs nor its "
            "sweeps put any into CloudWatch"
        )


class FigureMetrics:
    """The methods `metric_…` for a run's own figures: mixed into what trains.

    None of them creates anything. Every run adds one value to each metric when it ends, whether it succeeded or failed;
    a run that was aborted, timed out or was refused before any job existed adds none.
    """

    @property
    @abstractmethod
    def base_job_name(self) -> str:
        """The first part of every job's name, and the dimension `BaseJobName` of every figure."""

    @property
    @abstractmethod
    def publish_metrics(self) -> bool:
        """Whether the runs put their figures into CloudWatch."""

    @property
    def has_deadline(self) -> bool:
        """Whether the runs have a deadline."""
        return False

    def metric_savings(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return what runs saved: (1 - billable time / training time) * 100, in percent, the average over the runs.

        A run that has not trained does not count. For savings weighed by length, divide `metric_billable_time` by
        `metric_training_time`, as the dashboard does.
        """
        return self._figure(figures.SAVINGS, "Average", None, changes)

    def metric_training_time(
        self, *, capacity: Capacity | None = None, **changes: Unpack[MetricChanges]
    ) -> cloudwatch.Metric:
        """Return how long jobs trained, in seconds, the sum over the runs; of all capacities unless one is given."""
        return self._figure(figures.TRAINING_TIME, "Sum", capacity, changes)

    def metric_billable_time(
        self, *, capacity: Capacity | None = None, **changes: Unpack[MetricChanges]
    ) -> cloudwatch.Metric:
        """Return how much of it is billed, in seconds, the sum over the runs; of all capacities unless one is given."""
        return self._figure(figures.BILLABLE_TIME, "Sum", capacity, changes)

    def metric_interruptions(
        self, *, capacity: Capacity | None = None, **changes: Unpack[MetricChanges]
    ) -> cloudwatch.Metric:
        """Return how often SageMaker took an instance away, the sum over the runs; of all capacities or a given one."""
        return self._figure(figures.INTERRUPTIONS, "Sum", capacity, changes)

    def metric_attempts(
        self, *, capacity: Capacity | None = None, **changes: Unpack[MetricChanges]
    ) -> cloudwatch.Metric:
        """Return how many attempts runs made, the sum over the runs; on all capacities unless one is given."""
        return self._figure(figures.ATTEMPTS, "Sum", capacity, changes)

    def metric_fallbacks(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many capacities of the plan runs left behind, the sum over the runs."""
        return self._figure(figures.FALLBACKS, "Sum", None, changes)

    def metric_runs_on_last_capacity(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return how many runs ended on the last capacity of a plan that has more than one."""
        return self._figure(figures.ON_LAST_CAPACITY, "Sum", None, changes)

    def metric_deadline_slack(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return the time from a run's end to its deadline, in seconds, the least over the runs; below 0 one was late.

        Runs of a training without a `deadline` have none.
        """
        return self._figure(figures.DEADLINE_SLACK, "Minimum", None, changes)

    def metric_deadlines_at_risk(self, **changes: Unpack[MetricChanges]) -> cloudwatch.Metric:
        """Return whether a run could no longer keep its deadline, 1 or 0, the most over the runs.

        A run tells it as soon as its watch sees it, and again when it ends.
        """
        return self._figure(figures.DEADLINES_AT_RISK, "Maximum", None, changes)

    def _figure(
        self, figure: figures.Figure, statistic: str, capacity: Capacity | None, changes: MetricChanges
    ) -> cloudwatch.Metric:
        need_figures(self.base_job_name, publish_metrics=self.publish_metrics)
        dimensions = {figures.BY_DEPLOYMENT: self.base_job_name}
        if capacity is not None:
            dimensions[figures.BY_CAPACITY] = figures.capacity_name(capacity)
        return figure_metric(cast("Construct", self), figure, dimensions, statistic, changes)


class RunMetrics:
    """The methods `metric_run…` for executions of the state machine: mixed into what has one.

    None of them creates anything. Step Functions puts these metrics whether or not the runs put figures of their own.

    See https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    """

    @property
    @abstractmethod
    def state_machine(self) -> sfn.StateMachine:
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
