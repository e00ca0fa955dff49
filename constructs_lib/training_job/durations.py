"""Lengths of time as this room reads them: `aws_cdk.Duration` fits, and the room keeps free of it."""

from __future__ import annotations

from typing import Protocol

_LONGEST_MILLISECONDS = 10**12


class HasSeconds(Protocol):
    """A length of time: `aws_cdk.Duration` fits, and keeps this package free of it."""

    def to_seconds(self) -> float:
        """Return the length in seconds."""
        ...


class HasMilliseconds(Protocol):
    """A length of time that is told in milliseconds: `aws_cdk.Duration` fits."""

    def to_milliseconds(self) -> float:
        """Return the length in milliseconds."""
        ...


def whole_milliseconds(length: HasMilliseconds) -> float:
    """Return a length in milliseconds, as a whole number where it is one; a token's number is left as it is."""
    value = length.to_milliseconds()
    return int(value) if 0 <= value <= _LONGEST_MILLISECONDS and value == int(value) else value
