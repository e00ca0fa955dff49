"""Permissions on what has a policy of its own: a bucket, a repository, a key.

In one account the role's policy is enough. Where the role is another account's, what it is on has to allow it too, so
that these know the construct.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms

from constructs_lib.cdk.permissions.job_role import (
    encrypt_checkpoints,
    encrypt_output,
    keep_checkpoints,
    pull_image,
    sign_in_to_registry,
    write_output,
)
from constructs_lib.cdk.permissions.types import Bucket, Key
from constructs_lib.workflow.permission import Condition, Permission, Statement

Repository = ecr.IRepository | ecr.Repository


@dataclass(frozen=True, kw_only=True)
class OwnedPermission(Permission):
    """A permission on what has a policy of its own.

    Attributes:
        owner: What has the policy.
        owner_arn: Its ARN.
    """

    owner: Bucket | Repository | Key
    owner_arn: str

    def allowing(self, role_arn: str) -> Statement:
        """The statement for the owner's policy, which lets a role of another account in."""
        return {**self.statement, "Principal": {"AWS": role_arn}}


@dataclass(frozen=True, kw_only=True)
class RepositoryPermission(OwnedPermission):
    """A permission on a repository of Amazon ECR, whose policy names no resource."""

    def allowing(self, role_arn: str) -> Statement:
        """The statement for the repository's policy, which lets a role of another account in."""
        return {name: value for name, value in super().allowing(role_arn).items() if name != "Resource"}


@dataclass(frozen=True, kw_only=True)
class KeyPermission(OwnedPermission):
    """A permission on a key, whose policy calls it `*`."""

    owner: Key

    def allowing(self, role_arn: str) -> Statement:
        """The statement for the key's policy, which lets a role of another account in."""
        return {**super().allowing(role_arn), "Resource": "*"}


def on_bucket(
    bucket: Bucket,
    permissions: Callable[[str], Sequence[Permission]],
    with_key: Callable[[str], Permission] | None,
    *,
    arn: str | None = None,
) -> list[Permission]:
    """Tell what is needed of a bucket, and of its key.

    Args:
        bucket: The bucket, owned or imported, in this account or another.
        permissions: The permissions on it, by its ARN.
        with_key: The permission on its key, by the key's ARN, where it has one that is known here; `None` where that is
            not used.
        arn: The bucket's ARN, where it is known already. Defaults to asking for it.
    """
    arn = bucket.bucket_arn if arn is None else arn
    found: list[Permission] = [
        OwnedPermission(**vars(permission), owner=bucket, owner_arn=arn) for permission in permissions(arn)
    ]
    if with_key is not None and (key := bucket.encryption_key) is not None:
        found.append(on_key(key, with_key))
    return found


def on_key(key: Key, permission: Callable[[str], Permission]) -> Permission:
    """Tell what is needed of a key, by its ARN; or by its alias, for a key of which no more is known.

    A policy that names an alias as its resource allows nothing: it is a condition on all keys of the account there.
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    if isinstance(key, kms.Alias):
        key = key.alias_target_key
    arn = key.key_arn
    found = permission(arn)
    of_account, is_alias, name = arn.partition(":alias/")
    if is_alias:
        by_alias = Condition("ForAnyValue:StringEquals", "kms:ResourceAliases", f"alias/{name}")
        found = replace(found, resources=(f"{of_account}:key/*",), conditions=(*found.conditions, by_alias))
    return KeyPermission(**vars(found), owner=key, owner_arn=arn)


def checkpoint_permissions(bucket: Bucket, prefix: str, *, arn: str | None = None) -> list[Permission]:
    """Tell what keeping checkpoints under a prefix of a bucket takes; the ARN is asked for where it is not given."""
    return on_bucket(bucket, lambda arn: keep_checkpoints(arn, prefix), encrypt_checkpoints, arn=arn)


def output_permissions(bucket: Bucket, prefix: str, *, own_key: bool = False) -> list[Permission]:
    """Tell what writing models under a prefix of a bucket takes.

    Args:
        bucket: The bucket, owned or imported, in this account or another.
        prefix: What the keys start with; ends in `/`, or is empty for the whole bucket.
        own_key: Whether the models are encrypted with a key of their own, so that the bucket's is not used. Defaults
            to not.
    """
    return on_bucket(bucket, lambda arn: [write_output(arn, prefix)], None if own_key else encrypt_output)


def pull_permissions(repository_arn: str, repository: Repository | None = None) -> list[Permission]:
    """Tell what pulling images from a repository of Amazon ECR takes, in whatever account it is.

    Args:
        repository_arn: The repository.
        repository: The repository itself. Defaults to one that is known by its ARN only, so that nobody is told what
            its owner has to allow.
    """
    pull = pull_image(repository_arn)
    if repository is not None:
        pull = RepositoryPermission(**vars(pull), owner=repository, owner_arn=repository_arn)
    return [pull, sign_in_to_registry()]
