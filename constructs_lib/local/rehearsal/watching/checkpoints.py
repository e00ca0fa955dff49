"""Reads checkpoints out of events: which files belong to one, whether they were renamed into place, how long it took.

A checkpoint is one file or several. Files with one number in their names belong together; a file without a number joins
the checkpoint that is being written, unless that has it already, be it under its temporary name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from constructs_lib.local.rehearsal.watching.events import Event, Kind
from constructs_lib.local.rehearsal.watching.names import number_of, pattern_of


@dataclass(frozen=True, kw_only=True)
class WrittenFile:
    """A file of a checkpoint.

    Attributes:
        name: Its name in the end.
        temporary: The name that it was written under, where that is another one; empty if it was written in place.
        arrived: Whether it was written elsewhere, and renamed into the directory: it is never there unfinished.
        whole_folder: Whether it came to its name because its folder was renamed.
        began: When its writing began.
        ended: When it was complete under its name; None while it is not.
        size: Its size.
    """

    name: str
    began: float
    ended: float | None = None
    temporary: str = ""
    arrived: bool = False
    whole_folder: bool = False
    size: int = -1


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint: its files in the order in which they were begun."""

    files: tuple[WrittenFile, ...]

    @property
    def number(self) -> int | None:
        """The number in its files' names."""
        return next((number for file in self.files if (number := number_of(file.name)) is not None), None)

    @property
    def name(self) -> str:
        """What to call it: its folder, or its first file."""
        folder, slash, _ = self.files[0].name.partition("/")
        return folder + slash

    @property
    def began(self) -> float:
        """When its writing began."""
        return min(file.began for file in self.files)

    @property
    def ended(self) -> float:
        """When the last of its complete files was complete."""
        return max((file.ended for file in self.files if file.ended is not None), default=self.began)

    @property
    def size(self) -> int:
        """The bytes in it."""
        return sum(max(file.size, 0) for file in self.files)

    @property
    def patterns(self) -> frozenset[str]:
        """The patterns of its files' names."""
        return frozenset(pattern_of(file.name) for file in self.files)


@dataclass(frozen=True)
class Habits:
    """How a program writes its checkpoints, learnt from an undisturbed play.

    Attributes:
        temporaries: Patterns of names that files are written under before they are renamed.
        patterns: The patterns of the files that a complete checkpoint has.
        largest: The pattern of its largest file.
    """

    temporaries: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    largest: str = ""

    @classmethod
    def of(cls, checkpoints: Sequence[Checkpoint]) -> Habits:
        """Learn from the checkpoints of a play; what most of them have counts."""
        if not checkpoints:
            return cls()
        files = [file for checkpoint in checkpoints for file in checkpoint.files]
        usual = Counter(checkpoint.patterns for checkpoint in checkpoints).most_common(1)[0][0]
        return cls(
            temporaries=frozenset(pattern_of(file.temporary) for file in files if file.temporary),
            patterns=usual,
            largest=pattern_of(max(files, key=lambda file: file.size).name),
        )

    def complete(self, checkpoint: Checkpoint) -> bool:
        """Return whether a checkpoint has all of its files."""
        done = {pattern_of(file.name) for file in checkpoint.files if file.ended is not None}
        return done >= self.patterns if self.patterns else bool(done)


def written_files(events: Iterable[Event], temporaries: frozenset[str] = frozenset()) -> list[WrittenFile]:
    """Return each writing of a file, in the order in which they began; also those that were not finished.

    Args:
        events: What happened.
        temporaries: Patterns of names that are known to be temporary: such a file is not finished before it is renamed.
    """
    found: list[WrittenFile] = []
    for event in events:
        if event.kind is Kind.BEGAN and not event.folder:
            found.append(WrittenFile(name=event.name, began=event.seconds, size=event.size))
        elif event.kind is Kind.WRITTEN:
            ended = None if pattern_of(event.name) in temporaries else event.seconds
            _change(found, event.name, ended=ended, size=event.size)
        elif event.kind is Kind.SIZED:
            _change(found, event.name, size=event.size)
        elif event.kind is Kind.RENAMED and event.folder:
            _rename_folder(found, event)
        elif event.kind is Kind.RENAMED:
            _rename_file(found, event)
    return found


def checkpoints(events: Iterable[Event], habits: Habits | None = None) -> list[Checkpoint]:
    """Return the checkpoints in events, in their order; the last may be unfinished."""
    groups: list[list[WrittenFile]] = []
    for file in written_files(events, habits.temporaries if habits else frozenset()):
        if not groups or not _belongs(file, groups[-1]):
            groups.append([])
        groups[-1].append(file)
    return [Checkpoint(tuple(group)) for group in groups]


def _belongs(file: WrittenFile, group: Sequence[WrittenFile]) -> bool:
    if any(file.name in (other.name, other.temporary) for other in group):
        return False
    numbers = {number for other in group if (number := number_of(other.name)) is not None}
    own = number_of(file.name)
    return own is None or not numbers or own in numbers


def _change(found: list[WrittenFile], known_as: str, **changes: object) -> bool:
    for place in reversed(range(len(found))):
        if found[place].name == known_as:
            found[place] = replace(found[place], **changes)  # type: ignore[arg-type]
            return True
    return False


def _rename_file(found: list[WrittenFile], event: Event) -> None:
    changes = {"name": event.name, "temporary": event.source, "ended": event.seconds, "size": event.size}
    if not _change(found, event.source, **changes):
        now = event.seconds
        found.append(WrittenFile(name=event.name, began=now, ended=now, arrived=True, size=event.size))


def _rename_folder(found: list[WrittenFile], event: Event) -> None:
    before = f"{event.source}/"
    for place, file in enumerate(found):
        if event.source and file.name.startswith(before):
            name = f"{event.name}/{file.name.removeprefix(before)}"
            found[place] = replace(file, name=name, temporary=file.name, whole_folder=True, ended=event.seconds)
