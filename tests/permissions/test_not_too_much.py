"""Everything that is synthesised is a permission that is told, and every permission that is told is synthesised."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from constructs_lib.workflow.permission import Permission
from tests.permissions.deployments import DEPLOYMENTS, deployment
from tests.permissions.evaluated import Allowed, Binding, allowed_by, bindings
from tests.support.cloudformation import DeployedTemplate
from tools.docs.security import PERMISSIONS, RoleName

TOLD = [
    pytest.param(role, permission, id=f"{role}: {permission.why}")
    for role, permissions in PERMISSIONS.items()
    # a sweep is a machine of its own, which `tests/local/sweep/test_permissions.py` deploys
    if role != "sweep"
    for permission in permissions
]


@cache
def synthesised(name: str) -> tuple[list[Allowed], list[Binding]]:
    template = DeployedTemplate(deployment(name).template)
    return allowed_by(template), bindings(template)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_nothing_is_allowed_that_is_not_told(name: str) -> None:
    found, filled_in = synthesised(name)
    assert len(found) > 30
    untold = [
        allowed
        for allowed in found
        if not any(allowed.is_told(permission, filled_in) for permission in PERMISSIONS[allowed.role])
    ]
    assert untold == []


@pytest.mark.parametrize(("role", "permission"), TOLD)
def test_nothing_is_told_that_nobody_allows(role: RoleName, permission: Permission) -> None:
    for action in permission.actions:
        for resource in permission.resources:
            alone = replace(permission, actions=(action,), resources=(resource,))
            assert any(
                allowed.role == role and allowed.is_told(alone, filled_in)
                for name in DEPLOYMENTS
                for found, filled_in in [synthesised(name)]
                for allowed in found
            ), f"{action} on {resource}"


@pytest.mark.parametrize(("role", "permission"), TOLD)
def test_no_condition_is_told_that_nobody_has(role: RoleName, permission: Permission) -> None:
    used = {
        condition
        for name in DEPLOYMENTS
        for allowed in synthesised(name)[0]
        if allowed.role == role and allowed.action in permission.actions
        for condition in allowed.conditions
    }
    assert {(condition.operator, condition.key) for condition in permission.conditions} <= used


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_what_lost_its_conditions_is_not_told(name: str) -> None:
    found, filled_in = synthesised(name)
    conditioned = [allowed for allowed in found if allowed.conditions]
    assert conditioned
    for allowed in conditioned:
        bare = replace(allowed, conditions={})
        assert not any(bare.is_told(permission, filled_in) for permission in PERMISSIONS[bare.role]), bare


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_what_has_another_value_in_a_condition_is_not_told(name: str) -> None:
    found, filled_in = synthesised(name)
    for allowed in found:
        for key in allowed.conditions:
            other = replace(allowed, conditions={**allowed.conditions, key: "another"})
            assert not any(other.is_told(permission, filled_in) for permission in PERMISSIONS[other.role]), other
