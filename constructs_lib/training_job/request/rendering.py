"""What all rendering has in common: a member that was not given is left out, never sent as null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


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


def _is_absent(value: object) -> bool:
    return value is None or (isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and not value)
