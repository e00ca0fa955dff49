"""The IAM statements of a run, as dicts: what the state machine's role may do, one statement a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Statement = dict[str, Any]

_EVENTS_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"


def jobs_arn(*, partition: str, region: str, account: str, base_job_name: str) -> str:
    """Render the ARN pattern of every job that a run may start."""
    return f"arn:{partition}:sagemaker:{region}:{account}:training-job/{base_job_name}-*"


def executions_arn(*, partition: str, region: str, account: str) -> str:
    """Render the ARN pattern of every execution that may hold a claim."""
    return f"arn:{partition}:states:{region}:{account}:execution:*"


def run_statements(
    *,
    partition: str,
    region: str,
    account: str,
    base_job_name: str,
    role_arn: str,
    instance_types: list[str],
    claims_arn: str,
    claims_key_arn: str | None = None,
    metrics_namespace: str | None = None,
    longest_runtime_seconds: int | None = None,
    subnet_ids: Sequence[str] = (),
    security_group_ids: Sequence[str] = (),
    volume_key_arn: str | None = None,
    volume_key_always: bool = True,
    output_key_arn: str | None = None,
    network_isolation: bool = False,
    inter_container_encryption: bool = False,
) -> list[Statement]:
    """Render the statements that the states of a run need, and nothing more.

    https://docs.aws.amazon.com/step-functions/latest/dg/sagemaker-iam.html

    They carry no Sid: two tasks in one machine put their statements into one policy, where a Sid may stand only once.

    Args:
        partition: The AWS partition; may be a CDK token, as may the other texts.
        region: The Region.
        account: The account.
        base_job_name: The first part of every job's name; every action is held to it.
        role_arn: The role the jobs run as.
        instance_types: The instance types of the capacity plan; jobs on others are denied, whatever the definition is.
        claims_arn: The ARN pattern of the claim objects, `<bucket ARN>/<base job name>.runs/*`.
        claims_key_arn: The key that the checkpoint bucket encrypts with. Defaults to S3's own.
        metrics_namespace: The CloudWatch namespace of the run's figures. Defaults to none that are put.
        longest_runtime_seconds: The longest runtime of a job. Defaults to SageMaker's own limit.
        subnet_ids: The subnets that jobs must be attached to. Defaults to no VPC.
        security_group_ids: The security groups that they must have. Defaults to none.
        volume_key_arn: The key that volumes must be encrypted with. Defaults to any.
        volume_key_always: Whether every job has volumes to encrypt; instance types with local storage have none.
            Defaults to yes.
        output_key_arn: The key that models must be encrypted with. Defaults to any.
        network_isolation: Whether containers must be isolated. Defaults to not.
        inter_container_encryption: Whether their traffic must be encrypted. Defaults to not.
    """
    jobs = jobs_arn(partition=partition, region=region, account=account, base_job_name=base_job_name)
    conditions = _create_conditions(
        instance_types=instance_types,
        longest_runtime_seconds=longest_runtime_seconds,
        subnet_ids=subnet_ids,
        security_group_ids=security_group_ids,
        volume_key_arn=volume_key_arn,
        volume_key_always=volume_key_always,
        output_key_arn=output_key_arn,
        network_isolation=network_isolation,
        inter_container_encryption=inter_container_encryption,
    )
    keys: list[Statement] = []
    if claims_key_arn is not None:
        # the claim objects are encrypted like all others of their bucket
        keys = [{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": [claims_key_arn]}]
    metrics: list[Statement] = []
    if metrics_namespace is not None:
        metrics = [
            {
                # the run's figures; metrics have no ARN, so AWS takes PutMetricData on * only, held to one namespace
                # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
                "Effect": "Allow",
                "Action": ["cloudwatch:PutMetricData"],
                "Resource": ["*"],
                "Condition": {"StringEquals": {"cloudwatch:namespace": metrics_namespace}},
            }
        ]
    return [
        {
            # the attempts; what the deployment promised of them holds whatever the definition says
            "Effect": "Allow",
            "Action": ["sagemaker:CreateTrainingJob"],
            "Resource": [jobs],
            "Condition": conditions,
        },
        {
            # Inspect describes a job; an aborted execution stops it
            "Effect": "Allow",
            "Action": ["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
            "Resource": [jobs],
        },
        {
            # Step Functions tags the jobs that it starts
            "Effect": "Allow",
            "Action": ["sagemaker:AddTags"],
            "Resource": [jobs],
        },
        {
            # the jobs run as this role, and nothing else may get it
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": [role_arn],
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
        {
            # the managed rule by which .sync learns of a job's end; without it the machine cannot be created
            "Effect": "Allow",
            "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            "Resource": [f"arn:{partition}:events:{region}:{account}:rule/{_EVENTS_RULE}"],
        },
        {
            # the claim on a checkpoint prefix, one object a run
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [claims_arn],
        },
        {
            # whether the run that holds a claim lives; it may be one of another machine with the same base job name
            "Effect": "Allow",
            "Action": ["states:DescribeExecution"],
            "Resource": [executions_arn(partition=partition, region=region, account=account)],
        },
        {
            # whether the job of a dead holder has ended; a list has no resource type, so AWS takes it on * only
            # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
            "Effect": "Allow",
            "Action": ["sagemaker:ListTrainingJobs"],
            "Resource": ["*"],
        },
        *keys,
        *metrics,
    ]


def _create_conditions(
    *,
    instance_types: Sequence[str],
    longest_runtime_seconds: int | None,
    subnet_ids: Sequence[str],
    security_group_ids: Sequence[str],
    volume_key_arn: str | None,
    volume_key_always: bool,
    output_key_arn: str | None,
    network_isolation: bool,
    inter_container_encryption: bool,
) -> dict[str, dict[str, Any]]:
    """Render what a CreateTrainingJob request must be like.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    lists = {
        "sagemaker:InstanceTypes": sorted(set(instance_types)),
        "sagemaker:VpcSubnets": list(subnet_ids),
        "sagemaker:VpcSecurityGroupIds": list(security_group_ids),
    }
    given = {key: values for key, values in lists.items() if values}
    conditions: dict[str, dict[str, Any]] = {
        "ForAllValues:StringEquals": dict(given),
        # ForAllValues alone is true of a request that names none at all
        "Null": dict.fromkeys(given, "false"),
    }
    booleans = {
        "sagemaker:NetworkIsolation": network_isolation,
        "sagemaker:InterContainerTrafficEncryption": inter_container_encryption,
    }
    if required := {key: "true" for key, value in booleans.items() if value}:
        conditions["Bool"] = required
    keys = {}
    if volume_key_arn is not None and volume_key_always:
        keys["sagemaker:VolumeKmsKeyArn"] = volume_key_arn
    elif volume_key_arn is not None:
        conditions["ArnEqualsIfExists"] = {"sagemaker:VolumeKmsKeyArn": volume_key_arn}
    if output_key_arn is not None:
        keys["sagemaker:OutputKmsKeyArn"] = output_key_arn
    if keys:
        conditions["ArnEquals"] = keys
    if longest_runtime_seconds is not None:
        conditions["NumericLessThanEquals"] = {"sagemaker:MaxRuntimeInSeconds": str(longest_runtime_seconds)}
    return conditions
