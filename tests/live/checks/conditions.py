"""The checks of the condition keys of keys: jobs are asked for in the names of roles that may have one key only.

Each request breaks a rule besides, so that no job is created: what is allowed is refused for that. TestState makes the
call in the role's name and costs nothing.
"""

from __future__ import annotations

import json
from typing import Any

from tests.live.checks.asking import like_plain
from tests.live.checks.check import Check, NotTriedError
from tests.live.world import World

_DENIED, _BROKEN = "not authorized to perform", "MaxWaitTimeInSeconds"
"""What the cause says where the role may not, and where the request is looked at."""

_PLACES = {"key": "key/00000000-0000-4000-8000-000000000000", "alias": "alias/spot-training-live", "other": "key/other"}


def may_create(world: World, role: str, key: str) -> str:
    """Say whether a role may create a job for a key: `allowed`, `denied`, or what AWS says instead."""
    _, partition, _, region, account = world.machine.split(":")[:5]
    request = like_plain(world, f"may-{role.lower()}")
    request["StoppingCondition"] = {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60}
    request["ResourceConfig"] |= {"VolumeKmsKeyId": f"arn:{partition}:kms:{region}:{account}:{_PLACES[key]}"}
    state = {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "arn:aws:states:::aws-sdk:sagemaker:createTrainingJob",
        "Arguments": request,
        "End": True,
    }
    told = world.client("stepfunctions").test_state(definition=json.dumps(state), roleArn=world.may[role], input="{}")
    cause = str(told.get("cause", ""))
    return "denied" if _DENIED in cause else "allowed" if _BROKEN in cause else f"{told['status']}: {cause[:300]}"


def _asked(world: World, roles: dict[str, str]) -> Any:
    if any(may_create(world, role, "other") == "allowed" for role in roles):
        raise NotTriedError("a request that breaks a rule is refused for that before its permissions are looked at")
    return {role: may_create(world, role, key) for role, key in roles.items()}


CHECKS = (
    Check(
        row="kms-condition-names",
        observe=lambda world: _asked(world, {"WithArn": "key", "WithoutArn": "key"}),
        # one of the names is filled in, and there is a statement for each
        holds=lambda told: "allowed" in told.values() and set(told.values()) <= {"allowed", "denied"},
        otherwise={"WithArn": "denied", "WithoutArn": "denied"},
        rests="constructs_lib/cdk/permissions",
    ),
    Check(
        row="kms-alias-compared",
        observe=lambda world: _asked(world, {"AliasWithArn": "alias", "AliasWithoutArn": "alias"}),
        holds=lambda told: "allowed" in told.values() and set(told.values()) <= {"allowed", "denied"},
        otherwise={"AliasWithArn": "denied", "AliasWithoutArn": "denied"},
        rests="constructs_lib/cdk/permissions",
    ),
)
