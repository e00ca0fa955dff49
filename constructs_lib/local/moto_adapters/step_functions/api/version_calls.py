"""The operations on versions and revisions of state machines.

Reaches into moto/stepfunctions/responses.py, which lacks some and tells no revision in the others.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.responses import StepFunctionResponse
from moto.utilities.paginator import paginate

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch
from constructs_lib.local.moto_adapters.step_functions.api.versions import (
    PAGES,
    delete,
    machine_of,
    publish,
    told_revision,
    unqualified,
)


def patches(_: Emulation) -> list[Patch]:
    """Answer."""
    of_response = {
        "publish_state_machine_version": (ABSENT, _publish_response),
        "list_state_machine_versions": (ABSENT, _list_response),
        "delete_state_machine_version": (ABSENT, _delete_response),
        "update_state_machine": ("(self)", _update_response),
        "describe_state_machine_for_execution": ("(self)", _describe_for_execution_response),
    }
    return [
        Patch(
            owner=StepFunctionResponse,
            name="_describe_state_machine",
            signature="(self, state_machine_arn)",
            make=_with_revision,
        ),
        *(
            Patch(owner=StepFunctionResponse, name=name, signature=signature, make=lambda _, method=method: method)  # type: ignore[misc]
            for name, (signature, method) in of_response.items()
        ),
    ]


def _with_revision(original: Any) -> Any:
    def describe(self: Any, state_machine_arn: str) -> ActionResult:
        machine = self.stepfunction_backend.describe_state_machine(state_machine_arn)
        return ActionResult({**original(self, state_machine_arn).result, **told_revision(machine)})

    return describe


def _publish_response(self: Any) -> ActionResult:
    version = publish(
        self.stepfunction_backend,
        self._get_param("stateMachineArn"),
        revision=self._get_param("revisionId"),
        description=self._get_param("description"),
    )
    return ActionResult({"creationDate": version.creation_date, "stateMachineVersionArn": version.arn})


def _list_response(self: Any) -> ActionResult:
    machine = machine_of(self.stepfunction_backend, self._get_param("stateMachineArn"))

    @paginate(pagination_model=PAGES)
    def versions() -> list[Any]:
        return sorted(machine.versions.values(), key=lambda version: version.version, reverse=True)

    found, token = versions(max_results=self._get_int_param("maxResults"), next_token=self._get_param("nextToken"))
    listed = [{"creationDate": one.creation_date, "stateMachineVersionArn": one.arn} for one in found]
    return ActionResult({"stateMachineVersions": listed, "nextToken": token})


def _delete_response(self: Any) -> EmptyResult:
    delete(self.stepfunction_backend, self._get_param("stateMachineVersionArn"))
    return EmptyResult()


def _update_response(self: Any) -> ActionResult:
    publishes, description = self._get_param("publish"), self._get_param("versionDescription")
    if description and not publishes:
        raise ValidationException("Version description can only be set when publish is true")
    machine = self.stepfunction_backend.update_state_machine(
        self._get_param("stateMachineArn"),
        definition=self._get_param("definition"),
        role_arn=self._get_param("roleArn"),
        logging_configuration=self._get_param("loggingConfiguration"),
        tracing_configuration=self._get_param("tracingConfiguration"),
        encryption_configuration=self._get_param("encryptionConfiguration"),
        publish=publishes,
        version_description=description,
    )
    version = {"stateMachineVersionArn": machine.latest_version.arn} if publishes else {}
    return ActionResult({"updateDate": machine.update_date, **told_revision(machine), **version})


def _describe_for_execution_response(self: Any) -> ActionResult:
    """Describe the machine as it was when the execution was started."""
    machine = self.stepfunction_backend.describe_execution(self._get_param("executionArn")).state_machine
    return ActionResult(
        {
            "stateMachineArn": unqualified(machine.arn),
            "name": machine.name,
            "definition": machine.definition,
            "roleArn": machine.roleArn,
            "updateDate": machine.update_date,
            "loggingConfiguration": machine.loggingConfiguration,
            "tracingConfiguration": machine.tracingConfiguration,
            "encryptionConfiguration": machine.encryptionConfiguration,
            **told_revision(machine),
        }
    )
