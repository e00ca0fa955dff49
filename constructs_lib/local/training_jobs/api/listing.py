"""ListTrainingJobs: filters, order and pages.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from constructs_lib.local.training_jobs.api.description import summarize
from constructs_lib.local.training_jobs.api.errors import validation

_PAGE = 10
_KEYS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "CreationTime": lambda job: str(job["CreationTime"].isoformat(timespec="milliseconds")),
    "Name": lambda job: str(job["TrainingJobName"]),
    "Status": lambda job: str(job["TrainingJobStatus"]),
}
_TIMES: Sequence[tuple[str, str, bool]] = (
    ("CreationTimeAfter", "CreationTime", True),
    ("CreationTimeBefore", "CreationTime", False),
    ("LastModifiedTimeAfter", "LastModifiedTime", True),
    ("LastModifiedTimeBefore", "LastModifiedTime", False),
)


def list_jobs(descriptions: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return one page of summaries.

    Newest first unless asked otherwise. As the API documents it, a page is cut first and filtered by `StatusEquals`
    then, so that a page can be empty and yet not the last.

    Args:
        descriptions: All jobs, as DescribeTrainingJob answers.
        parameters: The request.

    Raises:
        SageMakerError: `ValidationException` for a parameter that is not the API's.
    """
    sort_by, order = parameters.get("SortBy", "CreationTime"), parameters.get("SortOrder", "Descending")
    size = parameters.get("MaxResults", _PAGE)
    problems = [
        f"'{name}' must be one of {', '.join(allowed)}, got {value!r}"
        for name, value, allowed in (("SortBy", sort_by, _KEYS), ("SortOrder", order, ("Ascending", "Descending")))
        if value not in allowed
    ]
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= 100:
        problems.append(f"'MaxResults' must be 1 to 100, got {size!r}")
    if problems:
        raise validation(problems)

    def place(job: Mapping[str, Any]) -> tuple[str, str]:
        return _KEYS[sort_by](job), str(job["TrainingJobName"])

    found = sorted((job for job in descriptions if _matches(job, parameters)), key=place, reverse=order == "Descending")
    if token := parameters.get("NextToken"):
        after = _read(token)
        found = [job for job in found if (place(job) < after if order == "Descending" else place(job) > after)]
    page, rest = found[:size], found[size:]
    status = parameters.get("StatusEquals")
    answer: dict[str, Any] = {
        "TrainingJobSummaries": [summarize(job) for job in page if status is None or job["TrainingJobStatus"] == status]
    }
    if rest:
        answer["NextToken"] = base64.urlsafe_b64encode(json.dumps(place(page[-1])).encode()).decode()
    return answer


def _matches(job: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    if parameters.get("NameContains", "") not in job["TrainingJobName"]:
        return False
    if "WarmPoolStatusEquals" in parameters or "TrainingPlanArnEquals" in parameters:
        return False  # no job here has a warm pool or a training plan
    for parameter, member, after in _TIMES:
        bound = parameters.get(parameter)
        if isinstance(bound, datetime) and not (job[member] > bound if after else job[member] < bound):
            return False
    return True


def _read(token: str) -> tuple[str, str]:
    try:
        key, name = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, TypeError, binascii.Error, UnicodeError):
        raise validation(["'NextToken' must be the token of the previous answer"]) from None
    return str(key), str(name)
