"""What a training's roles are allowed, and what others have to allow, read from the synthesised template without AWS.

A role that cannot be changed from the app is granted nothing by it: what it must have stands in the template's
metadata, and so do the policies that owners of other accounts have to write.
"""

from __future__ import annotations

from typing import Any

from constructs_lib.runs.synthesised.template import Template
from constructs_lib.workflow.permission import REQUIRED_POLICIES

_ROLE, _POLICY = "AWS::IAM::Role", "AWS::IAM::Policy"


def policies(template: Template) -> dict[str, Any]:
    """Return every policy that concerns a training, as JSON to put into a policy or to send to somebody.

    Args:
        template: The synthesised template; what only CloudFormation knows is shown between angle brackets.

    Returns:
        `Granted`: by the logical id or name of a role, the statements that the template gives it. `Required`: by the
        path of a training, what a role that is not changed must have (`Role`, `RoleStatements`), and what others must
        allow (`ResourcePolicies`).
    """
    granted: dict[str, list[Any]] = {}
    for logical_id, resource in template.document["Resources"].items():
        properties = resource.get("Properties", {})
        if resource.get("Type") == _ROLE:
            for policy in properties.get("Policies", []):
                granted.setdefault(logical_id, []).extend(policy["PolicyDocument"]["Statement"])
        elif resource.get("Type") == _POLICY:
            for role in properties.get("Roles", []):
                named = template.text(role).strip("<>")
                granted.setdefault(named, []).extend(properties["PolicyDocument"]["Statement"])
    required = template.document.get("Metadata", {}).get(REQUIRED_POLICIES, {})
    return {"Granted": _plain(template, granted), "Required": _plain(template, required)}


def _plain(template: Template, value: Any) -> Any:
    """Write every intrinsic function as text."""
    if isinstance(value, list):
        return [_plain(template, item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (next(iter(value)) == "Ref" or next(iter(value)).startswith("Fn::")):
        return template.text(value)
    return {name: _plain(template, member) for name, member in value.items()}
