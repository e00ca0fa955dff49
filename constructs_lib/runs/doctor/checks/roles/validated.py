"""Asks Access Analyzer what it finds in each policy.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, Status, ok
from constructs_lib.runs.doctor.subject import Policy, RoleOf, Subject

CHECK = "policies"
_STATUS = {"ERROR": Status.PROBLEM, "SECURITY_WARNING": Status.PROBLEM, "WARNING": Status.WARNING}
"""Suggestions, the fourth type of a finding, are not told."""


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Have each policy validated."""
    for role in subject.roles:
        for name, policy in _policies(asking, role):
            told = [finding for finding in _findings(asking, policy) if finding["findingType"] in _STATUS]
            for finding in told:
                yield Finding(
                    check=CHECK,
                    status=_STATUS[finding["findingType"]],
                    text=f"{name}: {finding['findingDetails']}",
                    fix=f"see {finding['issueCode']}",
                    link=finding["learnMoreLink"],
                )
            if not told:
                yield ok(CHECK, f"{name}: Access Analyzer finds nothing")


def _findings(asking: Asking, policy: Policy) -> Iterator[Mapping[str, Any]]:
    client = asking.client("accessanalyzer")
    pages = client.get_paginator("validate_policy").paginate(
        policyDocument=json.dumps(policy), policyType="IDENTITY_POLICY"
    )
    for page in pages:
        yield from page["findings"]


def _policies(asking: Asking, role: RoleOf) -> Iterator[tuple[str, Policy]]:
    yield from role.policies.items()
    if not role.exists:
        return
    iam, name = asking.client("iam"), role.arn.rpartition("/")[2]
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            yield policy, _document(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for attached in page["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            told = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            yield attached["PolicyName"], _document(told)


def _document(told: Any) -> Policy:
    document: Policy = json.loads(unquote(told)) if isinstance(told, str) else told
    return document
