"""AWS::StepFunctions::StateMachineVersion and AWS::StepFunctions::StateMachineAlias, as CDK's constructs make them.

Every change of a version replaces it: another is published, and the old one is deleted after all else, unless its
`UpdateReplacePolicy` is to retain it or an alias still leads to it. A `DeploymentPreference` moves everything at once.

Reaches into moto/cloudformation/parsing.py, which knows neither type, adds new resources before it changes others, and
leaves a resource alone whose text is the same though what it refers to is not.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html
"""

from __future__ import annotations

import contextlib
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError
from moto.cloudformation.parsing import ResourceMap
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.api import versions
from constructs_lib.local.moto_adapters.step_functions.api.aliases import validate_routes

_VERSION = "AWS::StepFunctions::StateMachineVersion"
_ALIAS = "AWS::StepFunctions::StateMachineAlias"


def patches(_: Emulation) -> list[Patch]:
    """Let templates have both types."""
    classes = {_VERSION: Version, _ALIAS: Alias}

    def with_both(original: Any) -> Any:
        def resource_class_from_type(resource_type: str) -> Any:
            return classes.get(resource_type) or original(resource_type)

        return resource_class_from_type

    return [
        Patch(owner=parsing, name="resource_class_from_type", signature="(resource_type)", make=with_both),
        Patch(owner=ResourceMap, name="update", signature="(self, template, parameters)", make=_following),
    ]


class Resource:
    """What both have in common, with the methods that moto's CloudFormation calls.

    Attributes:
        physical_resource_id: The ARN.
        properties: What the template says of it.
    """

    def __init__(self, arn: str, properties: dict[str, Any]) -> None:
        self.physical_resource_id = arn
        self.properties = properties

    @staticmethod
    def has_cfn_attr(attr: str) -> bool:
        """Say whether `Fn::GetAtt` may ask for it."""
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return what `Fn::GetAtt` gives."""
        if not self.has_cfn_attr(attribute_name):
            raise UnformattedGetAttTemplateException
        return self.physical_resource_id

    def is_created(self) -> bool:
        """Say that it is there."""
        return True


class Version(Resource):
    """A version."""

    @classmethod
    def create_from_cloudformation_json(
        cls, _name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Any:
        """Publish the machine's current revision."""
        properties = cloudformation_json["Properties"]
        version = versions.publish(
            stepfunctions_parser_backends[account_id][region_name],
            properties["StateMachineArn"],
            revision=properties.get("StateMachineRevisionId"),
            description=properties.get("Description"),
        )
        return cls(version.arn, properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> Any:
        """Publish another if anything is different."""
        if cloudformation_json["Properties"] == original_resource.properties:
            return original_resource
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name: str, _json: Any, account_id: str, region_name: str) -> None:
        """Delete it; refused while an alias leads to it, which moto takes for a reason to try again later."""
        versions.delete(stepfunctions_parser_backends[account_id][region_name], resource_name)


class Alias(Resource):
    """An alias."""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Any:
        """Make it; without a name it gets one of the stack's and its own."""
        properties = cloudformation_json["Properties"]
        routes = _routes(properties)
        backend = stepfunctions_parser_backends[account_id][region_name]
        name = properties.get("Name", resource_name)
        alias = backend.create_state_machine_alias(name, routes, properties.get("Description"))
        return cls(alias.arn, properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> Any:
        """Lead it elsewhere; under another name another takes its place."""
        properties = cloudformation_json["Properties"]
        before = original_resource.properties
        if properties == before:
            return original_resource
        backend = stepfunctions_parser_backends[account_id][region_name]
        if properties.get("Name") != before.get("Name"):
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        backend.update_state_machine_alias(
            original_resource.physical_resource_id,
            description=properties.get("Description", ""),
            routing_configuration=_routes(properties),
        )
        return cls(original_resource.physical_resource_id, properties)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name: str, _json: Any, account_id: str, region_name: str) -> None:
        """Delete it."""
        stepfunctions_parser_backends[account_id][region_name].delete_state_machine_alias(resource_name)


def _routes(properties: dict[str, Any]) -> list[dict[str, Any]]:
    routing, preference = properties.get("RoutingConfiguration"), properties.get("DeploymentPreference")
    if (routing is None) == (preference is None):
        raise ValidationError(
            message="an alias of a state machine has either RoutingConfiguration or DeploymentPreference, not both or "
            "neither; give it one"
        )
    if preference is not None:
        routing = [{"StateMachineVersionArn": preference["StateMachineVersionArn"], "Weight": 100}]
    routes = [
        {"stateMachineVersionArn": route["StateMachineVersionArn"], "weight": int(route["Weight"])}
        for route in routing or []
    ]
    validate_routes(routes)
    return routes


def _following(original: Any) -> Any:
    """Change both after everything else, and take away at the end what is no longer needed, as CloudFormation does."""

    def update(self: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> None:
        before = {name: found for name, found in self._parsed_resources.items() if isinstance(found, Resource)}
        texts = {name: self._resource_json_map[name] for name in before}
        changes = self.build_resource_diff(template, parameters)
        old, new = self._resource_json_map, template["Resources"]
        others = {
            action: [name for name in names if (new.get(name) or old[name])["Type"] not in (_VERSION, _ALIAS)]
            for action, names in changes.items()
        }
        self.build_resource_diff = lambda *_: others
        try:
            original(self, template, parameters)
        finally:
            del self.build_resource_diff
        for kind in (_VERSION, _ALIAS):
            for name in (name for name, text in new.items() if text["Type"] == kind):
                _bring_about(self, name)
        for of_kind in (Alias, Version):
            for name, resource in before.items():
                if isinstance(resource, of_kind):
                    _clean_up(self, name, resource, texts[name])

    return update


def _bring_about(stack: Any, name: str) -> None:
    text = stack._resource_json_map[name]
    if stack[name] is not None:  # it is made here if it is new
        stack._parsed_resources[name] = parsing.parse_and_update_resource(
            name, text, stack, stack._account_id, stack._region_name
        )


def _clean_up(stack: Any, name: str, before: Any, text: dict[str, Any]) -> None:
    arn = before.physical_resource_id
    removed = name not in stack._resource_json_map
    now = None if removed else stack._parsed_resources[name].physical_resource_id
    policy = text.get("DeletionPolicy") if removed else stack._resource_json_map[name].get("UpdateReplacePolicy")
    if removed:
        stack._parsed_resources.pop(name)
    if now == arn or policy == "Retain":
        return
    with contextlib.suppress(versions.ConflictException):  # somebody's alias leads to it: CloudFormation leaves it too
        before.delete_from_cloudformation_json(arn, text, stack._account_id, stack._region_name)
