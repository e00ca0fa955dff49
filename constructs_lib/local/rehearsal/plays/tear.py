"""Makes of a checkpoint directory what an instance leaves that goes while a checkpoint is being written.

No program can be stopped between two bytes from outside, and most write faster than one can look. So the program is
killed right after a checkpoint, and its newest checkpoint is put back into a state that it has just been in: half of
its bytes under the name that they are written under, and nothing yet of what is written after it. A program that has
begun the next one meanwhile, because the machine is busy, is put back to before that: what is torn must not depend on
how fast it was killed.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from constructs_lib.local.rehearsal.plays.record import Tear
from constructs_lib.local.rehearsal.watching.checkpoints import Checkpoint, Habits, WrittenFile
from constructs_lib.local.rehearsal.watching.names import pattern_of


def tear(directory: Path, written: Sequence[Checkpoint], habits: Habits) -> Tear | None:
    """Tear the newest checkpoint; return what is left of it, or None if that cannot be said.

    Args:
        directory: The checkpoint directory; nobody writes to it any more.
        written: The checkpoints that were written to it, the last perhaps unfinished.
        habits: How the program writes checkpoints.
    """
    if not written:
        return None
    written = _up_to_newest_complete(directory, written, habits)
    newest = written[-1]
    target = next((file for file in newest.files if pattern_of(file.name) == habits.largest), newest.files[-1])
    later = newest.files[newest.files.index(target) + 1 :]
    before = {file.name for checkpoint in written[:-1] for file in checkpoint.files}
    for file in later:
        if file.name not in before:  # of an overwritten one the earlier content would be there
            (directory / file.name).unlink(missing_ok=True)
    if target.temporary or pattern_of(target.name) in habits.temporaries:
        return _under_temporary_name(directory, newest, target, before)
    if target.arrived:
        return Tear(
            text="nothing unfinished was there: files come into the directory complete", file="", temporary=True
        )
    path = directory / target.name
    if not path.is_file():
        return None
    size = _halve(path, target.size)
    number = newest.number
    others = [
        checkpoint for checkpoint in written[:-1] if habits.complete(checkpoint) and _is_there(directory, checkpoint)
    ]
    others = [checkpoint for checkpoint in others if target.name not in {file.name for file in checkpoint.files}]
    return Tear(
        text=f"{target.name} had {size} of {max(target.size, size)} bytes",
        file=target.name,
        taken=number,
        first=len(written) == 1,
        nothing_left=not others,
    )


def _up_to_newest_complete(directory: Path, written: Sequence[Checkpoint], habits: Habits) -> Sequence[Checkpoint]:
    """Undo the checkpoint that was being written, if the one before it is still there as it was."""
    *earlier, newest = written
    if not earlier or habits.complete(newest) or not _is_there(directory, earlier[-1]):
        return written
    names = {name for file in newest.files for name in (file.name, file.temporary) if name}
    if names & {file.name for checkpoint in earlier for file in checkpoint.files}:
        return written  # it is written over what was there before
    for name in names:
        (directory / name).unlink(missing_ok=True)
    return earlier


def _under_temporary_name(directory: Path, newest: Checkpoint, target: WrittenFile, before: set[str]) -> Tear:
    final, temporary = directory / target.name, directory / (target.temporary or target.name)
    if target.whole_folder:
        # the rename of a folder is no single step in S3: the training agent copies its files one by one
        final.unlink(missing_ok=True)
        return Tear(
            text=f"{newest.name} was copied to S3 without {target.name} yet",
            file=target.name,
            taken=newest.number,
        )
    if final != temporary and final.is_file() and directory in temporary.parents and target.temporary:
        if target.name in before:  # what it replaced was complete as well
            shutil.copyfile(final, temporary)
        else:
            final.replace(temporary)
    if not temporary.is_file():
        return Tear(text="nothing of it was there yet", file="", temporary=True)
    size = _halve(temporary, target.size)
    return Tear(
        text=f"{temporary.name} had {size} of {max(target.size, size)} bytes, under its temporary name",
        file=temporary.relative_to(directory).as_posix(),
        taken=newest.number if target.name not in before else None,
        temporary=True,
    )


def _halve(path: Path, full: int) -> int:
    size = min(path.stat().st_size, max(full, 0) // 2 if full > 0 else 0)
    with path.open("r+b") as file:
        file.truncate(size)
    return size


def _is_there(directory: Path, checkpoint: Checkpoint) -> bool:
    return all((directory / file.name).is_file() for file in checkpoint.files)
