"""Asks IAM's simulator whether the roles may do what a run does, with the condition keys of each call.

It knows nothing of the policies of buckets, keys and repositories in other accounts.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from constructs_lib.runs.calls.recorded import Call
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks.roles.calls import hostile, needed
from constructs_lib.runs.doctor.finding import Finding, not_looked, ok, problem, warning
from constructs_lib.runs.doctor.subject import RoleOf, Subject, is_known

CHECK = "roles"
_NUMBERS = ("sagemaker:MaxRuntimeInSeconds", "sagemaker:KeepAlivePeriod")
_BOOLEANS = (
    "sagemaker:NetworkIsolation",
    "sagemaker:InterContainerTrafficEncryption",
    "sagemaker:EnableRemoteDebug",
    "kms:GrantIsForAWSResource",
)


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Hold each call that a run makes, and hostile ones, against the policies of the role that makes them."""
    by_role = {role.arn: role for role in subject.roles}
    for role in by_role.values():
        if not role.exists and not role.policies:
            yield not_looked(CHECK, f"the template gives the {role.name} role nothing, and AWS does not have it yet")
            continue
        own = [call for call in needed(asking, subject) if call.role_arn == role.arn and is_known(call.resource)]
        denied = [call for call in _each_once(own) if not _is_allowed(asking, role, call)]
        for call in denied:
            yield problem(
                CHECK,
                f"the {role.name} role {role.arn} may not do {_told(call)}",
                "'spot-training policy' prints what it must be allowed",
                call.page,
            )
        if not denied:
            yield ok(CHECK, f"the {role.name} role may do all {len(_each_once(own))} calls of a run")
        yield from _hostile(asking, subject, role)


def _hostile(asking: Asking, subject: Subject, role: RoleOf) -> Iterator[Finding]:
    attempts = [call for call in hostile(asking, subject) if call.role_arn == role.arn]
    allowed = [call for call in attempts if _is_allowed(asking, role, call)]
    for call in allowed:
        text = f"the {role.name} role {role.arn} may do {_told(call)}, which no run does"
        yield warning(CHECK, text, "take it away, unless it is meant so: this library grants none of it")
    if not allowed:
        yield ok(CHECK, f"the {role.name} role may do none of {len(attempts)} calls that no run makes")


def _each_once(calls: Iterable[Call]) -> list[Call]:
    found: dict[str, Call] = {}
    for call in calls:
        found.setdefault(f"{call.action} {call.resource} {sorted(call.context.items())}", call)
    return list(found.values())


def _is_allowed(asking: Asking, role: RoleOf, call: Call) -> bool:
    asked: dict[str, Any] = {
        "ActionNames": [call.action],
        "ResourceArns": [call.resource],
        "ContextEntries": [_entry(key, value) for key, value in call.context.items()],
    }
    written = [json.dumps(policy) for policy in role.policies.values()]
    iam = asking.client("iam")
    if role.exists:
        told = iam.simulate_principal_policy(PolicySourceArn=role.arn, PolicyInputList=written, **asked)
    else:
        told = iam.simulate_custom_policy(PolicyInputList=written, **asked)
    return all(result["EvalDecision"] == "allowed" for result in told["EvaluationResults"])


def _entry(key: str, value: str | tuple[str, ...]) -> dict[str, Any]:
    kind = "numeric" if key in _NUMBERS else "boolean" if key in _BOOLEANS else "string"
    if isinstance(value, tuple):
        return {"ContextKeyName": key, "ContextKeyValues": list(value), "ContextKeyType": "stringList"}
    return {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": kind}


def _told(call: Call) -> str:
    context = ", ".join(f"{key}={value}" for key, value in call.context.items())
    return f"{call.action} on {call.resource}" + (f" with {context}" if context else "")
