"""Where the AWS console shows a run."""

from __future__ import annotations

from urllib.parse import quote

DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""The console's address in each partition; https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html"""


def execution_url(execution_arn: str) -> str:
    """Return the address of the page of a run."""
    page = quote(execution_arn, safe=":")
    return f"{_home(execution_arn, 'states')}#/v2/executions/details/{page}"


def job_url(execution_arn: str, job_name: str) -> str:
    """Return the address of the page of a training job of a run."""
    return f"{_home(execution_arn, 'sagemaker')}#/jobs/{quote(job_name, safe='')}"


def _home(arn: str, service: str) -> str:
    _, partition, _, region = arn.split(":")[:4]
    # the sovereign partitions have addresses of their own, which are asked for at AWS's page on them
    domain = DOMAINS.get(partition, DOMAINS["aws"])
    return f"https://{region}.{domain}/{service}/home?region={region}"
