"""TrainingMonitoring: what an operator gets from a training, in one mixin."""

from __future__ import annotations

from abc import abstractmethod
from typing import cast

from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.cdk.monitoring import log_queries as queries
from constructs_lib.cdk.monitoring.alarms import TrainingAlarms
from constructs_lib.cdk.monitoring.events import TrainingEvents


class TrainingMonitoring(TrainingAlarms, TrainingEvents):
    """Metrics, alarms, events and a saved query: mixed into a construct that has a state machine and its log.

    `metric_…` creates nothing; `alarm_on_…`, `on_…`, `notify` and `failures_query` create what they are asked for, and
    nothing is created that was not asked for.
    """

    @property
    @abstractmethod
    def log_group(self) -> logs.ILogGroup:
        """Where Step Functions logs the executions."""

    def failures_query(self, construct_id: str, *, name: str | None = None) -> logs.QueryDefinition:
        """Save a query for the failures of the last week, where CloudWatch Logs Insights lists saved queries.

        It shows, newest first, the state each failed run ended in, its error and its cause, and runs that were aborted
        or timed out. The query itself looks back one week; give the console a time range of at least that.

        Args:
            construct_id: The query's id in the training.
            name: What it is called in the console; a slash makes a folder. Defaults to
                `SpotTraining/<base job name>/failures of the last week`.
        """
        return logs.QueryDefinition(
            cast("Construct", self),
            construct_id,
            query_definition_name=(
                f"SpotTraining/{self.base_job_name}/failures of the last week" if name is None else name
            ),
            query_string=logs.QueryString(
                fields=list(queries.FAILURE_FIELDS),
                parse_statements=[queries.RUN_NAME],
                filter_statements=[queries.FAILURES, queries.OF_LAST_WEEK],
                sort=queries.NEWEST_FIRST,
                limit=200,
                display=queries.FAILURE_COLUMNS,
            ),
            log_groups=[self.log_group],
        )
