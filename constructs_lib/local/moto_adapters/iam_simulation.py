"""IAM's SimulatePrincipalPolicy for roles and SimulateCustomPolicy: what policies and a permissions boundary allow.

Reaches into moto/iam/responses.py and moto/iam/models.py. Policies of resources and of organizations have no say.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.responses import IamResponse

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch
from constructs_lib.runs.calls.policies import Context, Verdict, evaluate


def patches(_: Emulation) -> list[Patch]:
    """Add the operations."""
    return [
        Patch(owner=IamResponse, name="simulate_custom_policy", signature=ABSENT, make=lambda _: _simulate_custom),
        Patch(owner=IamResponse, name="simulate_principal_policy", signature=ABSENT, make=lambda _: _simulate),
    ]


def _simulate(self: Any) -> ActionResult:
    arn = str(self._get_param("PolicySourceArn"))
    if ":role/" not in arn:
        raise NotFoundException(f"the embedded AWS simulates the policies of roles only, not of {arn}")
    role = self.backend.get_role_by_arn(arn)
    own = [json.loads(text) for text in role.policies.values()]
    own += [_document(policy) for policy in role.managed_policies.values()]
    own += [json.loads(text) for text in self._get_param("PolicyInputList") or []]
    boundary = None
    if role.permissions_boundary_arn:
        boundary = _document(self.backend.get_policy(role.permissions_boundary_arn))
    return _answer(self, own, boundary)


def _simulate_custom(self: Any) -> ActionResult:
    own = [json.loads(text) for text in self._get_param("PolicyInputList")]
    boundaries = [json.loads(text) for text in self._get_param("PermissionsBoundaryPolicyInputList") or []]
    return _answer(self, own, boundaries[0] if boundaries else None)


def _answer(self: Any, own: list[Any], boundary: Any) -> ActionResult:
    context: Context = {
        entry["ContextKeyName"].lower(): entry.get("ContextKeyValues", [])
        for entry in self._get_param("ContextEntries") or []
    }
    results = [
        _result(action, resource, _verdict(own, boundary, action, resource, context))
        for action in self._get_param("ActionNames")
        for resource in self._get_param("ResourceArns") or ["*"]
    ]
    return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _document(policy: Any) -> Any:
    """Return what a managed policy says in the version that counts."""
    return json.loads(next(version.document for version in policy.versions if version.is_default))


def _verdict(own: list[Any], boundary: Any, action: str, resource: str, context: Context) -> Verdict:
    verdict = evaluate(own, action, resource, context)
    if boundary is None or verdict.decision != "allowed":
        return verdict
    within = evaluate([boundary], action, resource, context)
    return Verdict(decision=within.decision, missing=(*verdict.missing, *within.missing))


def _result(action: str, resource: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": verdict.decision,
        "MatchedStatements": [],
        "MissingContextValues": list(verdict.missing),
    }
