"""What SageMaker does in the name of a job's role and is not emulated: images, logs, metrics, volumes, networks.

AWS documents it; each call carries its page. What a job does with S3 is emulated, and recorded where it happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.recorded import Call

ROLES_PAGE = (
    "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms"
)
LOGS_PAGE = "https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html"
REGISTRY_PAGE = (
    "https://docs.aws.amazon.com/sagemaker/latest/dg/"
    "docker-containers-adapt-your-own-private-registry-authentication.html"
)
OUTPUT_PAGE = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html"
DEBUG_PAGE = "https://docs.aws.amazon.com/sagemaker/latest/dg/train-remote-debugging.html"
METRICS_PAGE = "https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html"

_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_METRIC_NAMESPACE = "/aws/sagemaker/TrainingJobs"

_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<repository>[^:@]+)"
)

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
_DESCRIBE_NETWORK = (
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)


@dataclass(frozen=True, kw_only=True)
class _Job(Caller):
    """A job, as far as its calls depend on it."""

    name: str


def documented_calls(request: Mapping[str, Any], *, job_arn: str) -> list[Call]:
    """Return the calls that a job needs beyond S3, as AWS documents them.

    Args:
        request: The CreateTrainingJob request.
        job_arn: The job's ARN, which says partition, Region and account.
    """
    _, partition, _, region, account, resource = job_arn.split(":", 5)
    job = _Job(
        role_arn=str(request["RoleArn"]),
        partition=partition,
        region=region,
        account=account,
        page=ROLES_PAGE,
        name=resource.partition("/")[2],
    )
    return [
        *_image(job, request["AlgorithmSpecification"]),
        *_logs(job),
        job.call("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": _METRIC_NAMESPACE}, METRICS_PAGE),
        *_models(job, request.get("OutputDataConfig", {}).get("KmsKeyId")),
        *_volume(job, request.get("ResourceConfig", {}).get("VolumeKmsKeyId")),
        *_network(job, request.get("VpcConfig", {})),
        *_shells(job, request.get("RemoteDebugConfig", {})),
    ]


def key_arn(key: str, *, partition: str, region: str, account: str) -> str:
    """Return the ARN of a key that a request names by its ARN or its id, or of its alias."""
    if key.startswith("arn:"):
        return key
    return f"arn:{partition}:kms:{region}:{account}:{key if key.startswith('alias/') else f'key/{key}'}"


def _image(job: _Job, algorithm: Mapping[str, Any]) -> Iterator[Call]:
    credentials = algorithm.get("TrainingImageConfig", {}).get("TrainingRepositoryAuthConfig")
    if credentials is not None:
        provider = str(credentials["TrainingRepositoryCredentialsProviderArn"])
        yield job.call("lambda:InvokeFunction", provider, page=REGISTRY_PAGE)
    found = _ECR_IMAGE.match(str(algorithm.get("TrainingImage", "")))
    if found is None:  # an algorithm's name, or a registry that asks for no permission of AWS
        return
    yield job.call("ecr:GetAuthorizationToken", "*")
    repository = f"arn:{job.partition}:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
    for action in _PULL:
        yield job.call(action, repository)


def _logs(job: _Job) -> Iterator[Call]:
    """Yield a group for all jobs, a stream for each host of a job.

    The service authorization reference has the group itself as the resource of the two actions on groups, while the
    guide of CloudWatch Logs has the group and `:*` in policies, and its error messages name the group and
    `:log-stream:`. A policy has to allow both until AWS says which.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    """
    group = job.arn("logs", f"log-group:{_LOG_GROUP}")
    for resource in (group, f"{group}:log-stream:"):
        yield job.call("logs:CreateLogGroup", resource, page=LOGS_PAGE)
        yield job.call("logs:DescribeLogStreams", resource, page=LOGS_PAGE)
    stream = f"{group}:log-stream:{job.name}/algo-1-1700000000"
    yield job.call("logs:CreateLogStream", stream, page=LOGS_PAGE)
    yield job.call("logs:PutLogEvents", stream, page=LOGS_PAGE)


def _models(job: _Job, key: str | None) -> Iterator[Call]:
    """Yield what the key of a request takes beside what S3 asks for, which is recorded where it happens."""
    if key:
        arn = key_arn(key, partition=job.partition, region=job.region, account=job.account)
        yield job.call("kms:Encrypt", arn, page=OUTPUT_PAGE)


def _volume(job: _Job, key: str | None) -> Iterator[Call]:
    if key is None:
        return
    yield job.call(
        "kms:CreateGrant",
        key_arn(key, partition=job.partition, region=job.region, account=job.account),
        {"kms:ViaService": f"sagemaker.{job.region}.amazonaws.com", "kms:GrantIsForAWSResource": "true"},
    )


def _network(job: _Job, vpc: Mapping[str, Any]) -> Iterator[Call]:
    """Yield network interfaces in each subnet, made for SageMaker and removed."""
    if not vpc:
        return
    for action in _DESCRIBE_NETWORK:
        yield job.call(action, "*")
    interface = job.arn("ec2", "network-interface/eni-0123456789abcdef0")
    for group in vpc["SecurityGroupIds"]:
        yield job.call("ec2:CreateNetworkInterface", job.arn("ec2", f"security-group/{group}"))
    yield job.call("ec2:CreateNetworkInterface", interface)
    for subnet in vpc["Subnets"]:
        arn = job.arn("ec2", f"subnet/{subnet}")
        yield job.call("ec2:CreateNetworkInterface", arn)
        within = {"ec2:Subnet": arn}
        yield job.call("ec2:CreateNetworkInterfacePermission", interface, {**within, "ec2:AuthorizedService": _SERVICE})
        yield job.call("ec2:DeleteNetworkInterface", interface, within)
        yield job.call("ec2:DeleteNetworkInterfacePermission", interface, within)


def _shells(job: _Job, debug: Mapping[str, Any]) -> Iterator[Call]:
    """Yield what the agent of Systems Manager asks for, so that somebody may open a shell in the container."""
    if debug.get("EnableRemoteDebug"):
        for action in _AGENT:
            yield job.call(action, "*", page=DEBUG_PAGE)


_AGENT = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)

_SERVICE = "sagemaker.amazonaws.com"
