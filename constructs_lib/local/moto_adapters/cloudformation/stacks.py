"""Change sets, by which the CDK CLI makes and updates stacks: the right one is found, and its stack has outputs.

Reaches into moto/cloudformation/responses.py, which looks for a change set by its name without its stack, and knows no
ChangeSetNotFound; moto/cloudformation/models.py, which reads a new stack's outputs before it has a template, and lets a
service's error through in the shape of that service; and moto/cloudformation/parsing.py, which takes an SSM
parameter's value for its name when an update keeps the previous value, and fails where there is no such parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import AWSError, ServiceException
from moto.core.responses import ActionResult, EmptyResult

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


class ChangeSetNotFound(ServiceException):
    """There is no such change set; the CDK CLI waits for this after it has deleted one."""

    code = "ChangeSetNotFound"


def patches(_: Emulation) -> list[Patch]:
    """Find change sets by stack and name, and complete what executing one leaves open."""
    of_response = {
        "delete_change_set": _delete_change_set,
        "describe_change_set": _describe_change_set,
        "execute_change_set": _execute_change_set,
    }
    return [
        Patch(
            owner=CloudFormationBackend,
            name="execute_change_set",
            signature="(self, change_set_name, stack_name)",
            make=_completing,
        ),
        Patch(
            owner=ResourceMap,
            name="parse_ssm_parameter",
            signature="(self, value, value_type)",
            make=_keeping_previous_values,
        ),
        *(
            Patch(owner=CloudFormationResponse, name=name, signature="(self)", make=_always(method))
            for name, method in of_response.items()
        ),
    ]


def _always(method: Any) -> Callable[[Any], Any]:
    return lambda _: method


def _completing(original: Any) -> Any:
    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        stack = self.stacks[self.describe_change_set(change_set_name).stack_id]
        try:
            original(self, change_set_name, stack_name)
        except AWSError as error:
            raise ValidationError(message=f"{error.error_type}: {error.message}") from error
        stack._parse_template()
        stack.description = stack.template_description
        stack.output_map = stack._create_output_map()

    return execute_change_set


def _keeping_previous_values(original: Any) -> Any:
    def parse_ssm_parameter(self: Any, value: str, value_type: str) -> Any:
        resolved: list[Any] = vars(self).setdefault("resolved_ssm_parameters", [])
        if value not in resolved:
            try:
                value = original(self, value, value_type)
            except AttributeError as error:  # moto has found no such parameter
                message = f"Unable to fetch parameters [{value}] from parameter store for this account."
                raise ValidationError(message=message) from error
            resolved.append(value)
        return value

    return parse_ssm_parameter


def _delete_change_set(self: Any) -> EmptyResult:
    found = _find(self)
    if found is not None:
        self.cloudformation_backend.delete_change_set(change_set_name=found)
    return EmptyResult()


def _describe_change_set(self: Any) -> ActionResult:
    return ActionResult(self.cloudformation_backend.describe_change_set(change_set_name=_find_or_fail(self)))


def _execute_change_set(self: Any) -> EmptyResult:
    self.cloudformation_backend.execute_change_set(
        change_set_name=_find_or_fail(self), stack_name=self._get_param("StackName")
    )
    return EmptyResult()


def _find_or_fail(response: Any) -> str:
    found = _find(response)
    if found is None:
        raise ChangeSetNotFound(f"ChangeSet [{response._get_param('ChangeSetName')}] does not exist")
    return found


def _find(response: Any) -> str | None:
    """Return the ARN of the change set that a request means: by its ARN, or by its name and stack.

    A stack that was deleted is found by its ARN only: its name may be that of another one by now.
    """
    name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
    backend = response.cloudformation_backend
    if name in backend.change_sets:
        return str(name)
    for arn, found in backend.change_sets.items():
        live = found.stack.stack_id in backend.stacks
        if found.change_set_name == name and stack in (None, found.stack.stack_id, live and found.stack.name):
            return str(arn)
    return None
