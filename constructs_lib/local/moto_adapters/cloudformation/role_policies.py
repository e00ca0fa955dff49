"""Inline policies of a role, documents in a template: IAM keeps them as text, as PutRolePolicy is given it.

Reaches into moto/iam/models.py, which keeps what the template has, and answers with Python's own way of writing it.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import Role

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Keep text."""

    def as_text(original: Any) -> Any:
        def put_policy(self: Any, policy_name: str, policy_json: Any) -> None:
            original(self, policy_name, policy_json if isinstance(policy_json, str) else json.dumps(policy_json))

        return put_policy

    return [Patch(owner=Role, name="put_policy", signature="(self, policy_name, policy_json)", make=as_text)]
