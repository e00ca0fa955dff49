"""Versions and aliases of state machines: what their operations answer and refuse."""

from __future__ import annotations

from typing import Any

from tests.local.conformance.case import ANY, Case, answers, refuses
from tests.local.conformance.play import VERSIONED, arn_of

_VERSIONING = "test_sfn_api_versioning.py: test_"
_ALIASING = "test_sfn_api_aliasing.py: test_"
_ARN = arn_of(VERSIONED)
_FIRST, _SECOND, _LIVE = f"{_ARN}:1", f"{_ARN}:2", f"{_ARN}:live"
_TOKEN = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
_DIFFERENT = (
    "Failed to create alias because an alias with the same name and a different routing configuration already exists."
)
_INVALID = "1 validation error detected: Value"


def _route(version: str, weight: int = 100) -> dict[str, Any]:
    return {"stateMachineVersionArn": version, "weight": weight}


def _alias(name: str, *routes: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "create_state_machine_alias", {"name": name, "routingConfiguration": list(routes), **more}


def _invalid_routes(name: str, source: str, told: str, *routes: dict[str, Any]) -> Case:
    return Case(
        name=f"CreateStateMachineAlias: {name}",
        source=f"{_ALIASING}{source}",
        call=_alias("wrong", *routes),
        want=refuses("ValidationException", told),
    )


def _invalid_name(name: str, told: str) -> Case:
    return Case(
        name=f"CreateStateMachineAlias: the name {name[:10]!r}",
        source=f"{_ALIASING}error_create_alias_invalid_name",
        call=_alias(name, _route(_FIRST)),
        want=refuses("ValidationException", f"{_INVALID} '{name}' at 'name' failed to satisfy constraint: {told}"),
    )


_ROUTES = "error_create_alias_invalid_router_configs"
_BY_PATTERN = f"Member must satisfy regular expression pattern: {_TOKEN}"

CASES = (
    Case(
        name="PublishStateMachineVersion: no such machine",
        source=f"{_VERSIONING}publish_state_machine_version_no_such_machine",
        call=("publish_state_machine_version", {"stateMachineArn": arn_of("nobody")}),
        want=refuses("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn_of('nobody')}'"),
    ),
    Case(
        name="PublishStateMachineVersion: no ARN",
        source=f"{_VERSIONING}publish_state_machine_version_invalid_arn",
        call=("publish_state_machine_version", {"stateMachineArn": "invalid_arn"}),
        want=refuses("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: invalid_arn'"),
    ),
    Case(
        name="PublishStateMachineVersion: another revision",
        source=f"{_VERSIONING}publish_state_machine_version",
        call=("publish_state_machine_version", {"stateMachineArn": _ARN, "revisionId": "another"}),
        want=refuses(
            "ConflictException",
            "Failed to publish the State Machine version for revision another. The current State Machine revision is "
            "….",
        ),
    ),
    Case(
        name="ListStateMachineVersions: the newest first",
        source=f"{_VERSIONING}update_state_machine",
        call=("list_state_machine_versions", {"stateMachineArn": _ARN}),
        want=answers(
            {
                "stateMachineVersions": [
                    {"creationDate": ANY, "stateMachineVersionArn": _SECOND},
                    {"creationDate": ANY, "stateMachineVersionArn": _FIRST},
                ]
            }
        ),
    ),
    Case(
        name="ListStateMachineVersions: in pages",
        source=f"{_VERSIONING}list_state_machine_versions_pagination",
        call=("list_state_machine_versions", {"stateMachineArn": _ARN, "maxResults": 1}),
        want=answers(
            {"nextToken": ANY, "stateMachineVersions": [{"creationDate": ANY, "stateMachineVersionArn": _SECOND}]}
        ),
    ),
    Case(
        name="DescribeStateMachine: a version",
        source=f"{_VERSIONING}publish_state_machine_version",
        call=("describe_state_machine", {"stateMachineArn": _SECOND}),
        want=answers(
            {
                "creationDate": ANY,
                "definition": ANY,
                "description": "the second",
                "name": VERSIONED,
                "revisionId": ANY,
                "roleArn": ANY,
                "stateMachineArn": _SECOND,
                "status": "ACTIVE",
                "tracingConfiguration": {"enabled": False},
                "type": "STANDARD",
                ANY: ANY,
            }
        ),
    ),
    Case(
        name="UpdateStateMachine: a version",
        source=f"{_VERSIONING}update_state_machine",
        call=("update_state_machine", {"stateMachineArn": _SECOND, "roleArn": "arn:aws:iam::123456789012:role/other"}),
        want=refuses("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{_SECOND}'"),
    ),
    Case(
        name="CreateStateMachine: a description without a version",
        source=f"{_VERSIONING}create_with_version_description_no_publish",
        call=(
            "create_state_machine",
            {"name": "undescribed", "definition": "{}", "roleArn": "arn:aws:iam::123456789012:role/r"}
            | {"versionDescription": "HelloWorld!"},
        ),
        want=refuses("ValidationException", "Version description can only be set when publish is true"),
    ),
    Case(
        name="DeleteStateMachineVersion: one that does not exist",
        source=f"{_VERSIONING}list_delete_version",
        call=("delete_state_machine_version", {"stateMachineVersionArn": f"{_ARN}:77"}),
        want=answers({}),
    ),
    Case(
        name="DeleteStateMachineVersion: one that an alias leads to",
        source=f"{_ALIASING}delete_version_with_alias",
        call=("delete_state_machine_version", {"stateMachineVersionArn": _FIRST}),
        want=refuses(
            "ConflictException",
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this "
            "version: [live]",
        ),
    ),
    Case(
        name="CreateStateMachineAlias: the same again",
        source=f"{_ALIASING}idempotent_create_alias",
        call=_alias("live", _route(_FIRST), description="what runs"),
        want=answers({"creationDate": ANY, "stateMachineAliasArn": _LIVE}),
    ),
    Case(
        name="CreateStateMachineAlias: another description",
        source=f"{_ALIASING}error_create_alias_not_idempotent",
        call=_alias("live", _route(_FIRST), description="something else"),
        want=refuses("ConflictException", _DIFFERENT),
    ),
    Case(
        name="CreateStateMachineAlias: another version",
        source=f"{_ALIASING}error_create_alias_not_idempotent",
        call=_alias("live", _route(_FIRST, 50), _route(_SECOND, 50), description="what runs"),
        want=refuses("ConflictException", _DIFFERENT),
    ),
    _invalid_routes(
        "of a machine",
        "error_create_alias_with_state_machine_arn",
        f"Routing configuration must contain state machine version ARNs. Received: [{_ARN}]",
        _route(_ARN),
    ),
    _invalid_routes(
        "of a machine and a version",
        _ROUTES,
        f"Routing configuration must contain state machine version ARNs. Received: [{_ARN}, {_SECOND}]",
        _route(_ARN, 70),
        _route(_SECOND, 30),
    ),
    _invalid_routes(
        "three versions",
        _ROUTES,
        f"{_INVALID} '[RoutingConfigurationListItem(stateMachineVersionArn={_FIRST}, weight=50), "
        f"RoutingConfigurationListItem(stateMachineVersionArn={_SECOND}, weight=30), "
        f"RoutingConfigurationListItem(stateMachineVersionArn={_ARN}:3, weight=20)]' at 'routingConfiguration' failed "
        "to satisfy constraint: Member must have length less than or equal to 2",
        _route(_FIRST, 50),
        _route(_SECOND, 30),
        _route(f"{_ARN}:3", 20),
    ),
    _invalid_routes(
        "a version twice",
        _ROUTES,
        f"Routing configuration must contain distinct state machine version ARNs. Received: [{_FIRST}, {_FIRST}]",
        _route(_FIRST, 50),
        _route(_FIRST, 50),
    ),
    _invalid_routes(
        "a weight of more than 100",
        _ROUTES,
        f"{_INVALID} '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have "
        "value less than or equal to 100",
        _route(_FIRST, 101),
    ),
    _invalid_routes(
        "weights of less than 100",
        _ROUTES,
        "Sum of routing configuration weights must equal 100. Received: [70, 29]",
        _route(_FIRST, 70),
        _route(_SECOND, 29),
    ),
    _invalid_routes(
        "weights of more than 100",
        _ROUTES,
        "Sum of routing configuration weights must equal 100. Received: [70, 31]",
        _route(_FIRST, 70),
        _route(_SECOND, 31),
    ),
    _invalid_name("123", _BY_PATTERN),
    _invalid_name("A" * 81, "Member must have length less than or equal to 80"),
    _invalid_name("INVALID ALIAS", _BY_PATTERN),
    _invalid_name("!INVALID", _BY_PATTERN),
    _invalid_name("ALIAS@", _BY_PATTERN),
    Case(
        name="DescribeStateMachineAlias",
        source=f"{_ALIASING}base_lifecycle_create_update_describe",
        call=("describe_state_machine_alias", {"stateMachineAliasArn": _LIVE}),
        want=answers(
            {
                "creationDate": ANY,
                "description": "what runs",
                "name": "live",
                "routingConfiguration": [_route(_FIRST)],
                "stateMachineAliasArn": _LIVE,
                "updateDate": ANY,
            }
        ),
    ),
    Case(
        name="ListStateMachineAliases",
        source=f"{_ALIASING}base_create_alias_single_router_config",
        call=("list_state_machine_aliases", {"stateMachineArn": _ARN}),
        want=answers({"stateMachineAliases": [{"creationDate": ANY, "stateMachineAliasArn": _LIVE}]}),
    ),
    Case(
        name="ListStateMachineAliases: none",
        source=f"{_ALIASING}base_lifecycle_create_invoke_describe_list",
        call=("list_state_machine_aliases", {"stateMachineArn": arn_of("unversioned")}),
        want=answers({"stateMachineAliases": []}),
    ),
    Case(
        name="ListStateMachineAliases: a token of nobody's",
        source=f"{_ALIASING}list_state_machine_aliases_pagination_invalid_next_token",
        call=("list_state_machine_aliases", {"stateMachineArn": _ARN, "nextToken": "InvalidToken"}),
        want=refuses("InvalidToken", "Invalid Token: 'Invalid token'"),
    ),
    Case(
        name="UpdateStateMachineAlias: no such alias",
        source=f"{_ALIASING}update_no_such_alias_arn",
        call=("update_state_machine_alias", {"stateMachineAliasArn": f"{_ARN}:nobody", "description": "x"}),
        want=refuses("ResourceNotFound", "Request references a resource that does not exist."),
    ),
    Case(
        name="DeleteStateMachineAlias: no such alias",
        source=f"{_ALIASING}delete_no_such_alias_arn",
        call=("delete_state_machine_alias", {"stateMachineAliasArn": f"{_ARN}:nobody"}),
        want=answers({}),
    ),
)
