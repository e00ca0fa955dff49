"""The CreateTrainingJob request: what may stand in it, and what one attempt of a run asks for.

Pure: imports no construct library and calls no AWS.
"""

from __future__ import annotations

from constructs_lib.training_job.capacity import Capacity, HasSeconds, Market
from constructs_lib.training_job.limits import (
    MAX_ATTEMPTS,
    MAX_BASE_JOB_NAME_LENGTH,
    MAX_JOB_SECONDS,
    MAX_RUNTIME_SECONDS,
    MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS,
)
from constructs_lib.training_job.naming import (
    base_job_name_problems,
    default_base_job_name,
)
from constructs_lib.training_job.request import (
    attempt_request,
    base_request,
    request_problems,
)
from constructs_lib.training_job.service_model import instance_types

__all__ = [
    "MAX_ATTEMPTS",
    "MAX_BASE_JOB_NAME_LENGTH",
    "MAX_JOB_SECONDS",
    "MAX_RUNTIME_SECONDS",
    "MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS",
    "Capacity",
    "HasSeconds",
    "Market",
    "attempt_request",
    "base_job_name_problems",
    "base_request",
    "default_base_job_name",
    "instance_types",
    "request_problems",
]
