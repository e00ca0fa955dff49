"""Adding many statements to a role at once."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from constructs_lib.cdk.permissions.types import Role
from constructs_lib.workflow.permission import Statement

_OWN_POLICY = "DefaultPolicy"
"""The id that `iam.Role` gives the policy for what is added to it; logical ids come from it, so that it stays."""


def _joined(statements: Sequence[Statement]) -> list[Statement]:
    """Join statements that differ in their actions only: each is a call to the jsii kernel."""
    found: dict[str, Statement] = {}
    for statement in statements:
        same = json.dumps({name: value for name, value in statement.items() if name != "Action"}, sort_keys=True)
        before = _as_list(found[same]["Action"]) if same in found else []
        actions = list(dict.fromkeys([*before, *_as_list(statement["Action"])]))
        found[same] = {**statement, "Action": actions if len(actions) > 1 else actions[0]}
    return list(found.values())


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def add_statements(role: Role, statements: Sequence[Statement]) -> None:
    """Add statements to a role: to its own policy in one call to the jsii kernel, once it has that policy."""
    made = [iam.PolicyStatement.from_json(statement) for statement in _joined(statements)]
    if isinstance(role, iam.Role) and made:
        # it answers with no object whose fields are read, and makes the policy where there is none
        role.add_to_policy(made.pop(0))
        policy = role.node.try_find_child(_OWN_POLICY) if made else None
        if isinstance(policy, iam.Policy):
            policy.document.add_statements(*made)
            return
    for statement in made:
        role.add_to_principal_policy(statement)
