"""The tasks `aws-sdk:<service>:<action>`: names of members and errors, times, and bodies as the service has them.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_task/service/state_task_service_aws_sdk.py.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)

from constructs_lib.local.moto_adapters.emulation import Emulation, caller_of
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import parameters_problem, task_failed
from constructs_lib.local.moto_adapters.step_functions.tasks.shapes import missing_members, to_document, to_parameters
from constructs_lib.runs.calls.machine import sdk_calls

_BOTO_NAMES = {"cloudwatchlogs": "logs", "eventbridge": "events", "sfn": "stepfunctions"}
"""Services whose name in a state machine is not boto's."""


_PARAMETER = re.compile(r"parameter (\w+)")


def patches(emulation: Emulation) -> list[Patch]:
    """Call the endpoint by boto3, and name errors as the Java SDK of Step Functions does."""

    def eval_service_task(
        self: Any, env: Any, resource_runtime_part: Any, normalised_parameters: Any, **_: Any
    ) -> None:
        service = _BOTO_NAMES.get(self.resource.api_name, self.resource.api_name)
        client = emulation.client(service, resource_runtime_part.region)
        operation = _operation(client, self.resource.api_action)
        try:
            parameters = to_parameters(normalised_parameters, operation.input_shape)
        except ValueError as error:
            raise parameters_problem(env, normalised_parameters, str(error)) from error
        for call in sdk_calls(caller_of(env, resource_runtime_part.region), service, operation.name, parameters):
            emulation.record(call)
        try:
            answer = getattr(client, xform_name(operation.name))(**parameters)
        except ClientError as error:
            name = java_name(str(client.meta.service_model.service_id))
            raise task_failed(self, env, error_name(name, error), _cause(name, error)) from error
        except ParamValidationError as error:
            missing = list(missing_members(parameters, operation.input_shape))
            if not missing:
                field = _PARAMETER.search(str(error))
                problem = f"The value of the field '{field[1] if field else 'unknown'}' has an invalid format"
                raise parameters_problem(env, normalised_parameters, problem) from error
            name = java_name(str(client.meta.service_model.service_id))
            raise task_failed(self, env, f"{name}.{name}Exception", _missing(name, missing)) from error
        answer.pop("ResponseMetadata", None)
        env.stack.append(to_document(answer, operation.output_shape))

    return [
        Patch(
            owner=StateTaskServiceAwsSdk,
            name="_eval_service_task",
            signature="(self, env, resource_runtime_part, normalised_parameters, state_credentials)",
            make=lambda _: eval_service_task,
        )
    ]


def java_name(service_id: str) -> str:
    """Write a service's id as the Java SDK does: SFN is Sfn, DynamoDB is DynamoDb, S3 and SageMaker stay."""
    return re.sub(r"([A-Z])([A-Z]+)(?![a-z])", lambda m: m[1] + m[2].lower(), service_id.replace(" ", ""))


def error_name(service: str, error: ClientError) -> str:
    """Name an error: by the exception that the API's model has for it, or else by the service alone."""
    modelled = type(error).__name__
    name = service if modelled == "ClientError" else modelled
    return f"{service}.{name if name.endswith('Exception') else name + 'Exception'}"


def _operation(client: Any, action: str) -> Any:
    wanted = action[:1].upper() + action[1:]
    model = client.meta.service_model
    if wanted not in model.operation_names:
        raise ValueError(f"The resource provided has no action '{action}'")
    return model.operation_model(wanted)


def _cause(service: str, error: ClientError) -> str:
    metadata = error.response.get("ResponseMetadata", {})
    told = error.response["Error"].get("Message", "")
    return _told(service, told, metadata.get("HTTPStatusCode", "unknown"), metadata.get("RequestId", "unknown"))


def _missing(service: str, members: list[str]) -> str:
    """Return the cause of a request without its required members, which the service refuses, not Step Functions."""
    told = "; ".join(
        f"Value null at '{name}' failed to satisfy constraint: Member must not be null" for name in members
    )
    plural = "error" if len(members) == 1 else "errors"
    return _told(service, f"{len(members)} validation {plural} detected: {told}", 400, str(uuid.uuid4()))


def _told(service: str, message: str, status: object, request: str) -> str:
    details = [f"Service: {service}", f"Status Code: {status}", f"Request ID: {request}"]
    if service == "S3":
        details.append(f"Extended Request ID: {request}")
    return f"{message} ({', '.join(details)}) (SDK Attempt Count: 1)"
