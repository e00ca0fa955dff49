"""What a command says when it cannot go on: one sentence that tells what to do, whatever AWS or botocore raised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


class RunsError(Exception):
    """Something that the person at the keyboard can mend; its text is one sentence that says how."""


CHECK_ENDPOINT = "check --endpoint-url or AWS_ENDPOINT_URL, and the proxy settings"
"""What to do when what answers is not AWS."""

_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_BAD_KEYS = (
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "AuthFailure",
)
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "KmsAccessDeniedException")
_THROTTLED = ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn every error of botocore into a RunsError.

    Raises:
        RunsError: Whatever botocore raised, as one sentence.
    """
    try:
        yield
    except aws_errors() as error:
        raise RunsError(sentence(error)) from error


def aws_errors() -> tuple[type[Exception], ...]:
    """Return the classes of everything that botocore raises; asked for only when something has been raised."""
    exceptions = _exceptions()
    return (exceptions.BotoCoreError, exceptions.ClientError, _unreadable())


def error_code(error: Exception) -> str:
    """Return the code of an AWS error answer; empty when there was no answer."""
    return str(_answer(error).get("Code", ""))


def error_message(error: Exception) -> str:
    """Return the message of an AWS error answer, on one line."""
    return " ".join(str(_answer(error).get("Message") or error).split())


def is_passing(error: Exception) -> bool:
    """Say whether an error may pass by itself: throttling, trouble on AWS's side, or a lost connection."""
    if isinstance(error, (_exceptions().ConnectionError, _exceptions().HTTPClientError, _unreadable())):
        return True
    response = getattr(error, "response", None)
    metadata = response.get("ResponseMetadata", {}) if isinstance(response, dict) else {}
    status = metadata.get("HTTPStatusCode", 0)
    return error_code(error) in _THROTTLED or status == 429 or status >= 500


def sentence(error: Exception) -> str:
    """Say what an error of botocore means and what to do about it."""
    exceptions = _exceptions()
    if isinstance(error, exceptions.ClientError):
        return _answered(error)
    if isinstance(error, _unreadable()):
        return f"what answered is not AWS, or there is a proxy between; {CHECK_ENDPOINT}"
    if isinstance(error, (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)):
        return "there are no AWS credentials; sign in with 'aws configure' or 'aws sso login', or pass --profile"
    if isinstance(error, exceptions.NoRegionError):
        return "there is no AWS Region; pass --region, or set AWS_REGION"
    if isinstance(error, exceptions.ProfileNotFound):
        return f"{one_line(error)}; pass another --profile, or make it with 'aws configure --profile'"
    if isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError)):
        told: dict[str, Any] = getattr(error, "kwargs", {})
        address = told.get("endpoint_url") or told.get("proxy_url") or "AWS"
        return f"{address} cannot be reached; check the network, --region, and --endpoint-url or AWS_ENDPOINT_URL"
    if any(word in type(error).__name__.lower() for word in ("sso", "token", "login")):
        return f"the AWS sign-in is not valid any more ({one_line(error)}); sign in again, as with 'aws sso login'"
    return f"the call to AWS could not be made: {one_line(error)}"


def _answered(error: Exception) -> str:
    code, message = error_code(error), error_message(error)
    operation = getattr(error, "operation_name", "the call")
    if code in _EXPIRED:
        return "the AWS credentials have expired; renew them and try again"
    if code in _BAD_KEYS:
        return "AWS does not accept these credentials; check --profile, --region and the AWS_* variables"
    if code in _DENIED:
        return f"these credentials may not call {operation}: {message}"
    if code in _THROTTLED:
        return f"AWS is throttling {operation}; try again in a minute"
    return f"AWS refused {operation}: {code}: {message}".rstrip(".: ")


def _answer(error: Exception) -> dict[str, object]:
    response = getattr(error, "response", None)
    answer = response.get("Error") if isinstance(response, dict) else None
    return answer if isinstance(answer, dict) else {}


def _exceptions() -> Any:
    # not imported at the top: --help needs no botocore
    return import_module("botocore.exceptions")


def _unreadable() -> type[Exception]:
    """Return what botocore raises for an answer that it cannot read; it is no BotoCoreError."""
    found: type[Exception] = import_module("botocore.parsers").ResponseParserError
    return found


def is_no_such_job(error: Exception) -> bool:
    """Say whether SageMaker knows no job of that name: it says so in a ValidationException's message."""
    message = error_message(error).lower()
    return error_code(error) in ("ValidationException", "ResourceNotFound") and (
        "not found" in message or "could not find" in message
    )


def one_line(error: Exception) -> str:
    """Return what an error says, on one line and without its full stop."""
    return " ".join(str(error).split()).rstrip(".")
