"""How long a job may wait and run."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.training_job.limits import DEFAULT_RUNTIME_SECONDS, MAX_JOB_SECONDS, MAX_RUNTIME_SECONDS
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.rule import API, GUIDE, Rule

_RUNTIME = "StoppingCondition.MaxRuntimeInSeconds"
_WAIT = "StoppingCondition.MaxWaitTimeInSeconds"


def spot_needs_a_wait(request: Reader) -> Iterator[str]:
    """Managed spot training says how long it may last, waiting included."""
    if request.flag("EnableManagedSpotTraining") is True and request.lacks(_WAIT):
        yield f"'{_WAIT}' is required when 'EnableManagedSpotTraining' is true"


def wait_is_for_spot(request: Reader) -> Iterator[str]:
    """On-demand jobs have no wait, and SageMaker refuses one."""
    if request.flag("EnableManagedSpotTraining") is False and request.has(_WAIT):
        wait = request.number(_WAIT)
        yield (
            f"'{_WAIT}' is only supported when 'EnableManagedSpotTraining' is true, "
            f"got {'one' if wait is None else wait}; leave it out for on-demand"
        )


def wait_covers_runtime(request: Reader) -> Iterator[str]:
    """The wait counts waiting and running together; a job that names no runtime may run for a day."""
    wait = request.number(_WAIT)
    runtime = DEFAULT_RUNTIME_SECONDS if request.lacks(_RUNTIME) else request.number(_RUNTIME)
    if wait is not None and runtime is not None and wait < runtime:
        yield f"'{_WAIT}' must be at least 'MaxRuntimeInSeconds' ({runtime}), got {wait}"


def longest_runtime(request: Reader) -> Iterator[str]:
    """A job runs for at most 28 days."""
    yield from _at_most(request, _RUNTIME, MAX_RUNTIME_SECONDS)


def longest_wait(request: Reader) -> Iterator[str]:
    """A job lasts for at most 30 days in all."""
    yield from _at_most(request, _WAIT, MAX_JOB_SECONDS)


def _at_most(request: Reader, path: str, limit: int) -> Iterator[str]:
    value = request.number(path)
    if value is not None and value > limit:
        yield f"'{path}' must be at most {limit} ({limit // 86400} days), got {value}"


_PAGE = f"{API}API_StoppingCondition.html"

RULES = (
    Rule(check=spot_needs_a_wait, page=f"{GUIDE}model-managed-spot-training.html"),
    Rule(check=wait_is_for_spot, page="https://github.com/aws/sagemaker-python-sdk/issues/4140"),
    Rule(check=wait_covers_runtime, page=_PAGE),
    Rule(check=longest_runtime, page=_PAGE),
    Rule(check=longest_wait, page=_PAGE),
)
