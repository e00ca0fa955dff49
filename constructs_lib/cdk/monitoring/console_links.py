"""Links into the AWS console, for messages and dashboards that a person reads."""

from __future__ import annotations

from aws_cdk import Stack

_HOSTS = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}
"""The console of the partitions that have one of their own, by what their Regions begin with."""

_JOB_LOGS = "/aws/sagemaker/TrainingJobs"


def execution_link(stack: Stack, execution_arn: str) -> str:
    """Return the page of one execution.

    Args:
        stack: Says the Region; where it is not known at synth, the partition is taken to be `aws`.
        execution_arn: The execution's ARN; may be a token.
    """
    return f"{_home(stack, 'states')}#/v2/executions/details/{execution_arn}"


def state_machine_link(stack: Stack, state_machine_arn: str) -> str:
    """Return the page of a state machine, with its executions."""
    return f"{_home(stack, 'states')}#/statemachines/view/{state_machine_arn}"


def jobs_link(stack: Stack) -> str:
    """Return the page that lists the training jobs."""
    return f"{_home(stack, 'sagemaker')}#/jobs"


def job_link(stack: Stack, job_name: str) -> str:
    """Return the page of one training job."""
    return f"{jobs_link(stack)}/{job_name}"


def job_logs_link(stack: Stack, job_name_prefix: str) -> str:
    """Return the page with the log streams of all jobs whose name begins like this."""
    # the console's own encoding: percent signs as $25, a second time within the page's address
    group = _JOB_LOGS.replace("/", "$252F")
    return f"{_home(stack, 'cloudwatch')}#logsV2:log-groups/log-group/{group}$3FlogStreamNameFilter$3D{job_name_prefix}"


def _home(stack: Stack, service: str) -> str:
    region = stack.region
    host = next((name for start, name in _HOSTS.items() if region.startswith(start)), "console.aws.amazon.com")
    return f"https://{region}.{host}/{service}/home?region={region}"
