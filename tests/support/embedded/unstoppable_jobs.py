"""Jobs that nobody can stop for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.api.errors import SageMakerError


@contextmanager
def unstoppable_jobs(aws: EmbeddedAws) -> Iterator[None]:
    """Make StopTrainingJob fail for everybody: Step Functions stops the job of an aborted run by best effort only."""
    stop = aws.training_jobs.stop

    def refuse(name: str) -> None:
        raise SageMakerError("ThrottlingException", f"Rate exceeded: {name}")

    aws.training_jobs.stop = refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        aws.training_jobs.stop = stop  # type: ignore[method-assign]
