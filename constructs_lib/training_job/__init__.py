"""The CreateTrainingJob request: what may stand in it, and what one attempt of a run asks for.

Pure: imports no construct library and calls no AWS.
"""

from __future__ import annotations

from constructs_lib.training_job.attempt import attempt_request
from constructs_lib.training_job.capacity import Capacity, Market
from constructs_lib.training_job.debugging import Debugger, DebugRule
from constructs_lib.training_job.durations import HasMilliseconds, HasSeconds
from constructs_lib.training_job.instance_type import has_local_storage
from constructs_lib.training_job.instances import InstanceGroup, InstancePreference
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
from constructs_lib.training_job.overrides import merge_overrides, override_problems
from constructs_lib.training_job.problems import request_problems, request_warnings
from constructs_lib.training_job.profiling import Profiler, ProfilerRule
from constructs_lib.training_job.request import base_request
from constructs_lib.training_job.rules import RULES
from constructs_lib.training_job.service_model import instance_types
from constructs_lib.training_job.tracking import Experiment, TensorBoard

__all__ = [
    "MAX_ATTEMPTS",
    "MAX_BASE_JOB_NAME_LENGTH",
    "MAX_JOB_SECONDS",
    "MAX_RUNTIME_SECONDS",
    "MAX_WAIT_WITHOUT_CHECKPOINTS_SECONDS",
    "RULES",
    "Capacity",
    "DebugRule",
    "Debugger",
    "Experiment",
    "HasMilliseconds",
    "HasSeconds",
    "InstanceGroup",
    "InstancePreference",
    "Market",
    "Profiler",
    "ProfilerRule",
    "TensorBoard",
    "attempt_request",
    "base_job_name_problems",
    "base_request",
    "default_base_job_name",
    "has_local_storage",
    "instance_types",
    "merge_overrides",
    "override_problems",
    "request_problems",
    "request_warnings",
]
