"""Errors in the form that the caller's protocol has for errors, so that any AWS client can say what is wrong.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

_SERVICE = re.compile(r"/([\w.-]+)/aws4_request", re.ASCII)
_REST_XML = ("cloudfront", "route53")


@dataclass(frozen=True, kw_only=True)
class _Form:
    """How a protocol writes an error.

    Attributes:
        bad_key: The code for an access key that is not known.
        denied: The code for everything else that is not allowed.
        unknown: The code for an operation that does not exist, with its status.
        broken: The code for a defect of the server.
        body: The body, with places for the code, the message and the request's id; JSON without one.
    """

    bad_key: str
    denied: str
    unknown: tuple[str, str]
    broken: str
    body: str | None


_FORBIDDEN = "403 Forbidden"
_BAD_REQUEST = "400 Bad Request"
_JSON = _Form(
    bad_key="UnrecognizedClientException",
    denied="AccessDeniedException",
    unknown=("UnknownOperationException", _BAD_REQUEST),
    broken="InternalFailure",
    body=None,
)
_S3 = _Form(
    bad_key="InvalidAccessKeyId",
    denied="AccessDenied",
    unknown=("MethodNotAllowed", "405 Method Not Allowed"),
    broken="InternalError",
    body="<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>",
)
_QUERY = _Form(
    bad_key="InvalidClientTokenId",
    denied="AccessDenied",
    unknown=("InvalidAction", _BAD_REQUEST),
    broken="InternalFailure",
    body="<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    "<RequestId>{id}</RequestId></ErrorResponse>",
)
_EC2 = _Form(
    bad_key="AuthFailure",
    denied="UnauthorizedOperation",
    unknown=("InvalidAction", _BAD_REQUEST),
    broken="InternalError",
    body="<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{id}</RequestID></Response>",
)


Kind = Literal["denied", "bad_key", "unknown", "broken"]


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        message: The reason, and what to do.
        kind: Whether it is not allowed, is for want of an access key that is known, is for an operation that does not
            exist here, or met a defect. Defaults to not allowed.
    """

    message: str
    kind: Kind = "denied"


def answer(refusal: Refusal, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with an error in the caller's protocol.

    Args:
        refusal: Why.
        environ: The request, as WSGI has it; its body is not read.
        start_response: What WSGI begins an answer with.
    """
    form = _form_of(environ)
    code, status = {
        "denied": (form.denied, _FORBIDDEN),
        "bad_key": (form.bad_key, _FORBIDDEN),
        "unknown": form.unknown,
        "broken": (form.broken, "500 Internal Server Error"),
    }[refusal.kind]
    request_id = str(uuid.uuid4())
    if form.body is None:
        kind = "application/json"
        text = json.dumps({"__type": code, "message": refusal.message})
    else:
        kind = "application/xml"
        text = form.body.format(code=code, message=escape(refusal.message), id=request_id)
    body = text.encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        ("x-amzn-ErrorType", code),
        ("x-amzn-RequestId", request_id),
    ]
    start_response(status, headers)
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]


def _form_of(environ: Mapping[str, Any]) -> _Form:
    """Tell the protocol by what its clients send; what nothing shows is S3's, which is called without a type too."""
    scope = _SERVICE.search(str(environ.get("HTTP_AUTHORIZATION", "")))
    service = scope[1] if scope else "s3"
    kind = str(environ.get("CONTENT_TYPE", ""))
    if service == "ec2":
        return _EC2
    if "HTTP_X_AMZ_TARGET" in environ or "json" in kind:
        return _JSON
    if kind.startswith("application/x-www-form-urlencoded") or service in _REST_XML:
        return _QUERY
    return _S3 if service == "s3" else _JSON


def operation_of(environ: Mapping[str, Any]) -> str:
    """Return what a request asks for, as far as its head tells: the operation, or else service, method and path."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target)
    scope = _SERVICE.search(str(environ.get("HTTP_AUTHORIZATION", "")))
    return f"{scope[1] if scope else 's3'} {environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"
