"""Which events a rule on a training is for, as plain documents.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from __future__ import annotations

from typing import Any

from constructs_lib.workflow.deadline.at_risk import DETAIL_TYPE, SOURCE


def run_pattern(state_machine_arn: str, *statuses: str) -> dict[str, Any]:
    """Render the pattern of executions of one state machine that came to one of these statuses.

    https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html

    Args:
        state_machine_arn: The state machine; may be a token.
        statuses: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
    """
    return {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": [state_machine_arn], "status": list(statuses)},
    }


def interruption_pattern(base_job_name: str) -> dict[str, Any]:
    """Render the pattern of training jobs of a deployment whose spot instance SageMaker took away.

    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html

    Args:
        base_job_name: The first part of every job's name.
    """
    return {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Training Job State Change"],
        "detail": {"TrainingJobName": [{"prefix": f"{base_job_name}-"}], "SecondaryStatus": ["Interrupted"]},
    }


def deadline_pattern(base_job_name: str) -> dict[str, Any]:
    """Render the pattern of what runs of a deployment put themselves when they can no longer keep their deadline.

    Args:
        base_job_name: The first part of every job's name.
    """
    return {"source": [SOURCE], "detail-type": [DETAIL_TYPE], "detail": {"BaseJobName": [base_job_name]}}
