"""What the job's role may do, and why; each permission by the resources that a deployment has for it.

CDK's own `grant_read` and `grant_read_write` give `s3:GetObject*`, `s3:List*` on the whole bucket and more; these are
what SageMaker's guide asks for.
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
"""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.workflow.permission import Condition, Permission

_GUIDE = "https://docs.aws.amazon.com"
_JOB_ROLE = f"{_GUIDE}/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms"
_CHECKPOINTS = f"{_GUIDE}/sagemaker/latest/dg/model-checkpoints.html"
_ENCRYPTED = f"{_GUIDE}/AmazonS3/latest/userguide/UsingKMSEncryption.html"

_PREFIXES = (
    "`TrainingChannel.from_bucket`, `TrainingChannel.from_asset` of a directory, a manifest's data, `input_locations`"
)
_OBJECTS = '`TrainingChannel.from_asset` of a file, `match="object"`, a manifest'


def write_logs(log_group_arn: str) -> Permission:
    """Tell what writing a job's logs takes."""
    return Permission(
        actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
        # two ARNs, because `TrainingJobs*` would match the log groups of others: the group, and what is in it
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
        resources=(log_group_arn, f"{log_group_arn}:*"),
        why="SageMaker writes what the program prints, into streams that it names after the job and its hosts; the "
        "group is one for all jobs of the account, and AWS names it without `:*` in one reference and with it in "
        "another",
        page=f"{_GUIDE}/sagemaker/latest/dg/logging-cloudwatch.html",
    )


def put_metrics() -> Permission:
    """Tell what putting a job's metrics takes."""
    return Permission(
        actions=("cloudwatch:PutMetricData",),
        resources=("*",),
        why="SageMaker puts the metrics of instances and of the program, held to its namespace; metrics have no ARN",
        page=f"{_GUIDE}/sagemaker/latest/dg/monitoring-cloudwatch.html",
        conditions=(Condition("StringEquals", "cloudwatch:namespace", "/aws/sagemaker/TrainingJobs"),),
    )


def sign_in_to_registry() -> Permission:
    """Tell what pulling from any repository of Amazon ECR takes."""
    return Permission(
        actions=("ecr:GetAuthorizationToken",),
        resources=("*",),
        why="SageMaker signs in to the registry of the image; the action has no resource type",
        page=_JOB_ROLE,
        when="an image in Amazon ECR",
    )


def pull_image(repository_arn: str) -> Permission:
    """Tell what pulling from one repository takes."""
    return Permission(
        actions=("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
        resources=(repository_arn,),
        why="SageMaker pulls the image",
        page=_JOB_ROLE,
        when="an image in Amazon ECR",
    )


def ask_for_password(function_arn: str) -> Permission:
    """Tell what signing in to a private registry takes."""
    return Permission(
        # not what CDK's grant_invoke allows, every version and alias besides
        actions=("lambda:InvokeFunction",),
        resources=(function_arn,),
        why="SageMaker asks for the user name and password of a private registry",
        page=f"{_GUIDE}/sagemaker/latest/dg/docker-containers-adapt-your-own-private-registry-authentication.html",
        when="an image in a private registry with `credentials_provider`",
    )


def read_prefix(bucket_arn: str, prefix: str) -> list[Permission]:
    """Tell what reading every object under a prefix takes, and nothing beside it.

    Args:
        bucket_arn: The bucket.
        prefix: What the keys start with; empty for the whole bucket.
    """
    return [
        Permission(
            actions=("s3:ListBucket",),
            resources=(bucket_arn,),
            why="SageMaker looks for the objects of a channel",
            page=_JOB_ROLE,
            conditions=_under(prefix),
            when=_PREFIXES,
        ),
        Permission(
            actions=("s3:GetObject",),
            resources=(f"{bucket_arn}/{prefix}*",),
            why="SageMaker reads the objects of a channel, whose names are not known at synth",
            page=_JOB_ROLE,
            when=_PREFIXES,
        ),
    ]


def read_object(bucket_arn: str, key: str) -> list[Permission]:
    """Tell what reading one object takes, which is looked for by listing, as SageMaker does for a channel."""
    return [
        Permission(
            actions=("s3:ListBucket",),
            resources=(bucket_arn,),
            why="SageMaker looks for the one object of a channel",
            page=_JOB_ROLE,
            conditions=(Condition("StringEquals", "s3:prefix", key),),
            when=_OBJECTS,
        ),
        Permission(
            actions=("s3:GetObject",),
            resources=(f"{bucket_arn}/{key}",),
            why="SageMaker reads the one object of a channel",
            page=_JOB_ROLE,
            when=_OBJECTS,
        ),
    ]


def read_source(archive_arn: str) -> Permission:
    """Tell what fetching the training program takes."""
    return Permission(
        actions=("s3:GetObject",),
        resources=(archive_arn,),
        why="the framework container downloads the program",
        page="https://github.com/aws/sagemaker-training-toolkit",
        when="`source`",
    )


def keep_checkpoints(bucket_arn: str, prefix: str) -> list[Permission]:
    """Tell what keeping a prefix the same as a local directory takes: list, read, write and delete."""
    return [
        Permission(
            actions=("s3:ListBucket",),
            resources=(bucket_arn,),
            why="SageMaker looks for the checkpoints to resume from",
            page=_CHECKPOINTS,
            conditions=_under(prefix),
            when="`checkpointing`, the default",
        ),
        Permission(
            actions=("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
            resources=(f"{bucket_arn}/{prefix}*",),
            why="SageMaker keeps the checkpoints in S3 like those in the container, under the program's own names: "
            "reads them when a job starts, writes new ones, deletes what the program deletes",
            page=_CHECKPOINTS,
            when="`checkpointing`, the default",
        ),
    ]


def write_output(bucket_arn: str, prefix: str) -> Permission:
    """Tell what writing models under a prefix takes."""
    return Permission(
        actions=("s3:PutObject",),
        resources=(f"{bucket_arn}/{prefix}*",),
        why="SageMaker writes the model and the other output, under the names of the jobs",
        page=_JOB_ROLE,
    )


def decrypt_input(key_arn: str) -> Permission:
    """Tell what reading with a bucket's key takes."""
    return Permission(
        actions=("kms:Decrypt",),
        resources=(key_arn,),
        why="S3 decrypts what the job reads",
        page=_ENCRYPTED,
        when="an input bucket with a key",
    )


def encrypt_checkpoints(key_arn: str) -> Permission:
    """Tell what keeping checkpoints with a bucket's key takes."""
    return Permission(
        actions=("kms:GenerateDataKey", "kms:Decrypt"),
        resources=(key_arn,),
        why="S3 encrypts the checkpoints, decrypts them, and puts uploads in several parts together",
        page=_ENCRYPTED,
        when="a checkpoint bucket with a key",
    )


def encrypt_models(key_arn: str) -> Permission:
    """Tell what writing models takes with the key that the request names."""
    return Permission(
        actions=("kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"),
        resources=(key_arn,),
        why="SageMaker encrypts the model with the key that it is told: its reference asks for `kms:Encrypt`, and S3 "
        "for the others",
        page=f"{_GUIDE}/sagemaker/latest/APIReference/API_OutputDataConfig.html",
        when="`output_key`, `encryption_key`",
    )


def encrypt_output(key_arn: str) -> Permission:
    """Tell what writing models takes where the bucket has a key."""
    return Permission(
        actions=("kms:GenerateDataKey", "kms:Decrypt"),
        resources=(key_arn,),
        why="S3 encrypts the model, and puts its upload in several parts together",
        page=_ENCRYPTED,
        when="an output bucket of your own with a key, and no key for the models",
    )


def encrypt_volumes(key_arn: str) -> Permission:
    """Tell what encrypting the instances' volumes takes: a grant, which the job's role makes for SageMaker."""
    return Permission(
        actions=("kms:CreateGrant",),
        resources=(key_arn,),
        why="SageMaker lets itself use the key for the volumes of the job's instances",
        page=_JOB_ROLE,
        when="`volume_key`, `encryption_key`",
    )


def open_shells() -> Permission:
    """Tell what remote debugging takes: the container's agent of Systems Manager waits for sessions."""
    return Permission(
        actions=(
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ),
        resources=("*",),
        why="the agent of Systems Manager in the container talks to its service; these actions have no resource type",
        page=f"{_GUIDE}/sagemaker/latest/dg/train-remote-debugging.html",
        when="`remote_debug`",
    )


def attach_network(
    interfaces_arn: str, subnet_arns: Sequence[str], security_group_arns: Sequence[str]
) -> list[Permission]:
    """Tell what attaching containers to these subnets takes, with these security groups, and nowhere else."""
    return [
        Permission(
            actions=("ec2:CreateNetworkInterface",),
            resources=(interfaces_arn, *subnet_arns, *security_group_arns),
            why="SageMaker attaches the containers to the subnets, with the security groups; the id of a network "
            "interface is not known before it is made",
            page=_JOB_ROLE,
            when="`vpc`",
        ),
        Permission(
            actions=(
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ),
            resources=(interfaces_arn,),
            why="SageMaker may use the network interface, and removes it in the end",
            page=_JOB_ROLE,
            # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
            conditions=(Condition("ArnEquals", "ec2:Subnet", subnet_arns),),
            when="`vpc`",
        ),
        Permission(
            actions=(
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ),
            resources=("*",),
            why="SageMaker looks at the network; these actions have no resource type",
            page=_JOB_ROLE,
            when="`vpc`",
        ),
    ]


def _under(prefix: str) -> tuple[Condition, ...]:
    return (Condition("StringLike", "s3:prefix", f"{prefix}*"),) if prefix else ()
