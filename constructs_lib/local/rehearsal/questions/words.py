"""Numbers in words."""

from __future__ import annotations


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
