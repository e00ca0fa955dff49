"""What somebody else has to allow: statements for a role that cannot be changed, and for what others own.

A grant on an imported, immutable role is silently nothing in CDK, and so is one on a bucket, key or repository of
another account. Here each is told at synth, and written into the template, where `spot-training policy` finds it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.cdk.permissions.types import Role
from constructs_lib.workflow.permission import REQUIRED_POLICIES, Statement

_ROLE_NOT_CHANGED = "spot-training-constructs:role-not-changed"
_OTHERS_MUST_ALLOW = "spot-training-constructs:others-must-allow"


@dataclass(kw_only=True)
class RequiredPolicies:
    """The statements of one training, by whose policy has to hold them.

    Attributes:
        role_is_fixed: Whether the role cannot be changed from here.
        of_role: What the role needs, in case it is fixed.
        of_owners: What others have to write, each with the ARN of what is theirs.
    """

    role_is_fixed: bool = False
    of_role: list[Statement] = field(default_factory=list)
    of_owners: list[tuple[str, Statement]] = field(default_factory=list)

    def see_added(self, added: iam.AddToPrincipalPolicyResult) -> None:
        """Learn from what adding a statement gave whether the role can be changed.

        CDK pretends to have added it to a role that cannot, but depends on no policy then (aws-cdk-lib,
        aws-iam/lib/private/immutable-role.ts).
        """
        self.role_is_fixed = not isinstance(added.policy_dependable, iam.Policy)

    def tell(self, scope: Construct, role: Role) -> None:
        """Warn of what the role must have and of what others have to write, and write both into the template."""
        if self.role_is_fixed and self.of_role:
            stack = cdk.Stack.of(scope)
            entry = {"Role": _resolved(stack, role.role_arn), "RoleStatements": _unique(stack, self.of_role)}
            cdk.Annotations.of(scope).add_warning_v2(
                _ROLE_NOT_CHANGED,
                "the role cannot be changed from here and must have these statements, which 'spot-training policy' "
                f"prints again: {json.dumps(entry['RoleStatements'])}",
            )
            _write(scope, entry)
        self.tell_owners(scope)

    def tell_owners(self, scope: Construct) -> None:
        """Warn of what others have to write, and write it into the template's metadata."""
        if not self.of_owners:
            return
        stack = cdk.Stack.of(scope)
        others: dict[str, list[Statement]] = {}
        for arn, statement in self.of_owners:
            others.setdefault(json.dumps(_resolved(stack, arn)), []).append(statement)
        policies = [
            {"Resource": json.loads(arn), "Statements": _unique(stack, statements)}
            for arn, statements in others.items()
        ]
        cdk.Annotations.of(scope).add_warning_v2(
            _OTHERS_MUST_ALLOW,
            "what others own must allow this in its own policy, which cannot be changed from here; 'spot-training "
            f"policy' prints this again: {json.dumps(policies)}",
        )
        _write(scope, {"ResourcePolicies": policies})


def _write(scope: Construct, entry: dict[str, Any]) -> None:
    stack = cdk.Stack.of(scope)
    document = dict(stack.template_options.metadata or {})
    paths = dict(document.get(REQUIRED_POLICIES, {}))
    before = paths.get(scope.node.path, {})
    of_others: dict[str, Any] = {}
    for policy in (*before.get("ResourcePolicies", []), *entry.get("ResourcePolicies", [])):
        merged = of_others.setdefault(
            json.dumps(policy["Resource"]), {"Resource": policy["Resource"], "Statements": []}
        )
        merged["Statements"] = [*merged["Statements"], *policy["Statements"]]
    if of_others:
        entry = {**entry, "ResourcePolicies": list(of_others.values())}
    paths[scope.node.path] = {**before, **entry}
    stack.template_options.metadata = {**document, REQUIRED_POLICIES: paths}


def _unique(stack: cdk.Stack, statements: list[Statement]) -> list[Any]:
    resolved = _resolved(stack, statements)
    return list({json.dumps(statement, sort_keys=True): statement for statement in resolved}.values())


def _resolved(stack: cdk.Stack, value: Any) -> Any:
    return stack.resolve(value)
