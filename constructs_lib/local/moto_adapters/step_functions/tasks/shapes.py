"""Turns the documents of a state machine into botocore's parameters, and botocore's answers into documents.

The AWS SDK integrations write every member of an API in PascalCase, times as ISO 8601 strings, and a body as text.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


def to_parameters(document: Any, shape: Shape | None) -> Any:
    """Name members as botocore names them, and make text and bytes where the API wants them.

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
        return (document if isinstance(document, str) else json.dumps(document, separators=(",", ":"))).encode()
    return document


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


def iso_instant(at: datetime) -> str:
    """Write a time as Java's Instant does, which the service shows: no fraction, or three or six digits of it."""
    at = at.astimezone(UTC)
    digits = "seconds" if at.microsecond == 0 else "milliseconds" if at.microsecond % 1000 == 0 else "microseconds"
    return at.isoformat(timespec=digits).replace("+00:00", "Z")
