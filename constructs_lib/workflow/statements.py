"""The IAM statements of a run, as dicts: what the state machine's role may do, one statement a reason."""

from __future__ import annotations

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
    """
    jobs = jobs_arn(partition=partition, region=region, account=account, base_job_name=base_job_name)
    keys: list[Statement] = []
    if claims_key_arn is not None:
        # the claim objects are encrypted like all others of their bucket
        keys = [{"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": [claims_key_arn]}]
    return [
        {
            # the attempts; jobs on other instance types are refused, whatever the definition says
            "Effect": "Allow",
            "Action": ["sagemaker:CreateTrainingJob"],
            "Resource": [jobs],
            "Condition": {
                "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": sorted(set(instance_types))},
                # ForAllValues alone is true of a request that names no instance type at all
                "Null": {"sagemaker:InstanceTypes": "false"},
            },
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
        *keys,
    ]
