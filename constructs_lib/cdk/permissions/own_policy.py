"""Adding many statements to a role at once."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from constructs_lib.cdk.types import Role
from constructs_lib.workflow.permission import Statement

_OWN_POLICY = "DefaultPolicy"
"""The id that `iam.Role` gives the policy for what is added to it; logical ids come from it, so that it stays."""


def add_statements(role: Role, statements: Sequence[Statement]) -> None:
    """Add statements to a role: to its own policy in one call to the jsii kernel, where it has that policy already."""
    made = [iam.PolicyStatement.from_json(statement) for statement in statements]
    policy = role.node.try_find_child(_OWN_POLICY) if isinstance(role, iam.Role) else None
    if isinstance(policy, iam.Policy):
        policy.document.add_statements(*made)
        return
    for statement in made:
        role.add_to_principal_policy(statement)
