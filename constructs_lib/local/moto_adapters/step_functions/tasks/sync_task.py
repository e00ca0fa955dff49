"""The task `sagemaker:createTrainingJob`, with `.sync` and without.

Reaches into moto/stepfunctions/parser/asl/component/state/exec/state_task/: state_task_factory.py, which chooses the
class of a task by its service, and service/state_task_service_callback.py, whose steps it follows.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from botocore.loaders import Loader
from moto.stepfunctions.parser.api import HistoryEventExecutionDataDetails, HistoryEventType, TaskSubmittedEventDetails
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService

from constructs_lib.local.moto_adapters.emulation import LOOK_SECONDS, Emulation, caller_of, execution_of
from constructs_lib.local.moto_adapters.patching import Patch
from constructs_lib.local.moto_adapters.step_functions.failures import details, parameters_problem, task_failed
from constructs_lib.local.training_jobs.api.errors import SageMakerError
from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.machine import create_calls, stop_call
from constructs_lib.training_job.rules.problems import request_problems

_ACTION = "createTrainingJob"
_NAMED_ERRORS = ("ResourceInUse", "ResourceLimitExceeded", "ResourceNotFound")
"""The errors of CreateTrainingJob that have a name of their own; all others share one."""

log = logging.getLogger(__name__)


def patches(emulation: Emulation) -> list[Patch]:
    """Give every task of the service `sagemaker` our class."""

    class Task(TrainingJobTask):
        """The task of this embedded AWS."""

        served_by = emulation

    def choose(original: Any) -> Any:
        def state_task_service_for(service_name: str) -> Any:
            return Task() if service_name == "sagemaker" else original(service_name)

        return state_task_service_for

    return [Patch(owner=state_task_factory, name="state_task_service_for", signature="(service_name)", make=choose)]


class TrainingJobTask(StateTaskService):
    """Creates a training job and, with `.sync`, waits for its end."""

    served_by: Emulation

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def from_state_props(self, state_props: Any) -> None:
        """Undo moto's timeout of a minute for a task that has a heartbeat and no timeout."""
        super().from_state_props(state_props)
        if self.timeout.is_default_value():
            self.timeout = TimeoutSeconds(timeout_seconds=TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS, is_default=True)

    def _validate_service_integration_is_supported(self) -> None:
        if self.resource.api_action != _ACTION or self.resource.condition not in (None, "sync"):
            raise ValueError(
                f"the embedded AWS has no '{self.resource.resource_arn}'; of SageMaker's optimized integrations it has "
                f"{_ACTION} and {_ACTION}.sync, and all of aws-sdk:sagemaker"
            )

    def _get_sfn_resource(self) -> str:
        condition = self.resource.condition
        return f"{self.resource.api_action}.{condition}" if condition else str(self.resource.api_action)

    def _eval_service_task(
        self, env: Any, resource_runtime_part: Any, normalised_parameters: Any, state_credentials: Any
    ) -> None:
        jobs = self.served_by.training_jobs
        if unknown := [name for name in normalised_parameters if name not in _members()]:
            problems = (f"The field '{name}' is not supported by Step Functions" for name in unknown)
            raise parameters_problem(env, normalised_parameters, *problems)
        tags = [
            *(normalised_parameters.get("Tags") or []),
            *(_own_tags(execution_of(env)) if self.resource.condition else ()),
        ]
        request = {**normalised_parameters, "Tags": tags} if tags else normalised_parameters
        caller = caller_of(env, resource_runtime_part.region)
        if not request_problems(request):
            for call in create_calls(caller, request, sync=bool(self.resource.condition)):
                self.served_by.record(call)
        try:
            created = jobs.create(request)
        except SageMakerError as error:
            raise task_failed(self, env, _error_name(error), _cause(error)) from error
        env.stack.append(created)
        if self.resource.condition:
            self._add_submitted_event(env, created)
            env.stack[-1] = self._wait(env, caller, str(request["TrainingJobName"]))

    def _wait(self, env: Any, caller: Caller, name: str) -> dict[str, Any] | None:
        jobs = self.served_by.training_jobs
        while env.is_running():
            job = self._ended(name)
            if job is None:
                continue
            document: dict[str, Any] = epoch_times(job)
            status = job["TrainingJobStatus"]
            if status == "Failed" or (status == "Stopped" and self.served_by.stopped_jobs_fail):
                raise task_failed(self, env, "States.TaskFailed", json.dumps(document))
            return document
        # aborted, timed out, or a sibling branch has failed: Step Functions makes one attempt to stop the job
        self.served_by.record(stop_call(caller, name))
        try:
            jobs.stop(name)
        except SageMakerError as error:
            log.info("training job %s was not stopped with its execution: %s", name, error)
        return None

    def _ended(self, name: str) -> dict[str, Any] | None:
        try:
            return self.served_by.training_jobs.wait(name, timeout=LOOK_SECONDS)
        except TimeoutError:
            return None

    def _add_submitted_event(self, env: Any, created: Mapping[str, str]) -> None:
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.TaskSubmitted,
            event_details=details(
                taskSubmittedEventDetails=TaskSubmittedEventDetails(
                    resource=self._get_sfn_resource(),
                    resourceType=self._get_sfn_resource_type(),
                    output=json.dumps(created),
                    outputDetails=HistoryEventExecutionDataDetails(truncated=False),
                )
            ),
        )


@cache
def _members() -> frozenset[str]:
    """The members of the API; which of the newer ones the integration does not know is not documented."""
    shapes: dict[str, Any] = Loader().load_service_model("sagemaker", "service-2")["shapes"]
    return frozenset(shapes["CreateTrainingJobRequest"]["members"])


def _own_tags(execution_arn: str) -> list[dict[str, str]]:
    """What Step Functions tags the jobs with that it starts: why its role needs sagemaker:AddTags."""
    return [
        {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"},
        {"Key": "AWS_STEP_FUNCTIONS_EXECUTION_ARN", "Value": execution_arn},
    ]


def epoch_times(value: Any) -> Any:
    """Copy a document with its times as milliseconds since 1970, as the optimized integrations write them."""
    if isinstance(value, datetime):
        return int(value.timestamp() * 1000)
    if isinstance(value, dict):
        return {key: epoch_times(item) for key, item in value.items()}
    if isinstance(value, list):
        return [epoch_times(item) for item in value]
    return value


def _error_name(error: SageMakerError) -> str:
    return f"SageMaker.{error.code if error.code in _NAMED_ERRORS else 'AmazonSageMaker'}Exception"


def _cause(error: SageMakerError) -> str:
    return (
        f"{error.message} (Service: AmazonSageMaker; Status Code: {error.http_status}; Error Code: {error.code}; "
        f"Request ID: {uuid.uuid4()}; Proxy: null)"
    )
