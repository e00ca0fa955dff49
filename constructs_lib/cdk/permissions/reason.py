"""Reason: one row of the table of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a role may do something.

    Attributes:
        actions: The actions that have this reason.
        resources: The resources, all of them with all of the actions.
        why: What is called, and when.
        page: The AWS page that says so.
        conditions: What must hold beside, `operator key` and its value; `None` is whatever the deployment says.
            Defaults to nothing.
        optional: The conditions that only some deployments have. Defaults to none.
        when: Which deployments have the permission. Defaults to all.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    why: str
    page: str
    conditions: Mapping[str, str | None] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    when: str = ""
