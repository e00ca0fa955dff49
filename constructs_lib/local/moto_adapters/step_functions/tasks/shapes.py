"""Turns the documents of a state machine into botocore's parameters, and botocore's answers into documents.

The AWS SDK integrations write every member of an API in PascalCase, times as ISO 8601 strings, and a body as text.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


def to_parameters(document: Any, shape: Shape | None) -> Any:
    """Name members as botocore names them, and make text and bytes where the API wants them.

    A member that is null is absent. What is no string is written as JSON for a member that is one; a body is written as
    JSON whatever it is, so that a string keeps its quotes.

    Args:
        document: What a state gives as arguments.
        shape: The shape of the operation's input.

    Raises:
        ValueError: If a member is not the operation's.
    """
    if isinstance(shape, StructureShape) and isinstance(document, dict):
        names = {name[:1].lower() + name[1:]: name for name in shape.members}
        parameters = {}
        for key, value in document.items():
            if value is None:
                continue
            name = names.get(key[:1].lower() + key[1:])
            if name is None:
                raise ValueError(f"The field '{key}' is not supported by Step Functions")
            parameters[name] = to_parameters(value, shape.members[name])
        return parameters
    if isinstance(shape, ListShape) and isinstance(document, list):
        return [to_parameters(item, shape.member) for item in document]
    if isinstance(shape, MapShape) and isinstance(document, dict):
        return {key: to_parameters(item, shape.value) for key, item in document.items()}
    if shape is not None and shape.type_name == "blob":
        return _json(document).encode()
    if shape is not None and shape.type_name == "string" and not isinstance(document, str):
        return _json(document)
    return document


def missing_members(parameters: Any, shape: Shape | None, place: str = "") -> Iterator[str]:
    """Yield the required members that parameters do not have, as services name them in their validation errors."""
    if isinstance(shape, StructureShape) and isinstance(parameters, dict):
        for name, member in shape.members.items():
            told = place + name[:1].lower() + name[1:]
            if name in parameters:
                yield from missing_members(parameters[name], member, f"{told}.")
            elif name in shape.required_members:
                yield told
    elif isinstance(shape, ListShape) and isinstance(parameters, list):
        for index, item in enumerate(parameters, start=1):
            yield from missing_members(item, shape.member, f"{place}{index}.member.")


def _json(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def to_document(answer: Any, shape: Shape | None) -> Any:
    """Name members in PascalCase, and write times and bodies as text."""
    if isinstance(shape, StructureShape) and isinstance(answer, dict):
        return {key[:1].upper() + key[1:]: to_document(value, shape.members.get(key)) for key, value in answer.items()}
    if isinstance(shape, ListShape) and isinstance(answer, list):
        return [to_document(item, shape.member) for item in answer]
    if isinstance(shape, MapShape) and isinstance(answer, dict):
        return {key: to_document(item, shape.value) for key, item in answer.items()}
    if isinstance(answer, datetime):
        return iso_instant(answer)
    if hasattr(answer, "read"):
        answer = answer.read()
    return answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer


def sdk_metadata(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that the optimized integrations add of the response itself."""
    metadata = response["ResponseMetadata"]
    headers = {str(name): str(value) for name, value in metadata["HTTPHeaders"].items()}
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": headers,
            "HttpStatusCode": metadata["HTTPStatusCode"],
        },
        "SdkResponseMetadata": {"RequestId": metadata.get("RequestId", "unknown")},
    }


def iso_instant(at: datetime) -> str:
    """Write a time as Java's Instant does, which the service shows: no fraction, or three or six digits of it."""
    at = at.astimezone(UTC)
    digits = "seconds" if at.microsecond == 0 else "milliseconds" if at.microsecond % 1000 == 0 else "microseconds"
    return at.isoformat(timespec=digits).replace("+00:00", "Z")
