"""Every permission that is synthesised has a reason in the table, and every row of the table is synthesised."""

from __future__ import annotations

from functools import cache

import pytest

from constructs_lib.cdk.permissions.table import REASONS, Reason, RoleName
from tests.permissions.deployments import DEPLOYMENTS, deployment
from tests.permissions.evaluated import Binding, Permission, bindings, permissions
from tests.support.cloudformation import DeployedTemplate

ROWS = [(role, reason) for role, rows in REASONS.items() for reason in rows]


@cache
def synthesised(name: str) -> tuple[list[Permission], list[Binding]]:
    template = DeployedTemplate(deployment(name).template)
    return permissions(template), bindings(template)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_nothing_is_allowed_without_a_reason(name: str) -> None:
    found, filled_in = synthesised(name)
    assert len(found) > 30
    without = [
        permission
        for permission in found
        if not any(permission.has_reason(reason, filled_in) for reason in REASONS[permission.role])
    ]
    assert without == []


@pytest.mark.parametrize(("role", "reason"), ROWS, ids=[f"{role}: {reason.why}" for role, reason in ROWS])
def test_no_reason_is_given_for_what_nobody_allows(role: RoleName, reason: Reason) -> None:
    for action in reason.actions:
        for resource in reason.resources:
            alone = Reason(
                actions=(action,), resources=(resource,), why=reason.why, page=reason.page,
                conditions=reason.conditions, optional=reason.optional,
            )  # fmt: skip
            assert any(
                permission.role == role and permission.has_reason(alone, filled_in)
                for name in DEPLOYMENTS
                for found, filled_in in [synthesised(name)]
                for permission in found
            ), f"{action} on {resource}"


@pytest.mark.parametrize(("role", "reason"), ROWS, ids=[f"{role}: {reason.why}" for role, reason in ROWS])
def test_no_condition_is_optional_that_nobody_has(role: RoleName, reason: Reason) -> None:
    used = {
        condition
        for name in DEPLOYMENTS
        for permission in synthesised(name)[0]
        if permission.role == role and permission.action in reason.actions
        for condition in permission.conditions
    }
    assert reason.optional <= used


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_permission_that_lost_its_condition_has_no_reason(name: str) -> None:
    found, filled_in = synthesised(name)
    conditioned = [permission for permission in found if permission.conditions]
    assert conditioned
    for permission in conditioned:
        bare = Permission(permission.role, permission.action, permission.resource, {})
        assert not any(bare.has_reason(reason, filled_in) for reason in REASONS[bare.role]), bare
