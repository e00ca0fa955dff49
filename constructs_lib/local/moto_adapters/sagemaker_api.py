"""SageMaker's training jobs at the endpoint: any AWS client creates, describes, stops, lists and tags real jobs.

Reaches into moto/sagemaker/responses.py. What is not about training jobs stays moto's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import ABSENT, Patch
from constructs_lib.local.training_jobs.api.errors import SageMakerError
from constructs_lib.local.training_jobs.service import TrainingJobs

_TIMES = ("CreationTimeAfter", "CreationTimeBefore", "LastModifiedTimeAfter", "LastModifiedTimeBefore")

_Call = Callable[[TrainingJobs, dict[str, Any]], dict[str, Any] | None]


def patches(emulation: Emulation) -> list[Patch]:
    """Send every request about a training job to TrainingJobs."""
    jobs = emulation.training_jobs

    def answer(response: Any, call: _Call) -> Any:
        try:
            return ActionResult(call(jobs, json.loads(response.body or "{}")) or {})
        except SageMakerError as error:
            return _error_response(error)

    def always(call: _Call) -> Callable[[Any], Any]:
        return lambda _: lambda self: answer(self, call)

    def for_training_jobs(call: _Call) -> Callable[[Any], Any]:
        def make(original: Any) -> Any:
            def respond(self: Any) -> Any:
                about_a_job = ":training-job/" in str(self._get_param("ResourceArn"))
                return answer(self, call) if about_a_job else original(self)

            return respond

        return make

    calls: list[tuple[str, str, Callable[[Any], Any]]] = [
        ("create_training_job", "(self)", always(lambda jobs, request: jobs.create(request))),
        ("describe_training_job", "(self)", always(lambda jobs, request: jobs.describe(request["TrainingJobName"]))),
        ("stop_training_job", ABSENT, always(lambda jobs, request: jobs.stop(request["TrainingJobName"]))),
        ("list_training_jobs", "(self)", always(_list)),
        (
            "add_tags",
            "(self)",
            for_training_jobs(lambda jobs, request: jobs.tags.add(request["ResourceArn"], request["Tags"])),
        ),
        ("list_tags", "(self)", for_training_jobs(lambda jobs, request: jobs.tags.list(request["ResourceArn"]))),
        (
            "delete_tags",
            "(self)",
            for_training_jobs(_delete_tags),
        ),
        ("search", "(self)", _search),
    ]
    return [
        Patch(owner=SageMakerResponse, name=name, signature=signature, make=make) for name, signature, make in calls
    ]


def _error_response(error: SageMakerError) -> tuple[int, dict[str, Any], str]:
    """Return the error in the JSON protocol's shape, with its own status, which moto takes from its service models."""
    headers = {
        "status": error.http_status,
        "x-amzn-errortype": error.code,
        "Content-Type": "application/x-amz-json-1.1",
    }
    return error.http_status, headers, json.dumps({"__type": error.code, "message": error.message})


def _list(jobs: TrainingJobs, request: dict[str, Any]) -> dict[str, Any]:
    """List jobs; the protocol writes times as seconds since 1970."""
    times = {
        key: datetime.fromtimestamp(value, tz=UTC)
        for key, value in request.items()
        if key in _TIMES and isinstance(value, int | float)
    }
    return jobs.list(**{**request, **times})


def _search(original: Any) -> Any:
    """Refuse to search for training jobs: moto knows none of them, and nothing found would be untrue."""

    def respond(self: Any) -> Any:
        if self._get_param("Resource") == "TrainingJob":
            return _error_response(
                SageMakerError(
                    "ValidationException", "the embedded AWS has no Search for TrainingJob; use ListTrainingJobs"
                )
            )
        return original(self)

    return respond


def _delete_tags(jobs: TrainingJobs, request: dict[str, Any]) -> dict[str, Any]:
    jobs.tags.delete(request["ResourceArn"], request["TagKeys"])
    return {}
