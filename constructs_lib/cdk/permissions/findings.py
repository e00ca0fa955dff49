"""Acknowledging, beside a resource, the wildcards of its policies that AWS forces."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from constructs import IConstruct

from constructs_lib.cdk.types import Role
from constructs_lib.training_job.tokens import is_token

# `Validations.acknowledge` turns blanks into hyphens and refuses an unbalanced bracket
_UNSPEAKABLE = frozenset(" ()[]{}")


def acknowledge_registry_login(role: Role) -> None:
    """Acknowledge the `*` of `ecr:GetAuthorizationToken`, which `ecr.Repository.grant_pull` brings too."""
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    acknowledge_wildcards(
        role, role, ["*"], "ecr:GetAuthorizationToken has no resource type, so AWS takes it on * only"
    )


def acknowledge_wildcards(scope: IConstruct, role: Role, arns: Sequence[str], reason: str) -> None:
    """Acknowledge wildcards that all have the same reason; see `acknowledge_findings`."""
    acknowledge_findings(scope, role, dict.fromkeys(arns, reason))


def acknowledge_findings(scope: IConstruct, role: Role, reasons: Mapping[str, str]) -> None:
    """Acknowledge cdk-nag's finding for each ARN with a wildcard, beside the resource that has it.

    The ids of the findings carry logical ids of this stack, so a bucket of another stack is not matched; nor is a key
    with a blank or a bracket, which `acknowledge` cannot carry. Such a finding stays for the author to judge.

    Args:
        scope: The construct whose policies have the wildcard: a role, one resource of it, or what owns the role.
        role: The training job's role; the ids carry logical ids of its stack.
        reasons: The ARNs as they stand in the policy, each with why there is no way without the wildcard.
    """
    resolved = list(reasons)
    if any(map(is_token, resolved)):
        resolved = cdk.Stack.of(role).resolve(resolved)
    found = zip(map(_flat, resolved), reasons.values(), strict=True)
    cdk.Validations.of(scope).acknowledge(
        *(
            cdk.Acknowledgment(id=f"AwsSolutions-IAM5[Resource::{arn}]", reason=reason)
            for arn, reason in found
            if "*" in arn and not _UNSPEAKABLE & set(arn)
        )
    )


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
