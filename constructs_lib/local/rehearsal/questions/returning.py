"""From where a program went on when it came back: by its checkpoints' numbers, its progress lines, or counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import LaunchRecord, Play
from constructs_lib.local.rehearsal.plays.script import Loss
from constructs_lib.local.rehearsal.watching.names import number_of, pattern_of
from constructs_lib.local.rehearsal.watching.progress import progress_pattern, steps

_KILLED = 137
"""128 and SIGKILL."""


class Went(StrEnum):
    """How a program came back."""

    ON = "on"
    """It went on from the newest complete checkpoint, or from a later point."""

    BACK = "back"
    """It went on from an older one, and did work again that it need not have."""

    ANEW = "anew"
    """It began from the beginning, though there was a checkpoint."""

    UNCLEAR = "unclear"
    """Nothing tells."""

    FRESH = "fresh"
    """There was no complete checkpoint, so it had to begin from the beginning."""

    FAILED = "failed"
    """It failed before anything told."""


@dataclass(frozen=True, kw_only=True)
class Return:
    """One return of a program to a new instance.

    Attributes:
        play: The play that it is in.
        number: Which launch of the play it is, from 1.
        went: How.
        text: What tells that, in words.
        repeated: How many checkpoints it wrote again; None where that cannot be said.
    """

    play: Play
    number: int
    went: Went
    text: str
    repeated: int | None = None

    @property
    def launch(self) -> LaunchRecord:
        """What was seen of it."""
        return self.play.launches[self.number]


def returns(evidence: Evidence) -> Iterator[Return]:
    """Yield every return of the plays, in their order."""
    for play in evidence.played:
        for number in range(1, len(play.launches)):
            yield _return(evidence, play, number)


def complete_numbers(evidence: Evidence, play: Play, number: int) -> list[int]:
    """Return the numbers of the complete checkpoints that a launch found, in order."""
    launch, tear = play.launches[number], play.launches[number - 1].tear
    patterns: dict[int, set[str]] = {}
    for name in launch.found:
        found = number_of(name)
        if found is not None and pattern_of(name) not in evidence.habits.temporaries:
            patterns.setdefault(found, set()).add(pattern_of(name))
    numbered = {pattern for pattern in evidence.habits.patterns if "#" in pattern}
    taken = tear.taken if tear else None
    return sorted(found for found, has in patterns.items() if has >= numbered and found != taken)


def numbered(evidence: Evidence) -> bool:
    """Return whether the checkpoints have numbers that grow."""
    numbers = [checkpoint.number for checkpoint in evidence.checkpoints]
    return len(numbers) > 1 and all(
        earlier is not None and later is not None and earlier < later for earlier, later in pairwise(numbers)
    )


def _return(evidence: Evidence, play: Play, number: int) -> Return:
    had = _has_complete(evidence, play, number)
    went, text, repeated = (
        _by_numbers(evidence, play, number)
        or _by_progress(evidence, play, number)
        or _by_counts(evidence, play, number)
    )
    if went is Went.UNCLEAR and play.failure and number == len(play.launches) - 1:
        went, text = Went.FAILED, play.failure
    elif went in (Went.ANEW, Went.UNCLEAR) and not had:
        went = Went.FRESH
    return Return(play=play, number=number, went=went, text=text, repeated=repeated)


def _has_complete(evidence: Evidence, play: Play, number: int) -> bool:
    launch, tear = play.launches[number], play.launches[number - 1].tear
    if numbered(evidence):
        return bool(complete_numbers(evidence, play, number))
    if tear is not None and tear.nothing_left:
        return False
    whole = {pattern_of(name) for name in launch.found if name != (tear.file if tear else "")}
    return bool(whole) and whole >= evidence.habits.patterns


_Told = tuple[Went, str, int | None]


def _by_numbers(evidence: Evidence, play: Play, number: int) -> _Told | None:
    """Compare the first checkpoint after the return with those that were there."""
    usual = [checkpoint.number or 0 for checkpoint in evidence.checkpoints]
    there = complete_numbers(evidence, play, number)
    written = [item for item in play.launches[number].checkpoints(evidence.habits) if item.number is not None]
    if not numbered(evidence) or not written:
        return None
    first, name = written[0].number or 0, written[0].name
    if not there:
        return Went.ANEW, f"the first checkpoint that it wrote then was {name}", 0
    if there[-1] < usual[0] or first == there[-1] == usual[0]:
        return None  # it would write the same one next if it began anew
    text = f"there was {_named(evidence, there[-1])}"
    if first >= there[-1]:
        return Went.ON, f"{text}, and the next it wrote was {name}", int(first == there[-1])
    if first <= usual[0]:
        return Went.ANEW, f"{text}, but the first that it wrote then was {name}", _between(usual, 0, there)
    began = max((known for known in {*usual, *there} if known < first), default=0)
    return Went.BACK, f"{text}, but the next it wrote was {name}", _between(usual, began, there)


def _between(usual: list[int], began: int, there: list[int]) -> int:
    return sum(began < known <= there[-1] for known in usual) if there else 0


def _named(evidence: Evidence, number: int) -> str:
    for checkpoint in evidence.checkpoints:
        if checkpoint.number == number:
            return checkpoint.name
    return f"checkpoint {number}"


def _by_progress(evidence: Evidence, play: Play, number: int) -> _Told | None:
    """Compare the first progress line after the return with the last one that the newest checkpoint can have."""
    pattern = progress_pattern(evidence.undisturbed.output)
    usual = steps(evidence.undisturbed.output, pattern) if pattern else []
    after = steps(play.launches[number].output, pattern) if pattern else []
    before = [step for launch in play.launches[:number] for step in steps(launch.output, pattern)] if pattern else []
    if not usual or not after or len(before) < 2:
        return None
    line = f"its first line of progress then tells {after[0]:g}, after {max(before):g} before the interruption"
    copied = _all_copied(play.launches[number - 1])
    if after[0] <= usual[0]:
        return (Went.ANEW if copied else Went.UNCLEAR), line, None
    lost = sum(after[0] <= step <= max(before) for step in usual)
    interval = max(1, round(len(usual) / max(1, len(evidence.checkpoints))))
    if lost <= 2 * interval + 1:
        return Went.ON, line, None
    return (Went.BACK if copied else Went.UNCLEAR), line, None


def _by_counts(evidence: Evidence, play: Play, number: int) -> _Told:
    """Compare how many checkpoints it wrote in all with how many it writes undisturbed."""
    usual = len(evidence.checkpoints)
    launch, launch_before = play.launches[number], play.launches[number - 1]
    before = sum(_count(evidence, earlier) for earlier in play.launches[:number])
    after = _count(evidence, launch)
    if launch.loss is not None or play.failure or before < 2 or usual < 4:
        return Went.UNCLEAR, "neither its checkpoints nor its output tell from where it went on", None
    text = f"it wrote {before} checkpoints before and {after} after it, and {usual} undisturbed"
    copied = _all_copied(launch_before)
    if after >= usual:
        return (Went.ANEW, text, before) if copied else (Went.UNCLEAR, text, None)
    if after <= usual - before + 2:
        return Went.ON, text, max(0, after + before - usual)
    return (Went.BACK, text, after + before - usual) if copied else (Went.UNCLEAR, text, None)


def _all_copied(launch: LaunchRecord) -> bool:
    """Return whether all checkpoints were in S3 when the instance went; otherwise the newest may not have been."""
    return launch.loss is Loss.WRITING or (launch.loss is Loss.TOLD and launch.exit_code != _KILLED)


def _count(evidence: Evidence, launch: LaunchRecord) -> int:
    return sum(evidence.habits.complete(checkpoint) for checkpoint in launch.checkpoints(evidence.habits))
