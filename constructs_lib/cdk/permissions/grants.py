"""What a training job's role is granted: one statement a reason, on one prefix, object or repository.

CDK's own `grant_read` and `grant_read_write` give `s3:GetObject*`, `s3:List*` on the whole bucket and more; the
statements here are the ones that SageMaker's guide asks for.
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from constructs_lib.cdk.permissions.findings import acknowledge_registry_login, acknowledge_wildcards
from constructs_lib.cdk.permissions.required import note_for_owner, note_for_role
from constructs_lib.cdk.types import Bucket, Key, Role
from constructs_lib.training_job.tokens import is_token

# actions, resource, conditions
_Permission = tuple[list[str], str, Mapping[str, Mapping[str, Any]] | None]

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")

# S3 decrypts with the same key to put the parts of a multipart upload together
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
_WRITE_WITH_KEY = ("kms:GenerateDataKey", "kms:Decrypt")


def grant_read(bucket: Bucket, role: Role, prefix: str) -> None:
    """Let a job read every object under a prefix, and nothing beside it.

    Args:
        bucket: The bucket, owned or imported, in this account or another.
        role: The job's role.
        prefix: What the keys start with; ends in `/`, or is empty for the whole bucket.
    """
    arn = bucket.bucket_arn
    objects = f"{arn}/{prefix}*"
    _allow(bucket, role, [_listing(arn, prefix), (["s3:GetObject"], objects, None)], ["kms:Decrypt"])
    _acknowledge_objects(role, objects, "reads every object under this prefix")


def grant_write(bucket: Bucket, role: Role, prefix: str, *, own_key: bool = False) -> None:
    """Let a job write objects under a prefix.

    Args:
        bucket: The bucket, owned or imported, in this account or another.
        role: The job's role.
        prefix: What the keys start with; ends in `/`, or is empty for the whole bucket.
        own_key: Whether the objects are encrypted with a key of their own, so that the bucket's is not used. Defaults
            to not.
    """
    objects = f"{bucket.bucket_arn}/{prefix}*"
    _allow(bucket, role, [(["s3:PutObject"], objects, None)], () if own_key else _WRITE_WITH_KEY)
    _acknowledge_objects(role, objects, "names the objects it writes under this prefix")


def grant_sync(bucket: Bucket, role: Role, prefix: str) -> None:
    """Let a job keep a prefix the same as a local directory: list, read, write and delete, as checkpoints need.

    Args:
        bucket: The bucket, owned or imported, in this account or another.
        role: The job's role.
        prefix: What the keys start with; ends in `/`, or is empty for the whole bucket.
    """
    arn = bucket.bucket_arn
    objects = f"{arn}/{prefix}*"
    # a file deleted in the container is deleted in S3
    # https://docs.aws.amazon.com/sagemaker/latest/dg/model-checkpoints.html
    keep = (["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], objects, None)
    _allow(bucket, role, [_listing(arn, prefix), keep], _WRITE_WITH_KEY)
    _acknowledge_objects(role, objects, "names the checkpoints it keeps under this prefix")


def grant_read_object(bucket: Bucket, role: Role, key: str, *, listed: bool) -> None:
    """Let a job read one object.

    Args:
        bucket: The bucket, owned or imported.
        role: The job's role.
        key: The object's key.
        listed: Whether the object is looked for by listing, as SageMaker does for an input channel.
    """
    arn = bucket.bucket_arn
    permissions: list[_Permission] = [(["s3:GetObject"], f"{arn}/{key}", None)]
    if listed:
        permissions.insert(0, (["s3:ListBucket"], arn, {"StringEquals": {"s3:prefix": key}}))
    _allow(bucket, role, permissions, ["kms:Decrypt"])


def grant_pull(role: Role, repository_arn: str, repository: ecr.IRepository | ecr.Repository | None = None) -> None:
    """Let a job pull images from one ECR repository, in whatever account it is.

    Args:
        role: The job's role.
        repository_arn: The repository.
        repository: The repository itself, whose own policy has to allow a role of another account. Defaults to one
            that is known by its ARN only.
    """
    add_to_role(role, iam.PolicyStatement(actions=list(_PULL), resources=[repository_arn]))
    add_to_role(role, iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]))
    acknowledge_registry_login(role)
    if repository is not None and _other_account(repository.env.account, role):
        statement = iam.PolicyStatement(actions=list(_PULL), principals=[iam.ArnPrincipal(role.role_arn)])
        if not repository.add_to_resource_policy(statement).statement_added:
            note_for_owner(role, repository_arn, statement)


def grant_output_key(key: Key, role: Role) -> None:
    """Let a job encrypt its models with a key."""
    # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
    _grant_key(key, role, _WRITE_WITH_KEY)


def grant_volume_key(key: Key, role: Role) -> None:
    """Let SageMaker use a key for a job's volumes, by a grant that the job's role makes."""
    # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createtrainingjob-perms
    _grant_key(key, role, ("kms:CreateGrant",))


def _listing(bucket_arn: str, prefix: str) -> _Permission:
    return ["s3:ListBucket"], bucket_arn, {"StringLike": {"s3:prefix": f"{prefix}*"}} if prefix else None


def _acknowledge_objects(role: Role, objects: str, reason: str) -> None:
    acknowledge_wildcards(role, role, [objects], f"the training job {reason}; their names are not known at synth")


def add_to_role(role: Role, statement: iam.PolicyStatement) -> None:
    """Add a statement to a job's role; one that cannot be changed is left as it is, and what it must have is noted."""
    if isinstance(role, iam.Role):
        # the same, in one call to the jsii kernel instead of three: its answer is no object whose fields are fetched
        role.add_to_policy(statement)
    else:
        note_for_role(role, statement, role.add_to_principal_policy(statement))


def _allow(bucket: Bucket, role: Role, permissions: Sequence[_Permission], key_actions: Sequence[str]) -> None:
    for permission in permissions:
        add_to_role(role, _statement(permission))
    # a role of another account needs the bucket's leave too; not by Grant.add_to_principal_or_resource, which drops
    # the conditions on the way to the bucket's policy (aws-cdk-lib 2.275), and with them the prefix
    if _other_account(bucket.env.account, role):
        for permission in permissions:
            statement = _statement(permission, [iam.ArnPrincipal(role.role_arn)])
            if not bucket.add_to_resource_policy(statement).statement_added:
                note_for_owner(role, bucket.bucket_arn, statement)
    key = bucket.encryption_key
    if key is not None and key_actions:
        _grant_key(key, role, key_actions)


def _grant_key(key: Key, role: Role, actions: Sequence[str]) -> None:
    key.grant(role, *actions)
    if not isinstance(role, iam.Role):
        note_for_role(role, iam.PolicyStatement(actions=list(actions), resources=[key.key_arn]), None)
    if _other_account(key.env.account, role) and not isinstance(key, kms.Key):
        note_for_owner(
            role,
            key.key_arn,
            iam.PolicyStatement(actions=list(actions), resources=["*"], principals=[iam.ArnPrincipal(role.role_arn)]),
        )


def _statement(permission: _Permission, principals: list[iam.IPrincipal] | None = None) -> iam.PolicyStatement:
    actions, arn, conditions = permission
    return iam.PolicyStatement(actions=actions, resources=[arn], conditions=conditions, principals=principals)


def _other_account(owner: str, role: Role) -> bool:
    """Return whether a resource's account is known not to be the role's; in a stack without an account it may be."""
    if is_token(owner):
        return False
    account = role.principal_account
    return account is None or owner != account
