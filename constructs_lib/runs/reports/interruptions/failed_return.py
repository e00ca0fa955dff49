"""A job that failed right after it came back: from which checkpoint, and what to do instead of failing again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from constructs_lib.runs.reports.interruptions.losses import Loss
from constructs_lib.runs.reports.interruptions.stored import Stored
from constructs_lib.runs.reports.sizes import size_in_words

_MUCH_SMALLER = 0.9
"""A whole checkpoint is seldom smaller than this part of the others."""

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class FailedReturn:
    """Why the job failed.

    Attributes:
        why: What is known, as a sentence.
        delete: The object's or folder's name below the prefix that a new run must not find.
        certain: Whether the object itself shows that it is not whole.
    """

    why: str
    delete: str
    certain: bool


def failed_return(lost: Sequence[Loss], stored: Sequence[Stored]) -> FailedReturn | None:
    """Look at a failed job; None unless it failed after a return and before it had written a checkpoint again.

    Args:
        lost: The job's interruptions.
        stored: What is below its checkpoint prefix.
    """
    if not lost or lost[-1].back is None or not stored:
        return None
    back = lost[-1].back
    if any(one.modified + _SECOND > back for one in stored):
        return None
    newest = max(stored, key=lambda one: (one.modified, one.number or 0))
    folder = newest.checkpoint.endswith("/")
    for one in [each for each in stored if each.checkpoint == newest.checkpoint] if folder else [newest]:
        others = [other.size for other in stored if other.pattern == one.pattern and other.name != one.name]
        if others and one.size < _MUCH_SMALLER * min(others):
            have = (
                f"the other has {size_in_words(others[0])}"
                if len(others) == 1
                else f"the others have {size_in_words(min(others))}"
            )
            return _torn(newest, f"{one.name} ({size_in_words(one.size)}; {have})")
    if missing := _missing(newest, stored) if folder else "":
        return _torn(newest, f"{newest.checkpoint}, which lacks {missing},")
    return FailedReturn(
        why=f"it failed after it came back, before it wrote a checkpoint; the newest one in S3 is {newest.checkpoint}",
        delete=newest.checkpoint,
        certain=False,
    )


def _torn(newest: Stored, what: str) -> FailedReturn:
    return FailedReturn(
        why=f"it failed while starting from {what}{'' if what.endswith(',') else ','} which was being written when the "
        "instance went",
        delete=newest.checkpoint,
        certain=True,
    )


def _missing(newest: Stored, stored: Sequence[Stored]) -> str:
    """Return a file that every other checkpoint has and the newest one lacks; empty if there is none."""
    alike = newest.pattern.partition("/")[0]
    parts: dict[str, set[str]] = {}
    for one in stored:
        if one.pattern.partition("/")[0] == alike:
            parts.setdefault(one.checkpoint, set()).add(one.name.partition("/")[2])
    own = parts.pop(newest.checkpoint)
    common = set.intersection(*parts.values()) if parts else set()
    return min(common - own, default="")
