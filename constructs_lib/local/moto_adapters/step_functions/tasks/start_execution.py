"""The task `states:startExecution`, with `.sync`, `.sync:2` and `.waitForTaskToken`, and without.

moto's has all of it but the names of the API's members, the execution's own times and the stop of a child whose parent
has ended. Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_task/: state_task_factory.py, and
service/state_task_service_sfn.py and state_task_service_callback.py, which it follows.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_callback
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

from constructs_lib.local.moto_adapters.emulation import LOOK_SECONDS, Emulation, caller_of
from constructs_lib.local.moto_adapters.patching import VALUE, Patch
from constructs_lib.local.moto_adapters.step_functions.api.executions import execution_of, stop
from constructs_lib.local.moto_adapters.step_functions.failures import parameters_problem, task_failed
from constructs_lib.local.moto_adapters.step_functions.tasks.shapes import sdk_metadata, to_document, to_parameters
from constructs_lib.local.moto_adapters.step_functions.tasks.sync_task import epoch_times
from constructs_lib.runs.calls.machine import start_execution_calls, stop_execution_call

_REQUIRED = "StateMachineArn"
_TOLD = ("error", "cause", "executionArn", "input", "inputDetails", "name", "output", "outputDetails", "redriveCount")
_TOLD_TOO = ("redriveStatus", "redriveStatusReason", "startDate", "stateMachineArn", "status", "stopDate")


def patches(emulation: Emulation) -> list[Patch]:
    """Give every task of the service `states` our class, and look for the end of what a task waits for more often."""

    class Task(StartExecutionTask):
        """The task of this embedded AWS."""

        served_by = emulation

    def choose(original: Any) -> Any:
        def state_task_service_for(service_name: str) -> Any:
            return Task() if service_name == "states" else original(service_name)

        return state_task_service_for

    return [
        Patch(owner=state_task_factory, name="state_task_service_for", signature="(service_name)", make=choose),
        Patch(
            owner=state_task_service_callback,
            name="_DELAY_SECONDS_SYNC_CONDITION_CHECK",
            signature=VALUE,
            make=lambda _: LOOK_SECONDS,
        ),
    ]


class StartExecutionTask(StateTaskServiceSfn):
    """Starts an execution and, with `.sync`, waits for its end."""

    served_by: Emulation

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def _normalise_parameters(self, parameters: dict[str, Any], *_: Any, **__: Any) -> None:
        """Leave them: they are read where the call is made, so that what is wrong with them is this task's failure."""

    def _normalise_response(self, *_: Any, **__: Any) -> None:
        """Leave it: it is made as it is to be."""

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        region = resource_runtime_part.region
        client = self.served_by.client("stepfunctions", region)
        given = {key: value for key, value in normalised_parameters.items() if value is not None}
        if _REQUIRED not in given:
            raise parameters_problem(env, normalised_parameters, f"The field '{_REQUIRED}' is required but was missing")
        parameters = to_parameters(
            {"Input": {}, **given}, client.meta.service_model.operation_model("StartExecution").input_shape
        )
        for call in start_execution_calls(
            caller_of(env, region), parameters["stateMachineArn"], sync=self._waits_for_the_end()
        ):
            self.served_by.record(call)
        try:
            started = client.start_execution(**parameters)
        except ClientError as error:
            raise task_failed(self, env, *_told(error)) from error
        if self._waits_for_the_end() and not env.is_running():
            # nobody comes to wait for it: the state ended while the child was being started
            self._stop_child(env, started["executionArn"])
        env.stack.append({**_document(started, "StartExecution", client), **sdk_metadata(started)})

    def _waits_for_the_end(self) -> bool:
        return self.resource.condition in (ResourceCondition.Sync, ResourceCondition.Sync2)

    def _build_sync_resolver(self, env: Any, *_: Any, **__: Any) -> Callable[[], Any]:
        return self._resolver(env, lambda text: text)

    def _build_sync2_resolver(self, env: Any, *_: Any, **__: Any) -> Callable[[], Any]:
        return self._resolver(env, json.loads)

    def _resolver(self, env: Any, read: Callable[[str], Any]) -> Callable[[], Any]:
        arn = env.stack.pop()["ExecutionArn"]
        env.heap[_child_key(self)] = arn
        region = str(arn).split(":")[3]
        client = self.served_by.client("stepfunctions", region)

        def resolve() -> Any:
            if execution_of(arn).exec_status == ExecutionStatus.RUNNING:
                return None
            described = client.describe_execution(executionArn=arn)
            told = {key: value for key, value in described.items() if key in _TOLD + _TOLD_TOO}
            for text in ("input", "output"):
                if text in told:
                    told[text] = read(told[text])
            document = _document(told, "DescribeExecution", client)
            if described["status"] == ExecutionStatus.SUCCEEDED:
                return document
            raise task_failed(self, env, "States.TaskFailed", json.dumps(document, separators=(",", ":")))

        return resolve

    def _eval_sync(
        self, env: Any, sync_resolver: Any, timeout_seconds: Any, callback_endpoint: Any, heartbeat_endpoint: Any
    ) -> Any:
        result = super()._eval_sync(env, sync_resolver, timeout_seconds, callback_endpoint, heartbeat_endpoint)
        if result is None:
            # aborted, timed out, or a sibling branch has failed: Step Functions stops the child as well as it can
            self._stop_child(env, env.heap[_child_key(self)])
        return result

    def _stop_child(self, env: Any, arn: str) -> None:
        self.served_by.record(stop_execution_call(caller_of(env, arn.split(":")[3]), arn))
        stop(execution_of(arn))


def _child_key(task: Any) -> str:
    return f"child of {task.heap_key}"


def _document(response: Any, operation: str, client: Any) -> Any:
    """Name the members in PascalCase, with the times as the optimized integrations write them."""
    shape = client.meta.service_model.operation_model(operation).output_shape
    answer = {key: value for key, value in response.items() if key != "ResponseMetadata"}
    return to_document(epoch_times(answer), shape)


def _told(error: ClientError) -> tuple[str, str]:
    """Return an error's name and cause as the optimized integration has them."""
    code = error.response["Error"]["Code"]
    metadata = error.response["ResponseMetadata"]
    details = (
        "Service: AWSStepFunctions",
        f"Status Code: {metadata['HTTPStatusCode']}",
        f"Error Code: {code}",
        f"Request ID: {metadata.get('RequestId', 'unknown')}",
        "Proxy: null",
    )
    return f"StepFunctions.{code}Exception", f"{error.response['Error']['Message']} ({'; '.join(details)})"
