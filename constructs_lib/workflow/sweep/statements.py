"""What the role of a sweep's state machine may do, and why: one permission a reason."""

from __future__ import annotations

from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.permission import Condition, Permission
from constructs_lib.workflow.sweep.names import FOLDER

_GUIDE = "https://docs.aws.amazon.com"
_NESTED = f"{_GUIDE}/step-functions/latest/dg/connect-stepfunctions.html"
_MAPS = f"{_GUIDE}/step-functions/latest/dg/iam-policies-eg-dist-map.html"
_REDRIVE = f"{_GUIDE}/step-functions/latest/dg/redrive-map-run.html"
_DESCRIBE = f"{_GUIDE}/step-functions/latest/apireference/API_DescribeExecution.html"
_AT_REST = f"{_GUIDE}/step-functions/latest/dg/encryption-at-rest.html"
_OF_MACHINE = "kms:EncryptionContext:aws:states:stateMachineArn"
_EVENTS_RULE = "StepFunctionsGetEventsForStepFunctionsExecutionRule"


def run_permissions(
    *, partition: str, region: str, account: str, machine_arn: str, executions_arn: str
) -> list[Permission]:
    """Tell what starting the runs takes, and waiting for them.

    Args:
        partition: The AWS partition; may be a CDK token, as may the other texts.
        region: The Region.
        account: The account.
        machine_arn: The training's state machine.
        executions_arn: All executions of it.
    """
    return [
        Permission(
            actions=("states:StartExecution",),
            resources=(machine_arn,),
            why="Run starts each item's run",
            page=_NESTED,
        ),
        Permission(
            actions=("states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"),
            resources=(executions_arn,),
            why="Ask for run asks how a run ended, Step Functions stops the runs of an aborted sweep, and Redrive run "
            "lets them go on with it; the wildcard is the run's name",
            page=_NESTED,
        ),
        Permission(
            actions=("events:PutTargets", "events:PutRule", "events:DescribeRule"),
            resources=(f"arn:{partition}:events:{region}:{account}:rule/{_EVENTS_RULE}",),
            why="Step Functions keeps a rule by which `.sync:2` learns of a run's end; without this the machine cannot "
            "be created",
            page=_NESTED,
        ),
    ]


def map_permissions(*, machine_arn: str, executions_arn: str, children_arn: str) -> list[Permission]:
    """Tell what a distributed Map takes: its children are executions of the sweep's own machine.

    Args:
        machine_arn: The sweep's state machine.
        executions_arn: All executions of it, by their names.
        children_arn: All children of its Maps.
    """
    return [
        Permission(
            actions=("states:StartExecution",),
            resources=(machine_arn,),
            why="a distributed Map starts a child of the machine itself for each item",
            page=_MAPS,
        ),
        Permission(
            actions=("states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"),
            resources=(executions_arn, children_arn),
            why="a distributed Map sees to its children; AWS's documents name them in both forms, and the wildcards "
            "are their names",
            page=_REDRIVE,
        ),
    ]


def read_encrypted_runs(key_arn: str, *, machine_arn: str) -> Permission:
    """Tell what reading the report of a run takes, where the training's state machine has a key.

    Args:
        key_arn: The key.
        machine_arn: The training's state machine.
    """
    return Permission(
        actions=("kms:Decrypt",),
        resources=(key_arn,),
        why="what Step Functions tells of a run is decrypted in the name of who asks",
        page=_DESCRIBE,
        conditions=(Condition("StringEquals", _OF_MACHINE, machine_arn),),
        when="a training with `state_machine_key`",
    )


def encrypt_children(key_arn: str, *, machine_arn: str) -> Permission:
    """Tell what the children of a distributed Map take of the key of the sweep's machine.

    Args:
        key_arn: The key.
        machine_arn: The sweep's state machine.
    """
    return Permission(
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(key_arn,),
        why="the children of a distributed Map have the machine's ARN with the Map's label, and may be encrypted by it",
        page=_AT_REST,
        conditions=(Condition("StringLike", _OF_MACHINE, f"{machine_arn}/*"),),
        when="`state_machine_key`",
    )


def line_permissions(bucket_arn: str) -> list[Permission]:
    """Tell what keeping lines, items and reports in the bucket for models takes."""
    return [
        Permission(
            actions=("s3:GetObject", "s3:PutObject"),
            resources=(f"{bucket_arn}/{FOLDER}*",),
            why="a sweep keeps a line for each run, and its report, below `sweeps/`, and reads the best lines",
            page=f"{_GUIDE}/AmazonS3/latest/API/API_PutObject.html",
        ),
        Permission(
            actions=("s3:ListBucket",),
            resources=(bucket_arn,),
            why="List lines lists what the runs have written",
            page=f"{_GUIDE}/AmazonS3/latest/API/API_ListObjectsV2.html",
            conditions=(Condition("StringLike", "s3:prefix", f"{FOLDER}*"),),
        ),
    ]


def put_figures() -> Permission:
    """Tell what putting a sweep's figures takes."""
    return Permission(
        actions=("cloudwatch:PutMetricData",),
        resources=("*",),
        why="a sweep puts its figures, held to one namespace; metrics have no ARN",
        page=f"{_GUIDE}/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html",
        conditions=(Condition("StringEquals", "cloudwatch:namespace", NAMESPACE),),
        when="`publish_metrics` of the training, the default",
    )


def use_bucket_key(key_arn: str) -> Permission:
    """Tell what that takes where the bucket has a key."""
    return Permission(
        actions=("kms:GenerateDataKey", "kms:Decrypt"),
        resources=(key_arn,),
        why="S3 encrypts the lines and the report, and decrypts them",
        page=f"{_GUIDE}/AmazonS3/latest/userguide/UsingKMSEncryption.html",
        when="an output bucket with a key",
    )


def read_runs(bucket_arn: str, prefix: str) -> Permission:
    """Tell what reading the runs of a sweep from files takes."""
    return Permission(
        actions=("s3:GetObject",),
        resources=(f"{bucket_arn}/{prefix}*",),
        why="the distributed Map reads the file that `RunsFrom` names",
        page=_MAPS,
        when="`runs_from`",
    )


def decrypt_runs(key_arn: str) -> Permission:
    """Tell what that takes where the bucket has a key."""
    return Permission(
        actions=("kms:Decrypt",),
        resources=(key_arn,),
        why="S3 decrypts that file",
        page=f"{_GUIDE}/AmazonS3/latest/userguide/UsingKMSEncryption.html",
        when="`runs_from` in a bucket with a key",
    )
