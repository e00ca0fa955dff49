"""Lengths of time as people write and read them: `4h`, `1 h 30 min`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from constructs_lib.runs.aws.errors import RunsError

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(?P<d>\d{1,9})d)?(?:(?P<h>\d{1,9})h)?(?:(?P<m>\d{1,9})m)?(?:(?P<s>\d{1,9})s)?", re.ASCII)


def parse_duration(text: str, what: str) -> int:
    """Read a length of time: `4h`, `90m`, `1h30m`, `2d`, `3600s`; never a bare number, which might mean any unit.

    Args:
        text: What was written.
        what: What it is for, to name it in the error.

    Returns:
        Seconds.

    Raises:
        RunsError: If it is not a length of time, or nought.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    seconds = sum(int(match[unit] or 0) * length for unit, length in _UNITS.items()) if match else 0
    if text.strip().isdecimal():
        number = text.strip()
        raise RunsError(f"{what} must have a unit, such as {number}h, {number}m or {number}s, got {text!r}")
    if seconds < 1:
        raise RunsError(f"{what} must be a length of time such as 4h, 90m, 1h30m or 3600s, got {text!r}")
    return seconds


def parse_moment(text: str, what: str, now: datetime) -> datetime:
    """Read a moment: a day or a time in UTC, such as `2026-11-01` or `2026-11-01T12:00`, or how long ago: `30d`.

    Args:
        text: What was written.
        what: What it is for, to name it in the error.
        now: The present time.

    Raises:
        RunsError: If it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return now - timedelta(seconds=parse_duration(text, what))
        except (RunsError, OverflowError) as error:
            raise RunsError(
                f"{what} must be a length of time such as 30d, or a day such as 2026-11-01, got {text!r}"
            ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def format_seconds(seconds: float | None) -> str:
    """Write a length of time in its two largest units, or `-` when it is not known."""
    if seconds is None:
        return "-"
    left = max(0, round(seconds))
    if left >= 86_400:
        left -= left % 3_600
    elif left >= 3_600:
        left -= left % 60
    parts = []
    for name, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 s"


Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def clock_time(moment: datetime) -> str:
    """Write the time of day, in UTC as everything in the logs of AWS is."""
    return f"{moment.astimezone(UTC):%H:%M:%SZ}"
