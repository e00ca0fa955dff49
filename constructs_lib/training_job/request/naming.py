"""Base job names: the first part of every training job's name, and what IAM is scoped to."""

from __future__ import annotations

import re

from constructs_lib.training_job.limits import MAX_BASE_JOB_NAME_LENGTH

_BASE_JOB_NAME = re.compile(r"[a-z0-9](-*[a-z0-9])*")


def base_job_name_problems(name: str) -> list[str]:
    """Say what is wrong with a base job name.

    Lower case, because SageMaker's ARNs have carried names in lower case and IAM compares case-sensitively.
    """
    if _BASE_JOB_NAME.fullmatch(name) and len(name) <= MAX_BASE_JOB_NAME_LENGTH:
        return []
    return [
        f"'base_job_name' must be 1 to {MAX_BASE_JOB_NAME_LENGTH} lower-case letters, digits and inner hyphens, "
        f"got {name!r}"
    ]


def default_base_job_name(path: str) -> str:
    """Make a base job name out of a construct's path: `MyStack/Training` gives `mystack-training`."""
    words = re.findall(r"[a-z0-9]+", path.lower())
    return "-".join(words)[-MAX_BASE_JOB_NAME_LENGTH:].strip("-") or "training"
