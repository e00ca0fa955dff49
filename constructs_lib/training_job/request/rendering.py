"""What all rendering has in common: a member that was not given is left out, never sent as null."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

LINE_TERMINATORS = "\n\r\x85\u2028\u2029"
"""What the `.` of a pattern in SageMaker's API model does not match: a value with one is refused."""


def without_absent(**members: Any) -> dict[str, Any]:
    """Return the members that were given: `None`, and a mapping or a list with nothing in it, are not."""
    return {name: value for name, value in members.items() if not _is_absent(value)}


def copied(value: Any) -> Any:
    """Copy what is JSON, and keep what is not: a token is the kernel's own object."""
    if isinstance(value, Mapping):
        return {name: copied(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [copied(item) for item in value]
    return value


def json_text(text: str) -> str:
    """Return a text as JSON in one line: what `json.loads` makes the same text of; `quoted.jsonata` does the same."""
    written = json.dumps(text, ensure_ascii=False)
    for terminator in LINE_TERMINATORS[2:]:
        written = written.replace(terminator, f"\\u{ord(terminator):04x}")
    return written


def _is_absent(value: object) -> bool:
    return value is None or (isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and not value)
