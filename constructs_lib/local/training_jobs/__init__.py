"""A SageMaker for training jobs: it validates, runs, interrupts, stops and describes them as SageMaker does."""

from __future__ import annotations

from constructs_lib.local.training_jobs.errors import SageMakerError
from constructs_lib.local.training_jobs.faults import (
    ACCESS_DENIED,
    ERROR_AFTER_CREATE,
    ERROR_BEFORE_CREATE,
    THROTTLED,
    UNAVAILABLE,
    CreateFault,
    Faults,
    JobFault,
    ScriptedFaults,
)
from constructs_lib.local.training_jobs.host import Timing
from constructs_lib.local.training_jobs.namespace import Isolation, isolation
from constructs_lib.local.training_jobs.not_emulated import NOT_EMULATED
from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.local.training_jobs.service import TrainingJobs

__all__ = [
    "ACCESS_DENIED",
    "ERROR_AFTER_CREATE",
    "ERROR_BEFORE_CREATE",
    "NOT_EMULATED",
    "THROTTLED",
    "UNAVAILABLE",
    "CreateFault",
    "Faults",
    "Isolation",
    "JobFault",
    "Quotas",
    "SageMakerError",
    "ScriptedFaults",
    "Timing",
    "TrainingJobs",
    "isolation",
]
