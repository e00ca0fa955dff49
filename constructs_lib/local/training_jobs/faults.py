"""Trouble that a test or a chaos run orders: creates that fail, and jobs that end badly.

Creates are counted from 1, every call of them; boto3 and Step Functions retry throttling and 5xx by themselves, and
each retry is a call that counts. Jobs are counted from 1 in the order in which they were created.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from constructs_lib.local.training_jobs.api.errors import JobFailedError, SageMakerError


@dataclass(frozen=True, kw_only=True)
class CreateFault:
    """Makes one create answer with an error.

    Attributes:
        code: The error's code.
        message: The error's message.
        http_status: The HTTP status.
        created: Whether the job is created all the same: the caller cannot know.
    """

    code: str
    message: str
    http_status: int = 400
    created: bool = False

    def error(self) -> SageMakerError:
        """Return the error to answer with."""
        return SageMakerError(self.code, self.message, self.http_status)


THROTTLED = CreateFault(code="ThrottlingException", message="Rate exceeded")
"""The call comes too soon after others."""

ACCESS_DENIED = CreateFault(
    code="AccessDeniedException",
    message="User is not authorized to perform: sagemaker:CreateTrainingJob because no identity-based policy allows "
    "the sagemaker:CreateTrainingJob action",
)
"""The caller's role does not allow the call."""

ERROR_BEFORE_CREATE = CreateFault(
    code="InternalFailure", message="The request processing has failed because of an unknown error.", http_status=500
)
"""The service fails and no job exists."""

ERROR_AFTER_CREATE = CreateFault(
    code="InternalFailure",
    message="The request processing has failed because of an unknown error.",
    http_status=500,
    created=True,
)
"""The service fails after the job was created: the ambiguous create."""

UNAVAILABLE = CreateFault(
    code="ServiceUnavailable",
    message="The request has failed due to a temporary failure of the server.",
    http_status=503,
)
"""The service is away and no job exists."""


@dataclass(frozen=True, kw_only=True)
class JobFault:
    """Makes one job end as `Failed`.

    Attributes:
        kind: What the FailureReason begins with.
        message: The rest of the FailureReason. Defaults to SageMaker's sentence for the kind.
        after_training_seconds: Clock seconds of training after which it happens; `None` for while the instances are
            launched. Defaults to while the instances are launched.
        times: How often it happens; a job with a RetryStrategy comes back from InternalServerError. Defaults to once.
    """

    kind: Literal["AlgorithmError", "CapacityError", "ClientError", "InternalServerError"]
    message: str = ""
    after_training_seconds: float | None = None
    times: int = 1

    def failure(self) -> JobFailedError:
        """Return what the job ends with."""
        return JobFailedError(self.kind, self.message or _SENTENCES[self.kind])


_SENTENCES: Mapping[str, str] = {
    "AlgorithmError": "See job logs for more information, exit code: 1",
    "CapacityError": "Unable to provision requested ML compute capacity. Please retry using a different ML instance "
    "type.",
    "ClientError": "Please check your input data and your role's permissions and try again.",
    "InternalServerError": "We encountered an internal error. Please try again.",
}


class Faults(Protocol):
    """Says which create or job gets into which trouble; called from several threads, so it should hold no state."""

    def on_create(self, number: int, request: Mapping[str, Any]) -> CreateFault | None:
        """Return the trouble of the create with this number, or `None`."""

    def on_job(self, number: int, request: Mapping[str, Any]) -> JobFault | None:
        """Return the trouble of the job with this number, or `None`."""


@dataclass(frozen=True, kw_only=True)
class ScriptedFaults:
    """Faults by number.

    Attributes:
        creates: The faults of creates, by the create's number from 1. Defaults to none.
        jobs: The faults of jobs, by the job's number from 1. Defaults to none.
    """

    creates: Mapping[int, CreateFault] | None = None
    jobs: Mapping[int, JobFault] | None = None

    def on_create(self, number: int, request: Mapping[str, Any]) -> CreateFault | None:
        """Look the create up."""
        return (self.creates or {}).get(number)

    def on_job(self, number: int, request: Mapping[str, Any]) -> JobFault | None:
        """Look the job up."""
        return (self.jobs or {}).get(number)
