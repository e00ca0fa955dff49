"""What the state machine's role may do in a run, and why: one permission a reason."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.training_job.request.attempt import PROGRESS_FILE
from constructs_lib.workflow.deadline.at_risk import DETAIL_TYPE, SOURCE
from constructs_lib.workflow.permission import Condition, Permission

_EVENTS_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"

_KEY_NAMES = ("Arn", "")
_BY_KEY_NAMES = (
    ("Arn", "", ""),
    (
        "",
        "; the same by the other names of the keys: AWS's documents disagree on which of them it fills, and either "
        "lets the right key through, and no other",
        "`output_key`, `volume_key` or `encryption_key`",
    ),
)
"""Once for each name of the condition keys of keys: how it ends, and what is told of the second."""

_GUIDE = "https://docs.aws.amazon.com"
_SYNC = f"{_GUIDE}/step-functions/latest/dg/sagemaker-iam.html"

_BY_SYNC = "members that `.sync` is known to take alone"


def run_permissions(
    *,
    partition: str,
    region: str,
    account: str,
    base_job_name: str,
    role_arn: str,
    instance_types: Sequence[str],
    metrics_namespace: str | None = None,
    longest_runtime_seconds: int | str | None = None,
    subnet_ids: Sequence[str] = (),
    security_group_ids: Sequence[str] = (),
    volume_key_arn: str | None = None,
    volume_key_arn_if_any: str | None = None,
    output_key_arn: str | None = None,
    network_isolation: bool = False,
    inter_container_encryption: bool = False,
    by_sync: bool = True,
    stops_waiting: bool = True,
    progress_files_arn: str | None = None,
    tells_risk: bool = False,
) -> list[Permission]:
    """Tell what the states of a run need, and nothing more.

    https://docs.aws.amazon.com/step-functions/latest/dg/sagemaker-iam.html

    Args:
        partition: The AWS partition; may be a CDK token, as may the other texts.
        region: The Region.
        account: The account.
        base_job_name: The first part of every job's name; every action is held to it.
        role_arn: The role the jobs run as.
        instance_types: The instance types of the capacity plan; jobs on others are denied, whatever the definition is.
        metrics_namespace: The CloudWatch namespace of the run's figures. Defaults to none that are put.
        longest_runtime_seconds: The longest runtime of a job. Defaults to SageMaker's own limit.
        subnet_ids: The subnets that jobs must be attached to. Defaults to no VPC.
        security_group_ids: The security groups that they must have. Defaults to none.
        volume_key_arn: The key that every job's volumes must be encrypted with. Defaults to any.
        volume_key_arn_if_any: The same where not every job has volumes to encrypt: instance types with local storage
            have none. Defaults to any.
        output_key_arn: The key that models must be encrypted with. Defaults to any.
        network_isolation: Whether containers must be isolated. Defaults to not.
        inter_container_encryption: Whether their traffic must be encrypted. Defaults to not.
        by_sync: Whether `.sync` starts the jobs, and not `aws-sdk:sagemaker:createTrainingJob`. Defaults to yes.
        stops_waiting: Whether a job that has waited too long is stopped. Defaults to yes.
        progress_files_arn: The files in which programs say how much of the work is done. Defaults to none that is read.
        tells_risk: Whether a run tells that it can no longer keep its deadline. Defaults to not.
    """
    jobs = f"arn:{partition}:sagemaker:{region}:{account}:training-job/{base_job_name}-*"
    permissions = [
        *(
            Permission(
                actions=("sagemaker:CreateTrainingJob",),
                resources=(jobs,),
                why="Train creates the attempt's job, and Send look-out, with `lookout`, one that does nothing; each "
                "must be what the deployment promised, whatever the definition says; a job's name ends in what tells "
                f"its run and attempt apart{also}",
                page=_SYNC,
                # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
                conditions=_given(
                    *_of("sagemaker:InstanceTypes", sorted(set(instance_types))),
                    *_of("sagemaker:VpcSubnets", subnet_ids, "`vpc`"),
                    *_of("sagemaker:VpcSecurityGroupIds", security_group_ids, "`vpc`"),
                    Condition("Bool", "sagemaker:NetworkIsolation", _true(network_isolation), "`network_isolation`"),
                    Condition(
                        "Bool",
                        "sagemaker:InterContainerTrafficEncryption",
                        _true(inter_container_encryption),
                        "`inter_container_encryption`",
                    ),
                    # of a name that is not filled `IfExists` holds, so that one statement has both
                    *(
                        Condition(
                            "ArnEqualsIfExists",
                            f"sagemaker:VolumeKmsKey{name}",
                            volume_key_arn_if_any or "",
                            "`encryption_key`, if some of the instance types have local storage",
                        )
                        for name in _KEY_NAMES
                    ),
                    Condition(
                        "ArnEquals",
                        f"sagemaker:VolumeKmsKey{named}",
                        volume_key_arn or "",
                        "`volume_key` or `encryption_key`",
                    ),
                    Condition(
                        "ArnEquals",
                        f"sagemaker:OutputKmsKey{named}",
                        output_key_arn or "",
                        "`output_key` or `encryption_key`",
                    ),
                    Condition(
                        "NumericLessThanEquals",
                        "sagemaker:MaxRuntimeInSeconds",
                        "" if longest_runtime_seconds is None else str(longest_runtime_seconds),
                        "`longest_runtime`",
                    ),
                ),
                when=when,
            )
            for named, also, when in (_BY_KEY_NAMES if volume_key_arn or output_key_arn else _BY_KEY_NAMES[:1])
        ),
        Permission(
            actions=("sagemaker:DescribeTrainingJob",),
            resources=(jobs,),
            why="Inspect asks how the job ended, the watch whether it has an instance, and `.sync` when events do not "
            "come",
            page=_SYNC,
        ),
        Permission(
            actions=("sagemaker:StopTrainingJob",),
            resources=(jobs,),
            why="Step Functions stops the job of an aborted run, the watch one that has waited too long, and "
            "Stop look-out one that waits for a run that has gone on",
            page=_SYNC,
            when=f"{_BY_SYNC}, `capacity_patience` or `deadline`",
        ),
        Permission(
            actions=("sagemaker:AddTags",),
            resources=(jobs,),
            why="Step Functions tags the jobs that it starts, and jobs have the tags of the scopes around a training",
            page=_SYNC,
        ),
        Permission(
            actions=("sagemaker:ListTags",),
            resources=("*",),
            why="AWS's own policy for `.sync` has it, on everything, and does not say what Step Functions asks for",
            page=_SYNC,
            when=_BY_SYNC,
        ),
        Permission(
            actions=("iam:PassRole",),
            resources=(role_arn,),
            why="Train hands the job its role, to SageMaker alone",
            page=f"{_GUIDE}/IAM/latest/UserGuide/id_roles_use_passrole.html",
            conditions=(Condition("StringEquals", "iam:PassedToService", "sagemaker.amazonaws.com"),),
        ),
        Permission(
            actions=("events:PutTargets", "events:PutRule", "events:DescribeRule"),
            resources=(f"arn:{partition}:events:{region}:{account}:rule/{_EVENTS_RULE}",),
            why="Step Functions keeps a rule by which `.sync` learns of a job's end; without this the machine cannot "
            "be created",
            page=_SYNC,
            when=_BY_SYNC,
        ),
        Permission(
            actions=("sagemaker:ListTrainingJobs",),
            resources=("*",),
            why="Find earlier job asks for the newest job of the checkpoint prefix that a run goes on with; the action "
            "has no resource type",
            page=f"{_GUIDE}/service-authorization/latest/reference/list_amazonsagemaker.html",
        ),
    ]
    if progress_files_arn is not None:
        permissions.append(
            Permission(
                actions=("s3:GetObject",),
                resources=(progress_files_arn,),
                why="the watch reads how much of the work is done, in the `progress.json` beside a run's checkpoints, "
                "and no checkpoint; the wildcard is the run's name",
                page=f"{_GUIDE}/AmazonS3/latest/API/API_GetObject.html",
                when="`deadline`",
            )
        )
    if tells_risk:
        permissions.append(
            Permission(
                actions=("events:PutEvents",),
                resources=(f"arn:{partition}:events:{region}:{account}:event-bus/default",),
                why="Tell deadline at risk puts one event, held to its source and its type",
                page=f"{_GUIDE}/service-authorization/latest/reference/list_amazoneventbridge.html",
                conditions=(
                    *_of("events:source", (SOURCE,)),
                    *_of("events:detail-type", (DETAIL_TYPE,)),
                ),
                when="`deadline`",
            )
        )
    if metrics_namespace is not None:
        permissions.append(
            Permission(
                actions=("cloudwatch:PutMetricData",),
                resources=("*",),
                why="a run puts its figures, held to one namespace; metrics have no ARN",
                page=f"{_GUIDE}/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html",
                conditions=(Condition("StringEquals", "cloudwatch:namespace", metrics_namespace),),
                when="`publish_metrics`, the default",
            )
        )
    needed = {
        "sagemaker:StopTrainingJob": by_sync or stops_waiting,
        "sagemaker:ListTags": by_sync,
        "events:PutRule": by_sync,
    }
    return [each for each in permissions if all(needed.get(action, True) for action in each.actions)]


def progress_files(checkpoint_bucket_arn: str, base_job_name: str) -> str:
    """Return the ARN of the progress files of all runs."""
    return f"{checkpoint_bucket_arn}/{base_job_name}/*/{PROGRESS_FILE}"


def decrypt_progress(key_arn: str) -> Permission:
    """Tell what reading a progress file takes where the checkpoint bucket has a key."""
    return Permission(
        actions=("kms:Decrypt",),
        resources=(key_arn,),
        why="S3 decrypts the program's `progress.json` for the watch",
        page=f"{_GUIDE}/AmazonS3/latest/userguide/UsingKMSEncryption.html",
        when="`deadline`, and a checkpoint bucket with a key",
    )


def _of(key: str, values: Sequence[str], when: str = "") -> tuple[Condition, Condition]:
    """Hold all values of a key to these; `ForAllValues` alone is true of a request that names none at all."""
    return (
        Condition("ForAllValues:StringEquals", key, tuple(values), when),
        Condition("Null", key, "false" if values else "", when),
    )


def _given(*conditions: Condition) -> list[Condition]:
    """Leave out the conditions whose value the deployment does not say."""
    return [condition for condition in conditions if condition.value]


def _true(value: bool) -> str:
    return "true" if value else ""
