"""The widgets of one training on a dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.cdk.monitoring import log_queries as queries
from constructs_lib.cdk.monitoring.console_links import job_logs_link, jobs_link, state_machine_link
from constructs_lib.cdk.monitoring.training_monitoring import TrainingMonitoring
from constructs_lib.workflow import figures

_GREEN, _RED, _ORANGE, _GREY = "#2ca02c", "#d62728", "#ff7f0e", "#7f7f7f"
_BLUE, _LIGHT_BLUE = "#1f77b4", "#aec7e8"

_WIDTH = 24
"""Columns of a dashboard's grid."""

_HIGH, _MIDDLE, _LOW, _FLAT = 6, 5, 3, 2

_COUNT = cloudwatch.YAxisProps(min=0, show_units=False)
_PERCENT = cloudwatch.YAxisProps(min=0, max=100, show_units=False, label="%")
_HOURS = cloudwatch.YAxisProps(min=0, show_units=False, label="hours")


class TrainingWidgets:
    """Makes the widgets of one training, row by row."""

    def __init__(self, training: TrainingMonitoring, *, period: Duration) -> None:
        """Take the training.

        Args:
            training: The training.
            period: The time that one point of a graph stands for.
        """
        self._training = training
        self._name = training.base_job_name
        self._period = period
        self._stack = Stack.of(cast("Construct", training))

    def rows(self) -> list[list[cloudwatch.IWidget]]:
        """Return the widgets, a list for each row of the dashboard."""
        tables = [self._running_now(), self._failures()]
        if not self._training.publish_metrics:
            graphs = [self._runs(_WIDTH // 2), self._durations(_WIDTH // 2)]
            return [[self._heading()], [self._how_runs_ended(_WIDTH)], graphs, tables]
        return [
            [self._heading()],
            [self._how_runs_ended(_WIDTH // 2), self._what_runs_took(_WIDTH // 2)],
            [self._runs(_WIDTH // 3), self._savings(), self._durations(_WIDTH // 3)],
            [
                self._by_capacity("Training hours by capacity", figures.TRAINING_TIME, " / 3600", _HOURS),
                self._by_capacity("Interruptions by capacity", figures.INTERRUPTIONS, "", _COUNT),
                self._fallbacks(),
            ],
            tables,
        ]

    def _heading(self) -> cloudwatch.IWidget:
        links = {
            "Runs": state_machine_link(self._stack, self._training.state_machine.state_machine_arn),
            "Training jobs": jobs_link(self._stack),
            "Logs of the jobs": job_logs_link(self._stack, f"{self._name}-"),
        }
        text = " · ".join(f"[{name}]({link})" for name, link in links.items())
        return cloudwatch.TextWidget(
            markdown=f"## {self._name}\n{text}",
            width=_WIDTH,
            height=_FLAT,
            background=cloudwatch.TextWidgetBackground.TRANSPARENT,
        )

    def _ends(self) -> dict[str, cloudwatch.Metric]:
        of, period = self._training, self._period
        return {
            "succeeded": of.metric_runs_succeeded(label="Succeeded", color=_GREEN, period=period),
            "failed": of.metric_runs_failed(label="Failed", color=_RED, period=period),
            "timed_out": of.metric_runs_timed_out(label="Timed out", color=_ORANGE, period=period),
            "aborted": of.metric_runs_aborted(label="Aborted", color=_GREY, period=period),
        }

    def _how_runs_ended(self, width: int) -> cloudwatch.IWidget:
        return cloudwatch.SingleValueWidget(
            title="How runs ended",
            metrics=list(self._ends().values()),
            width=width,
            height=_LOW,
            set_period_to_time_range=True,
        )

    def _what_runs_took(self, width: int) -> cloudwatch.IWidget:
        return cloudwatch.SingleValueWidget(
            title="What they took",
            metrics=[
                self._saved(),
                self._hours("trained", "Training hours"),
                self._hours("billed", "Billable hours"),
                self._training.metric_interruptions(label="Interruptions", period=self._period),
            ],
            width=width,
            height=_LOW,
            set_period_to_time_range=True,
        )

    def _runs(self, width: int) -> cloudwatch.IWidget:
        return self._graph("Runs", self._filled(self._ends()), _COUNT, width=width, stacked=True)

    def _savings(self) -> cloudwatch.IWidget:
        return cloudwatch.GraphWidget(
            title="Training time, and what of it is billed",
            left=[
                self._hours("trained", "Training hours", _LIGHT_BLUE),
                self._hours("billed", "Billable hours", _BLUE),
            ],
            left_y_axis=_HOURS,
            right=[self._saved(_GREEN)],
            right_y_axis=_PERCENT,
            width=_WIDTH // 3,
            height=_HIGH,
        )

    def _durations(self, width: int) -> cloudwatch.IWidget:
        # Step Functions counts in milliseconds
        metrics = [
            cloudwatch.MathExpression(
                expression=f"{name} / 3600000",
                using_metrics={
                    name: self._training.metric_run_duration(statistic=statistic, period=self._period),
                },
                label=label,
                color=color,
                period=self._period,
            )
            for name, statistic, label, color in (
                ("mean", "Average", "Average", _BLUE),
                ("longest", "Maximum", "Longest", _ORANGE),
            )
        ]
        return self._graph("How long runs took, with waiting", metrics, _HOURS, width=width)

    def _fallbacks(self) -> cloudwatch.IWidget:
        of, period = self._training, self._period
        metrics = {
            "left": of.metric_fallbacks(label="Capacities left behind", color=_ORANGE, period=period),
            "last": of.metric_runs_on_last_capacity(label="Runs on the last capacity", color=_RED, period=period),
        }
        return self._graph("Fallbacks", self._filled(metrics), _COUNT)

    def _by_capacity(
        self, title: str, figure: figures.Figure, scaled: str, axis: cloudwatch.YAxisProps
    ) -> cloudwatch.IWidget:
        # which capacities there are is up to the runs, so the metrics are searched for and not named
        schema = f"{figures.NAMESPACE},{figures.BY_DEPLOYMENT},{figures.BY_CAPACITY}"
        wanted = f'{{{schema}}} MetricName="{figure.name}" {figures.BY_DEPLOYMENT}="{self._name}"'
        search = cloudwatch.SearchExpression(
            expression=f"FILL(SEARCH('{wanted}', 'Sum', {self._period.to_seconds():.0f}), 0){scaled}",
            label="${PROP('Dim." + figures.BY_CAPACITY + "')}",
            period=self._period,
            search_region=self._stack.region,
        )
        return self._graph(title, [search], axis, stacked=True)

    def _running_now(self) -> cloudwatch.IWidget:
        return self._table("Running now", queries.RUNNING_NOW, _WIDTH // 3)

    def _failures(self) -> cloudwatch.IWidget:
        return self._table("Runs that did not succeed", queries.FAILED_RUNS, _WIDTH - _WIDTH // 3)

    def _table(self, title: str, query: tuple[str, ...], width: int) -> cloudwatch.IWidget:
        return cloudwatch.LogQueryWidget(
            title=title,
            log_group_names=[self._training.log_group.log_group_name],
            query_lines=list(query),
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            region=self._stack.region,
            width=width,
            height=_MIDDLE,
        )

    def _graph(
        self,
        title: str,
        metrics: Sequence[cloudwatch.IMetric],
        axis: cloudwatch.YAxisProps,
        *,
        width: int = _WIDTH // 3,
        stacked: bool = False,
    ) -> cloudwatch.IWidget:
        return cloudwatch.GraphWidget(
            title=title, left=metrics, left_y_axis=axis, width=width, height=_HIGH, stacked=stacked
        )

    def _filled(self, metrics: dict[str, cloudwatch.Metric]) -> list[cloudwatch.IMetric]:
        """Show a time in which no run ended as zero, and not as a line from the run before to the run after."""
        return [
            cloudwatch.MathExpression(
                expression=f"FILL({name}, 0)",
                using_metrics={name: metric},
                label=metric.label,
                color=metric.color,
                period=self._period,
            )
            for name, metric in metrics.items()
        ]

    def _hours(self, name: str, label: str, color: str | None = None) -> cloudwatch.MathExpression:
        return cloudwatch.MathExpression(
            expression=f"FILL({name}, 0) / 3600",
            using_metrics={name: self._times()[name]},
            label=label,
            color=color,
            period=self._period,
        )

    def _saved(self, color: str | None = None) -> cloudwatch.MathExpression:
        # of all the time together, so that a long run weighs more than a short one
        return cloudwatch.MathExpression(
            expression="100 * (1 - billed / trained)",
            using_metrics=self._times(),
            label="Savings %",
            color=color,
            period=self._period,
        )

    def _times(self) -> dict[str, cloudwatch.IMetric]:
        return {
            "trained": self._training.metric_training_time(period=self._period),
            "billed": self._training.metric_billable_time(period=self._period),
        }
