"""The errors of SageMaker's API, in its own words and with its own HTTP statuses.

The codes that CreateTrainingJob declares are in the API model; the others are common to all AWS services:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from collections.abc import Sequence


class SageMakerError(Exception):
    """An error that the API answers a request with.

    Args:
        code: The code on the wire, such as `ValidationException`.
        message: SageMaker's sentence.
        http_status: The HTTP status. Defaults to 400.
    """

    def __init__(self, code: str, message: str, http_status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status


class JobFailedError(Exception):
    """What makes a job end as `Failed`.

    Args:
        kind: What `FailureReason` begins with: `AlgorithmError`, `CapacityError`, `ClientError` or
            `InternalServerError`.
        message: The rest of the reason.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message

    @property
    def reason(self) -> str:
        """The FailureReason: at most 1024 characters."""
        return str(self)[:1024]


def validation(problems: Sequence[str]) -> SageMakerError:
    """Return what a request gets that breaks rules: all of them, as SageMaker counts them."""
    count = f"{len(problems)} validation error{'s' if len(problems) != 1 else ''} detected"
    return SageMakerError("ValidationException", f"{count}: {'; '.join(problems)}")


def not_found() -> SageMakerError:
    """Return what a request for a job gets that does not exist; not ResourceNotFound, which only the model declares."""
    return SageMakerError("ValidationException", "Requested resource not found.")


def name_in_use(arn: str) -> SageMakerError:
    """Return what a create gets whose name exists."""
    return SageMakerError(
        "ResourceInUse",
        "Training job names must be unique within an AWS account and region, "
        f"and a training job with this name already exists ({arn})",
    )


def not_stoppable(status: str) -> SageMakerError:
    """Return what a stop gets whose job has ended."""
    return SageMakerError(
        "ValidationException", f"The request was rejected because the training job is in status {status}."
    )


def over_quota(quota: str, limit: int, used: int, asked: int) -> SageMakerError:
    """Return what a create gets that would exceed a quota."""
    return SageMakerError(
        "ResourceLimitExceeded",
        f"The account-level service limit '{quota}' is {limit} Instances, with current utilization of {used} Instances "
        f"and a request delta of {asked} Instances. Please use AWS Service Quotas to request an increase for this "
        "quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.",
    )
