"""Permission: what a role may do, and why, told once.

The IAM statement, the text that acknowledges its wildcard, the tables of `docs/reference/security.md` and what the
tests hold the templates to are all made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.kinds import kind_problems
from constructs_lib.training_job.refusal import refuse

Statement = dict[str, Any]
"""A statement of an IAM policy, as JSON."""

REQUIRED_POLICIES = "spot-training:required-policies"
"""The key in a template's `Metadata` of what others have to write, which `spot-training policy` prints."""


@dataclass(frozen=True)
class Condition:
    """What must hold for a permission.

    Attributes:
        operator: The operator, such as `StringEquals`.
        key: The condition key, such as `s3:prefix`.
        value: What the key is compared with.
        when: Which deployments have it, in Markdown. Defaults to all that have the permission.
    """

    operator: str
    key: str
    value: str | Sequence[str]
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What a role may do, and why.

    Attributes:
        actions: The actions.
        resources: The resources, all of them with all of the actions.
        why: Who needs it for what, in Markdown; and where a resource has a wildcard, why there is no way without.
        page: The page that says so.
        conditions: What must hold beside. Defaults to nothing.
        when: Which deployments have the permission, in Markdown. Defaults to all.
    """

    actions: Sequence[str]
    resources: Sequence[str]
    why: str
    page: str
    conditions: Sequence[Condition] = ()
    when: str = ""

    def __post_init__(self) -> None:
        """Refuse a text where a list is wanted, which would be a list of letters."""
        refuse(
            problem
            for name, value in (("actions", self.actions), ("resources", self.resources))
            for problem in kind_problems(name, Sequence[str], value)
        )

    @property
    def statement(self) -> Statement:
        """The statement that allows it.

        It carries no Sid: two trainings may put their statements into one policy, where a Sid may stand only once.
        """
        conditions: dict[str, dict[str, Any]] = {}
        for condition in self.conditions:
            value = condition.value
            conditions.setdefault(condition.operator, {})[condition.key] = (
                value if isinstance(value, str) else list(value)
            )
        statement = {"Action": _one_or_all(self.actions), "Effect": "Allow", "Resource": _one_or_all(self.resources)}
        return {**statement, "Condition": conditions} if conditions else statement


def _one_or_all(values: Sequence[str]) -> str | list[str]:
    """Write a list of one as CDK does, so that statements of both can be compared."""
    return values[0] if len(values) == 1 else list(values)
