"""What each interruption of a job cost, in sentences; nothing where the evidence is not enough.

S3 keeps an object's last writing only, to the second. So a checkpoint that was there before and was written again is
known by a look at the prefix while the job had no instance, or by the numbers in the names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from constructs_lib.runs.reports.interruptions.losses import Loss
from constructs_lib.runs.reports.interruptions.stored import Stored
from constructs_lib.runs.times import format_seconds

Looks = Mapping[int, Sequence[Stored]]
"""What was below the prefix while a job was without its instance, by the number of the interruption, from 1."""

_SECOND = timedelta(seconds=1)


def told(lost: Sequence[Loss], stored: Sequence[Stored], looks: Looks, *, completed: bool) -> list[str]:
    """Say what the interruptions cost.

    Args:
        lost: The job's interruptions.
        stored: What is below the checkpoint prefix now.
        looks: What was seen there in the meantime; may lack some or all interruptions.
        completed: Whether the job has completed, so that its program may have tidied up.
    """
    found: list[str] = []
    certainly: list[Loss] = []
    probably: list[Loss] = []
    for number, loss in enumerate(lost, start=1):
        if loss.back is None or not loss.trained_seconds:
            continue
        look = looks.get(number)
        if look is not None and not look and not any(one.modified < loss.back for one in stored):
            certainly.append(loss)
        elif look is None and not stored and not any(looks.values()):
            (probably if completed else certainly).append(loss)
        else:
            found += _after_return(loss, look or (), [one for one in stored if _is_of(one, loss, lost)])
    return [*_without_checkpoint(certainly, certain=True), *_without_checkpoint(probably, certain=False), *found]


def _without_checkpoint(empty: Sequence[Loss], *, certain: bool) -> Iterator[str]:
    if not empty:
        return
    times = "once" if len(empty) == 1 else f"{len(empty)} times"
    seconds = format_seconds(sum(loss.trained_seconds for loss in empty))
    if certain:
        yield f"interrupted {times} with no checkpoint in S3: began anew, {seconds} lost"
    else:
        yield (
            f"interrupted {times}, and no checkpoint is in S3: unless the program deletes them at its end, it began "
            f"anew, {seconds} lost"
        )


def _is_of(one: Stored, loss: Loss, lost: Sequence[Loss]) -> bool:
    """Return whether an object was written before the next interruption came to its end."""
    following = [other.back or other.at for other in lost if other.at > loss.at]
    return not following or one.modified < following[0]


def _after_return(loss: Loss, look: Sequence[Stored], stored: Sequence[Stored]) -> Iterator[str]:
    assert loss.back is not None  # noqa: S101 - told() asks of those that came back
    still = [one for one in stored if one.modified + _SECOND <= loss.back]
    after = [one for one in stored if one.modified >= loss.back]
    unclear = len(after) + len(still) < len(stored)
    before = [*look, *still]
    newest = max((one for one in before if one.number is not None), key=lambda one: one.number or 0, default=None)
    again = sorted(
        {one.checkpoint: one.number or 0 for one in after if _again(one, newest)}.items(), key=lambda item: item[1]
    )
    if newest is not None and again:
        names = [name for name, _ in again]
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        was = "was" if len(names) == 1 else "were"
        older = again[0][1] < (newest.number or 0)
        why = f": it did not go on from {newest.checkpoint}" if older else ""
        yield f"{shown} {was} written again after the return{why}"
    elif not before and not unclear and (first := _first_of_all(after)):
        yield (
            f"its first checkpoint, {first}, was written after the return: it began anew, "
            f"{format_seconds(loss.trained_seconds)} lost"
        )
    elif before and not unclear:
        last = max(before, key=lambda one: one.modified)
        age = max(0.0, (loss.at - last.modified).total_seconds())
        yield f"interrupted {format_seconds(age)} after {last.checkpoint}, the newest checkpoint in S3"


def _again(one: Stored, newest: Stored | None) -> bool:
    return newest is not None and one.number is not None and one.number <= (newest.number or 0)


def _first_of_all(after: Sequence[Stored]) -> str:
    """Return the checkpoint that a training from the beginning writes first; empty where it is not among these.

    Its number is not above the step from one number to the next: of 3, 6, 9 it is 3; 14, 15, 16 have older ones.
    """
    numbers = sorted({one.number for one in after if one.number is not None})
    if len(numbers) < 2 or numbers[0] > min(later - earlier for earlier, later in pairwise(numbers)):
        return ""
    return next(one.checkpoint for one in after if one.number == numbers[0])
