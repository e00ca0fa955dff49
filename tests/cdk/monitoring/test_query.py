"""The saved query for the failures of the last week."""

from __future__ import annotations

from aws_cdk.assertions import Template

from tests.cdk.monitoring.monitored import Monitored
from tests.support.templates import stack


def test_it_asks_the_machines_log_for_one_week_of_failures() -> None:
    scope = stack()
    training = Monitored(scope, "Training")
    training.failures_query("Failures")
    (query,) = Template.from_stack(scope).find_resources("AWS::Logs::QueryDefinition").values()
    assert query["Properties"]["Name"] == "SpotTraining/churn/failures of the last week"
    assert query["Properties"]["LogGroupNames"] == [scope.resolve(training.log_group.log_group_name)]
    assert query["Properties"]["QueryString"].splitlines() == [
        "fields @timestamp, type, details.name as state, details.error as error, details.cause as cause",
        "| parse execution_arn /:execution:[^:]+:(?<run>.+)$/",
        "| filter type in ['FailStateEntered', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']",
        "| filter toMillis(@timestamp) >= now() * 1000 - 604800000",
        "| sort @timestamp desc",
        "| limit 200",
        "| display @timestamp, run, type, state, error, cause",
    ]


def test_its_name_may_be_given() -> None:
    scope = stack()
    Monitored(scope, "Training").failures_query("Failures", name="ours/failures")
    Template.from_stack(scope).has_resource_properties("AWS::Logs::QueryDefinition", {"Name": "ours/failures"})
