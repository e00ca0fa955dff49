"""Granting a job's role what it needs, whatever needs it: on the role, and on what others own."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.cdk.permissions.findings import acknowledge_wildcards
from constructs_lib.cdk.permissions.own_policy import add_statements
from constructs_lib.cdk.permissions.permission import KeyPermission, OwnedPermission
from constructs_lib.cdk.permissions.required import RequiredPolicies
from constructs_lib.cdk.permissions.types import Key, Role
from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.permission import Permission, Statement


def grant(scope: Construct, role: Role, permissions: Sequence[Permission]) -> None:
    """Grant a job's role permissions, acknowledge their wildcards, and tell what cannot be granted from here.

    A bucket, repository or key of another account than the role's has to allow it too: one that is owned here does from
    now on. What others own, and a role that cannot be changed, is left as it is.

    Args:
        scope: What needs the permissions; it gets the warnings of what others have to allow.
        role: The job's role.
        permissions: The permissions.
    """
    required, accounts = RequiredPolicies(), _Accounts(role)
    own: list[Statement] = []
    for permission in permissions:
        if isinstance(permission, KeyPermission):
            # a key adds its statement by itself, after those that come before it
            add_statements(role, own)
            own.clear()
        # a key that is known by its alias drops the grant, but under the flag
        # `@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal` (aws-cdk-lib, aws-kms/lib/alias.ts)
        if isinstance(permission, KeyPermission) and permission.owner.grant(role, *permission.actions).success:
            pass
        elif isinstance(role, iam.Role):
            own.append(permission.statement)
        else:
            required.see_added(role.add_to_principal_policy(iam.PolicyStatement.from_json(permission.statement)))
        required.of_role.append(permission.statement)
        _ask_owner(permission, role, required, accounts)
    add_statements(role, own)
    acknowledge_wildcards(role, accounts.stack, permissions)
    required.tell(scope, role)


def let_service_use_key(scope: Construct, key: Key, service: iam.ServicePrincipal, *actions: str) -> bool:
    """Let a service use a key, by the key's policy; where that cannot be changed from here, tell what it must have.

    CDK drops such a grant on an imported key, and says that it was a success.

    Args:
        scope: What needs it; it gets the warning.
        key: The key.
        service: The service.
        actions: What it does with the key.

    Returns:
        Whether the key's policy could be changed.
    """
    if isinstance(key, (kms.Key, kms.Alias)):
        key.grant(service, *actions)
        return True
    asked = iam.PolicyStatement(principals=[service], actions=list(actions), resources=["*"])
    RequiredPolicies(of_owners=[(key.key_arn, asked.to_statement_json())]).tell_owners(scope)
    return False


def _ask_owner(permission: Permission, role: Role, required: RequiredPolicies, accounts: _Accounts) -> None:
    """Let a role of another account in, by the policy of what the permission is on.

    Not by Grant.add_to_principal_or_resource, which drops the conditions on the way to the policy of a bucket
    (aws-cdk-lib 2.275), and with them the prefix.
    """
    # a key that is owned has let it in when it granted
    if not isinstance(permission, OwnedPermission) or isinstance(permission.owner, kms.Key):
        return
    owner = permission.owner
    if accounts.is_another(permission):
        statement = permission.allowing(role.role_arn)
        if not owner.add_to_resource_policy(iam.PolicyStatement.from_json(statement)).statement_added:
            required.of_owners.append((permission.owner_arn, statement))


class _Accounts:
    """Whose account things are of, each asked for once."""

    def __init__(self, role: Role) -> None:
        self.stack = Stack.of(role)
        self._role = role
        self._found: dict[str, bool] = {}

    def is_another(self, permission: OwnedPermission) -> bool:
        """Return whether what is owned is known to be of another account; in a stack without one it may be."""
        owner, arn = permission.owner, permission.owner_arn
        if arn not in self._found:
            # a bucket and a role that are owned, and of one stack: to know that takes fewer calls to the jsii kernel
            beside = isinstance(owner, s3.Bucket) and isinstance(self._role, iam.Role) and Stack.of(owner) is self.stack
            self._found[arn] = not beside and self._differs(owner.env.account)
        return self._found[arn]

    def _differs(self, account: str) -> bool:
        if is_token(account):
            return False
        of_role = self._role.principal_account
        return of_role is None or account != of_role
