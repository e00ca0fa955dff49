"""The state that puts a run's figures into CloudWatch.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow import names
from constructs_lib.workflow.expressions import expression
from constructs_lib.workflow.figures import NAMESPACE


def record(partition: str, then: str) -> dict[str, Any]:
    """Render the state that puts a run's figures; whether it can or not, the run goes on.

    Args:
        partition: The AWS partition of the service integration.
        then: The state that comes after it.
    """
    return {
        "Type": "Task",
        "Comment": "What the run took and saved; one that CloudWatch does not take is lost, and the run goes on",
        "Resource": f"arn:{partition}:states:::aws-sdk:cloudwatch:putMetricData",
        "Arguments": {
            "Namespace": NAMESPACE,
            "MetricData": expression(f"$figures(${names.SETTINGS}, ${names.RUN})"),
        },
        "Output": {},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": {}, "Next": then}],
        "Next": then,
    }
