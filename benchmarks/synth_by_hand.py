"""One training written by hand with aws-cdk-lib: the resources that `synth_with_library` gives, for `synth`."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct


def write(stack: cdk.Stack, number: int, machine: dict[str, Any]) -> None:
    """Write one training into a stack.

    Args:
        stack: The stack.
        number: Tells the trainings of an app apart.
        machine: The state machine's definition, as a file of the author's would have it, and its placeholders.
    """
    scope = Construct(stack, f"Training{number}")
    name = f"churn-{number}"

    def allow(actions: list[str], *resources: str, **conditions: Any) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=actions, resources=list(resources), conditions=conditions or None)

    def bucket(construct_id: str, *rules: s3.LifecycleRule, versioned: bool) -> s3.Bucket:
        abort = s3.LifecycleRule(id="Abort", abort_incomplete_multipart_upload_after=cdk.Duration.days(1))
        return s3.Bucket(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=versioned,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[*rules, abort],
        )

    jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name="*")
    log_group = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name="/aws/sagemaker/TrainingJobs",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    write_logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    namespace = {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal(
            "sagemaker.amazonaws.com",
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": jobs}},
        ),
        inline_policies={
            "Logs": iam.PolicyDocument(statements=[allow(write_logs, log_group, f"{log_group}:*")]),
            "Metrics": iam.PolicyDocument(
                statements=[allow(["cloudwatch:PutMetricData"], "*", StringEquals=namespace)]
            ),
        },
    )
    checkpoints = bucket(
        "CheckpointBucket", s3.LifecycleRule(id="Expire", expiration=cdk.Duration.days(30)), versioned=False
    )
    models = bucket(
        "OutputBucket",
        s3.LifecycleRule(
            id="Expire", noncurrent_version_expiration=cdk.Duration.days(90), expired_object_delete_marker=True
        ),
        versioned=True,
    )
    data = s3.Bucket.from_bucket_name(stack, f"Data{number}", "data")
    repository = stack.format_arn(
        service="ecr", account="123456789012", region="eu-west-1", resource="repository", resource_name="churn"
    )
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    keep = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    for statement in (
        allow(pull, repository),
        allow(["ecr:GetAuthorizationToken"], "*"),
        allow(["s3:ListBucket"], data.bucket_arn, StringLike={"s3:prefix": "churn/train/*"}),
        allow(["s3:GetObject"], data.arn_for_objects("churn/train/*")),
        allow(["s3:ListBucket"], checkpoints.bucket_arn, StringLike={"s3:prefix": f"{name}/*"}),
        allow(keep, checkpoints.arn_for_objects(f"{name}/*")),
        allow(["s3:PutObject"], models.arn_for_objects("models/*")),
    ):
        role.add_to_policy(statement)

    values = {
        "Role": role.role_arn,
        "CheckpointBucket": checkpoints.bucket_name,
        "OutputBucket": models.bucket_name,
        "Partition": stack.partition,
        "Region": stack.region,
        "AccountId": stack.account,
    }
    state_machine = sfn.StateMachine(
        scope,
        "StateMachine",
        definition_body=sfn.DefinitionBody.from_string(machine["definition"]),
        definition_substitutions={placeholder: values[placeholder] for placeholder in machine["placeholders"]},
        logs=sfn.LogOptions(
            destination=logs.LogGroup(scope, "Log", retention=logs.RetentionDays.THREE_MONTHS),
            level=sfn.LogLevel.ALL,
            include_execution_data=False,
        ),
    )
    own_jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name=f"{name}-*")
    rule = stack.format_arn(
        service="events",
        resource="rule",
        resource_name="StepFunctionsGetEventsForSageMakerTrainingJobsRule",
    )
    types = {"sagemaker:InstanceTypes": ["ml.m5.xlarge"]}
    passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
    for statement in (
        allow(
            ["sagemaker:CreateTrainingJob"],
            own_jobs,
            **{"ForAllValues:StringEquals": types, "Null": {"sagemaker:InstanceTypes": "false"}},
        ),
        allow(["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob", "sagemaker:AddTags"], own_jobs),
        allow(["iam:PassRole"], role.role_arn, StringEquals=passed),
        allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], rule),
        allow(["sagemaker:ListTags", "sagemaker:ListTrainingJobs"], "*"),
        allow(["cloudwatch:PutMetricData"], "*", StringEquals={"cloudwatch:namespace": "SpotTraining"}),
    ):
        state_machine.add_to_role_policy(statement)
