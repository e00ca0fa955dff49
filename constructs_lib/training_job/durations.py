"""Lengths of time as this room reads them: `aws_cdk.Duration` fits, and the room keeps free of it."""

from __future__ import annotations

from typing import Protocol

from constructs_lib.training_job.tokens import is_token

TIME_PATTERN = (
    r"^20([0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
    r"|([02468][048]|[13579][26])-02-29)T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z$"
)
"""A point in time, in UTC and to the second."""

_LONGEST_SECONDS = 100 * 365 * 24 * 3600


class HasSeconds(Protocol):
    """A length of time: `aws_cdk.Duration` fits, and keeps this package free of it."""

    def to_seconds(self, *, integral: bool | None = None) -> float:
        """Return the length in seconds; without `integral`, a fraction of one too."""
        ...


def known_seconds(length: HasSeconds) -> float | None:
    """Return a length of time in seconds, or `None` where it is a token: in one call, which is one to the kernel."""
    try:
        seconds = length.to_seconds(integral=False)
    except RuntimeError:
        # CDK converts no token from one unit to another
        return None
    return None if is_token(seconds) else seconds


def whole_seconds(argument: str, length: HasSeconds) -> int:
    """Return a length of time in seconds.

    Raises:
        ValueError: It is a token, because limits have to add up at synth; or it is no whole number of seconds.
    """
    seconds = known_seconds(length)
    if seconds is None:
        raise ValueError(f"'{argument}' must be known at synth, got a token; give it as a number")
    if seconds > _LONGEST_SECONDS:
        raise ValueError(f"'{argument}' must be at most 100 years, got {seconds:g} seconds; shorten it")
    if seconds != int(seconds):
        raise ValueError(f"'{argument}' must be whole seconds, got {seconds:g} seconds; round it")
    return int(seconds)


def readable(seconds: int) -> str:
    """Say a length of time in the largest unit that fits it: `4 hours`."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
