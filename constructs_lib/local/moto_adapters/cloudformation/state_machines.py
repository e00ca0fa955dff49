"""State machines made by CloudFormation: put where executions are run from, with a definition from wherever it stands.

Reaches into moto/stepfunctions/models.py: CloudFormation writes to `stepfunctions_backends`, which only pretends to
execute, while StartExecution looks into parser/models.py's `stepfunctions_parser_backends`; and its `StateMachine`
reads a template's `DefinitionString` and role only, and has neither its ARN nor its revision to give.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.exceptions import ValidationError
from moto.stepfunctions import models
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import VALUE, Patch
from constructs_lib.local.moto_adapters.step_functions.api.versions import INITIAL, revision_of

_OWN_ATTRIBUTES = ("Arn", "StateMachineRevisionId")

_CONFIGURED = ("LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration")

_WHERE = ("Definition", "DefinitionString", "DefinitionS3Location")


def patches(emulation: Emulation) -> list[Patch]:
    """Let both backends be the one that executes, and give moto every definition as a text."""

    def creating(original: Any) -> Any:
        def create(
            _: Any, /, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
        ) -> Any:
            whole = _with_text(emulation.client("s3", region_name), cloudformation_json)
            return _configured(original(resource_name, whole, account_id, region_name, **kwargs), whole)

        return classmethod(create)

    def updating(original: Any) -> Any:
        def update(
            _: Any,
            /,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
        ) -> Any:
            whole = _with_text(emulation.client("s3", region_name), cloudformation_json)
            return _configured(original(original_resource, new_resource_name, whole, account_id, region_name), whole)

        return classmethod(update)

    return [
        Patch(
            owner=models, name="stepfunctions_backends", signature=VALUE, make=lambda _: stepfunctions_parser_backends
        ),
        Patch(
            owner=models.StateMachine,
            name="create_from_cloudformation_json",
            signature="(resource_name, cloudformation_json, account_id, region_name, **kwargs)",
            make=creating,
        ),
        Patch(
            owner=models.StateMachine,
            name="update_from_cloudformation_json",
            signature="(original_resource, new_resource_name, cloudformation_json, account_id, region_name)",
            make=updating,
        ),
        Patch(owner=models.StateMachine, name="has_cfn_attr", signature="(attr)", make=_or_own),
        Patch(
            owner=models.StateMachine, name="get_cfn_attribute", signature="(self, attribute_name)", make=_giving_own
        ),
    ]


def _with_text(s3: Any, resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource whose definition is a `DefinitionString`, substitutions made.

    CloudFormation replaces `${Name}` in the text, before it is read as JSON; a name that has no value stays as it is.
    """
    properties = dict(resource.get("Properties", {}))
    given = [name for name in _WHERE if name in properties]
    if len(given) != 1:
        raise ValidationError(
            message=f"a state machine must have one of {', '.join(_WHERE)}, got {' and '.join(given) or 'none'}"
        )
    definition = properties.pop(given[0])
    if given[0] == "DefinitionS3Location":
        text = _read(s3, definition)
    else:
        text = definition if isinstance(definition, str) else json.dumps(definition)
    for name, value in (properties.pop("DefinitionSubstitutions", None) or {}).items():
        text = text.replace(f"${{{name}}}", str(value))
    return {**resource, "Properties": {**properties, "DefinitionString": text}}


def _configured(machine: Any, resource: Mapping[str, Any]) -> Any:
    """Give a machine its logs, traces and key as its template has them, in the API's own names."""
    for name in _CONFIGURED:
        if name in resource["Properties"]:
            setattr(machine, name[0].lower() + name[1:], _in_api_names(resource["Properties"][name]))
    return machine


def _in_api_names(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name[0].lower() + name[1:]: _in_api_names(member) for name, member in value.items()}
    return [_in_api_names(each) for each in value] if isinstance(value, list) else value


def _read(s3: Any, location: Mapping[str, Any]) -> str:
    version = {"VersionId": location["Version"]} if location.get("Version") else {}
    try:
        found = s3.get_object(Bucket=location["Bucket"], Key=location["Key"], **version)
    except ClientError as error:
        raise ValidationError(
            message=f"the definition at s3://{location['Bucket']}/{location['Key']} cannot be read: {error}"
        ) from error
    text: str = found["Body"].read().decode()
    return text


def _or_own(original: Any) -> Any:
    return classmethod(lambda _, attr: attr in _OWN_ATTRIBUTES or original(attr))


def _giving_own(original: Any) -> Any:
    def get_cfn_attribute(self: Any, attribute_name: str) -> Any:
        if attribute_name == "Arn":
            return self.arn
        if attribute_name == "StateMachineRevisionId":
            return revision_of(self) or INITIAL
        return original(self, attribute_name)

    return get_cfn_attribute
