"""What somebody else has to allow: statements for a role that cannot be changed, and for what others own.

A grant on an imported, immutable role is silently nothing in CDK, and so is one on a bucket, key or repository of
another account. Here each is noted, told at synth, and written into the template, where `spot-training policy` finds
it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

METADATA = "spot-training:required-policies"
"""The key in the template's `Metadata`, read by `spot-training policy` too."""

_ROLE_NOT_CHANGED = "spot-training-constructs:role-not-changed"
_OTHERS_MUST_ALLOW = "spot-training-constructs:others-must-allow"

Role = iam.IRole | iam.Role


@dataclass(kw_only=True)
class _Noted:
    """Statements by whose policy has to hold them."""

    immutable: bool = False
    of_role: list[iam.PolicyStatement] = field(default_factory=list)
    of_others: list[tuple[str, iam.PolicyStatement]] = field(default_factory=list)


_noted: WeakKeyDictionary[Any, _Noted] = WeakKeyDictionary()


def note_for_role(role: Role, statement: iam.PolicyStatement, added: iam.AddToPrincipalPolicyResult | None) -> None:
    """Note a statement that a role must have, where CDK leaves the role as it is.

    Args:
        role: The role.
        statement: The statement.
        added: What adding it gave; without it, what was seen of the role before. CDK pretends to have added it to a
            role that cannot be changed, but depends on no policy (aws-cdk-lib, aws-iam/lib/private/immutable-role.ts).
    """
    noted = _noted.setdefault(role, _Noted())
    if added is not None:
        noted.immutable = not isinstance(added.policy_dependable, iam.Policy)
    if noted.immutable:
        noted.of_role.append(statement)


def note_for_owner(role: Role, resource_arn: str, statement: iam.PolicyStatement) -> None:
    """Note a statement that the policy of somebody else's resource must have, for this role."""
    _noted.setdefault(role, _Noted()).of_others.append((resource_arn, statement))


def tell(scope: Construct, role: Role) -> None:
    """Warn of what has been noted for a role, and write it into the template's metadata."""
    noted = _noted.get(role)
    if noted is None or not (noted.of_role or noted.of_others):
        return
    stack = cdk.Stack.of(scope)
    entry: dict[str, Any] = {}
    if noted.of_role:
        entry["Role"] = _resolved(stack, role.role_arn)
        entry["RoleStatements"] = _unique(stack, noted.of_role)
        cdk.Annotations.of(scope).add_warning_v2(
            _ROLE_NOT_CHANGED,
            "the role cannot be changed from here and must have these statements, which 'spot-training policy' prints "
            f"again: {json.dumps(entry['RoleStatements'])}",
        )
    if noted.of_others:
        others: dict[str, list[iam.PolicyStatement]] = {}
        for arn, statement in noted.of_others:
            others.setdefault(json.dumps(stack.resolve(arn)), []).append(statement)
        entry["ResourcePolicies"] = [
            {"Resource": json.loads(arn), "Statements": _unique(stack, statements)}
            for arn, statements in others.items()
        ]
        cdk.Annotations.of(scope).add_warning_v2(
            _OTHERS_MUST_ALLOW,
            "what others own must allow this role in its own policy, which cannot be changed from here; "
            f"'spot-training policy' prints this again: {json.dumps(entry['ResourcePolicies'])}",
        )
    document = dict(stack.template_options.metadata or {})
    document[METADATA] = {**document.get(METADATA, {}), scope.node.path: entry}
    stack.template_options.metadata = document


def _unique(stack: cdk.Stack, statements: list[iam.PolicyStatement]) -> list[Any]:
    resolved = [_resolved(stack, statement.to_statement_json()) for statement in statements]
    return list({json.dumps(statement, sort_keys=True): statement for statement in resolved}.values())


def _resolved(stack: cdk.Stack, value: Any) -> Any:
    return stack.resolve(value)
