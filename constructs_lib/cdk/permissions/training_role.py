"""TrainingRole: the role that a training job runs as."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.cdk.ids import stack_of
from constructs_lib.cdk.permissions.findings import acknowledge_wildcards
from constructs_lib.cdk.permissions.job_role import put_metrics, write_logs
from constructs_lib.training_job.kinds import checked
from constructs_lib.workflow.permission import Permission

_LOG_GROUP = "/aws/sagemaker/TrainingJobs"


class TrainingRole(iam.Role):
    """The role that SageMaker assumes to run a training job.

    It is an `iam.Role` that only SageMaker's training jobs of this account and Region may assume, and that may write
    the job's logs and metrics and nothing else. What a job reads and writes (channels, checkpoints, models, the image,
    the source) is granted by whoever uses it, each on its own prefix or repository.

    Creates one IAM role with two inline policies, and no managed policy.

    See https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        role_name: str | None = None,
        description: str = "Runs SageMaker training jobs",
        path: str | None = None,
        permissions_boundary: iam.IManagedPolicy | iam.ManagedPolicy | None = None,
    ) -> None:
        """Create the role.

        Args:
            scope: The construct that the role belongs to.
            construct_id: The role's id in its scope.
            role_name: The role's name. Defaults to one that CloudFormation makes.
            description: What the role is for, in 1,000 characters. Defaults to saying that it runs training jobs.
            path: The role's path, such as `/training/`. Defaults to `/`.
            permissions_boundary: The most that the role may ever be allowed. Defaults to no boundary.
        """
        stack = stack_of(scope)
        logs, metrics = logs_and_metrics(stack)
        super().__init__(
            scope,
            construct_id,
            assumed_by=_training_jobs_of(stack),
            role_name=role_name,
            description=description,
            path=path,
            permissions_boundary=permissions_boundary,
            inline_policies={"Logs": _document(logs), "Metrics": _document(metrics)},
        )
        # on the resource and not on the construct, whose other policies hold what is granted later; there is none
        # where `iam.Role.customize_roles` keeps CDK from creating roles
        acknowledge_wildcards(self.node.default_child or self, stack, [logs, metrics])


def logs_and_metrics(stack: cdk.Stack) -> tuple[Permission, Permission]:
    """Tell what every job needs: writing its logs, and its metrics. A `TrainingRole` may from the start."""
    log_group = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name=_LOG_GROUP,
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    return write_logs(log_group), put_metrics()


def _training_jobs_of(stack: cdk.Stack) -> iam.ServicePrincipal:
    # https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
    jobs = stack.format_arn(service="sagemaker", resource="training-job", resource_name="*")
    return iam.ServicePrincipal(
        "sagemaker.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": stack.account}, "ArnLike": {"aws:SourceArn": jobs}},
    )


def _document(permission: Permission) -> iam.PolicyDocument:
    return iam.PolicyDocument.from_json({"Statement": [permission.statement]})
