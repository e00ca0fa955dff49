"""Lengths of time as this room reads them: `aws_cdk.Duration` fits, and the room keeps free of it."""

from __future__ import annotations

from typing import Protocol

_LONGEST_MILLISECONDS = 10**12


class HasSeconds(Protocol):
    """A length of time: `aws_cdk.Duration` fits, and keeps this package free of it."""

    def to_seconds(self) -> float:
        """Return the length in seconds."""
        ...


class Length(HasSeconds, Protocol):
    """A length of time that may be a token."""

    def is_unresolved(self) -> bool:
        """Return whether the length is known only when the stack is deployed."""
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


def seconds_of(argument: str, length: Length) -> int:
    """Return a length of time in seconds.

    Raises:
        ValueError: It is a token: limits have to add up at synth.
    """
    if length.is_unresolved():
        raise ValueError(f"'{argument}' must be known at synth, got a token; give it as a number")
    return int(length.to_seconds())


def readable(seconds: int) -> str:
    """Say a length of time in the largest unit that fits it: `4 hours`."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
