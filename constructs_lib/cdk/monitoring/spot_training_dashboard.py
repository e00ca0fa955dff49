"""SpotTrainingDashboard: how one or many trainings fare, on one page of CloudWatch."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.cdk.monitoring.dashboard_widgets import TrainingWidgets
from constructs_lib.cdk.monitoring.training_monitoring import TrainingMonitoring
from constructs_lib.training_job.kinds import checked
from constructs_lib.training_job.refusal import refuse

_DEFAULT_DAYS = 14


class SpotTrainingDashboard(cloudwatch.Dashboard):
    """A CloudWatch dashboard over one or many trainings: is all well, what does it cost, what runs now.

    For each training it shows links to its runs, its jobs and their logs; how many runs ended how; what they saved; how
    long they took; where they trained and how often they were interrupted, by capacity; what runs now and what failed.
    It is a `cloudwatch.Dashboard`: `add_widgets` adds more below.

    Creates one dashboard. The two tables ask CloudWatch Logs Insights when somebody looks, which is billed by the size
    of the state machine's log; the widgets of a training that puts no figures (`publish_metrics`) are left out.

    See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trainings: Sequence[TrainingMonitoring],
        dashboard_name: str | None = None,
        default_interval: Duration | None = None,
        period: Duration | None = None,
    ) -> None:
        """Create the dashboard.

        Args:
            scope: The construct that the dashboard belongs to.
            construct_id: The dashboard's id in its scope.
            trainings: The trainings, such as `SpotTraining`s, in the order in which they are shown; also of other
                stacks, and of other Regions where the metrics of the account are.
            dashboard_name: The dashboard's name. Defaults to one that CloudFormation makes.
            default_interval: The time that is shown until the reader picks another. Defaults to 14 days.
            period: The time that one point or bar of a graph stands for. Defaults to one day.

        Raises:
            ValueError: No training, or the same one twice.
        """
        refuse(_training_problems(trainings))
        super().__init__(
            scope,
            construct_id,
            dashboard_name=dashboard_name,
            default_interval=Duration.days(_DEFAULT_DAYS) if default_interval is None else default_interval,
            # the periods of the graphs hold for whatever time the reader picks
            period_override=cloudwatch.PeriodOverride.INHERIT,
        )
        for training in trainings:
            widgets = TrainingWidgets(training, period=Duration.days(1) if period is None else period)
            for row in widgets.rows():
                self.add_widgets(*row)


def _training_problems(trainings: Sequence[TrainingMonitoring]) -> list[str]:
    if not trainings:
        return ["'trainings' must have at least one training, got none"]
    names = [training.base_job_name for training in trainings]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [
        f"'trainings' must each have a base job name of their own, by which their figures go, got {name!r} twice"
        for name in twice
    ]
