"""Acknowledging, beside a resource, the wildcards of its policies that AWS forces."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from constructs import IConstruct

from constructs_lib.training_job.tokens import is_token
from constructs_lib.workflow.permission import Permission

# `Validations.acknowledge` turns blanks into hyphens and refuses an unbalanced bracket
_UNSPEAKABLE = frozenset(" ()[]{}")


def acknowledge_wildcards(
    scope: IConstruct, stack: cdk.Stack, permissions: Sequence[Permission], *further: cdk.Acknowledgment
) -> None:
    """Acknowledge cdk-nag's finding for each resource with a wildcard, with the reasons of all permissions on it.

    The ids of the findings carry logical ids of this stack, so a bucket of another stack is not matched; nor is a key
    with a blank or a bracket, which `acknowledge` cannot carry. Such a finding stays for the author to judge.

    Args:
        scope: The construct whose policies have the wildcards: a role, one resource of it, or what owns the role.
        stack: The stack of the role, whose logical ids the ids carry.
        permissions: What the role is granted.
        further: What else is acknowledged there, in the same call to the jsii kernel.
    """
    reasons: dict[str, dict[str, None]] = {}
    for permission in permissions:
        for resource in permission.resources:
            reasons.setdefault(resource, {})[permission.why] = None
    # a token may hide a wildcard
    resolved = list(reasons)
    if any(map(is_token, resolved)):
        resolved = stack.resolve(resolved)
    acknowledgments = [
        cdk.Acknowledgment(id=f"AwsSolutions-IAM5[Resource::{arn}]", reason="; ".join(why))
        for arn, why in zip(map(_flat, resolved), reasons.values(), strict=True)
        if "*" in arn and not _UNSPEAKABLE & set(arn)
    ]
    acknowledgments += further
    if acknowledgments:
        cdk.Validations.of(scope).acknowledge(*acknowledgments)


def _flat(value: object) -> str:
    """Write a resolved ARN as cdk-nag writes it in the ids of its findings (its `flatten-cfn-reference.ts`)."""
    if isinstance(value, str):
        return value.replace("${", "<").replace("}", ">")
    if isinstance(value, Mapping):
        if "Fn::Join" in value:
            delimiter, items = value["Fn::Join"]
            return str(delimiter).join(_flat(item) for item in items)
        if "Fn::Sub" in value:
            return _flat(value["Fn::Sub"])
        if "Fn::GetAtt" in value:
            resource, attribute = value["Fn::GetAtt"]
            return f"<{_flat(resource)}.{_flat(attribute)}>"
        if "Fn::ImportValue" in value:
            return _flat(value["Fn::ImportValue"])
        if "Ref" in value:
            return f"<{_flat(value['Ref'])}>"
    return json.dumps(value, separators=(",", ":"))
