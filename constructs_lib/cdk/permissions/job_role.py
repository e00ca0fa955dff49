"""Why the job's role may do what it may, by what needs it."""

from __future__ import annotations

from constructs_lib.cdk.permissions.reason import Reason

_GUIDE = "https://docs.aws.amazon.com"
_JOB_ROLE = f"{_GUIDE}/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms"
_CHECKPOINTS = f"{_GUIDE}/sagemaker/latest/dg/model-checkpoints.html"
_ENCRYPTED = f"{_GUIDE}/AmazonS3/latest/userguide/UsingKMSEncryption.html"
_LOG_GROUP = "arn:aws:logs:<region>:<account>:log-group:/aws/sagemaker/TrainingJobs"
_INTERFACES = "arn:aws:ec2:<region>:<account>:network-interface/*"

JOB: tuple[Reason, ...] = (
    Reason(
        actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
        resources=(_LOG_GROUP, f"{_LOG_GROUP}:*"),
        why="SageMaker writes what the program prints; the group is one for all jobs of the account, and AWS names it "
        "without `:*` in one reference and with it in another",
        page=f"{_GUIDE}/sagemaker/latest/dg/logging-cloudwatch.html",
    ),
    Reason(
        actions=("cloudwatch:PutMetricData",),
        resources=("*",),
        why="SageMaker puts the metrics of instances and of the program; metrics have no ARN",
        page=f"{_GUIDE}/sagemaker/latest/dg/monitoring-cloudwatch.html",
        conditions={"StringEquals cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"},
    ),
    Reason(
        actions=("ecr:GetAuthorizationToken",),
        resources=("*",),
        why="SageMaker signs in to the registry of the image; the action has no resource type",
        page=_JOB_ROLE,
        when="an image in Amazon ECR",
    ),
    Reason(
        actions=("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
        resources=("<image repository>",),
        why="SageMaker pulls the image",
        page=_JOB_ROLE,
        when="an image in Amazon ECR",
    ),
    Reason(
        actions=("lambda:InvokeFunction",),
        resources=("<credentials provider>",),
        why="SageMaker asks for the user name and password of a private registry",
        page=f"{_GUIDE}/sagemaker/latest/dg/docker-containers-adapt-your-own-private-registry-authentication.html",
        when="an image in a private registry with `credentials_provider`",
    ),
    Reason(
        actions=("s3:ListBucket",),
        resources=("arn:aws:s3:::<channel bucket>",),
        why="SageMaker looks for the objects of a channel",
        page=_JOB_ROLE,
        conditions={"StringLike s3:prefix": "<channel prefix>*"},
        when="`TrainingChannel.from_bucket`, `input_locations`",
    ),
    Reason(
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::<channel bucket>/<channel prefix>*",),
        why="SageMaker reads the objects of a channel",
        page=_JOB_ROLE,
        when="`TrainingChannel.from_bucket`, `input_locations`",
    ),
    Reason(
        actions=("s3:ListBucket",),
        resources=("arn:aws:s3:::<channel object's bucket>",),
        why="SageMaker looks for the one object of a channel",
        page=_JOB_ROLE,
        conditions={"StringEquals s3:prefix": "<channel object>"},
        when="`TrainingChannel.from_asset`",
    ),
    Reason(
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::<channel object's bucket>/<channel object>",),
        why="SageMaker reads the one object of a channel",
        page=_JOB_ROLE,
        when="`TrainingChannel.from_asset`",
    ),
    Reason(
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::<source archive>",),
        why="the framework container downloads the program",
        page="https://github.com/aws/sagemaker-training-toolkit",
        when="`source`",
    ),
    Reason(
        actions=("s3:ListBucket",),
        resources=("arn:aws:s3:::<checkpoint bucket>",),
        why="SageMaker looks for the checkpoints to resume from",
        page=_CHECKPOINTS,
        conditions={"StringLike s3:prefix": "<base job name>/*"},
        when="`checkpointing`, the default",
    ),
    Reason(
        actions=("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        resources=("arn:aws:s3:::<checkpoint bucket>/<base job name>/*",),
        why="SageMaker keeps the checkpoints in S3 like those in the container: reads them when a job starts, writes "
        "new ones, deletes what the program deletes",
        page=_CHECKPOINTS,
        when="`checkpointing`, the default",
    ),
    Reason(
        actions=("s3:PutObject",),
        resources=("arn:aws:s3:::<output bucket>/<output prefix>/*",),
        why="SageMaker writes the model and the other output",
        page=_JOB_ROLE,
    ),
    Reason(
        actions=("kms:Decrypt",),
        resources=("<input key>",),
        why="S3 decrypts what the job reads",
        page=_ENCRYPTED,
        when="an input bucket with a key",
    ),
    Reason(
        actions=("kms:GenerateDataKey", "kms:Decrypt"),
        resources=("<checkpoint key>",),
        why="S3 encrypts the checkpoints, decrypts them, and puts uploads in several parts together",
        page=_ENCRYPTED,
        when="a checkpoint bucket with a key",
    ),
    Reason(
        actions=("kms:GenerateDataKey", "kms:Decrypt"),
        resources=("<output key>",),
        why="S3 encrypts the model, and puts its upload in several parts together",
        page=_ENCRYPTED,
        when="an output bucket with a key, or `output_key`",
    ),
    Reason(
        actions=("kms:CreateGrant",),
        resources=("<volume key>",),
        why="SageMaker lets itself use the key for the volumes of the job's instances",
        page=_JOB_ROLE,
        when="`volume_key`, `encryption_key`",
    ),
    Reason(
        actions=("ec2:CreateNetworkInterface",),
        resources=(
            _INTERFACES,
            "arn:aws:ec2:<region>:<account>:subnet/<subnet>",
            "arn:aws:ec2:<region>:<account>:security-group/<security group>",
        ),
        why="SageMaker attaches the containers to the subnets, with the security groups",
        page=_JOB_ROLE,
        when="`vpc`",
    ),
    Reason(
        actions=(
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
        ),
        resources=(_INTERFACES,),
        why="SageMaker may use the network interface, and removes it in the end; its id is not known before",
        page=_JOB_ROLE,
        conditions={"ArnEquals ec2:Subnet": None},
        when="`vpc`",
    ),
    Reason(
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
)
"""The job's role, which SageMaker assumes."""
