"""Numbers in words."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size_in_words(size: float) -> str:
    """Write a number of bytes: `9.8 MB`."""
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def time_in_words(seconds: float) -> str:
    """Write a duration: `0.4 s`, `12 min`, `3.1 h`."""
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def once_or_more(count: int, what: str) -> str:
    """Write a count with its noun: `1 checkpoint`, `3 checkpoints`."""
    return f"{count} {what}{'' if count == 1 else 's'}"
