"""On a busy machine things are looked at late, and programs are killed late: what is seen and torn must be the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from constructs_lib.local.rehearsal.plays.tear import tear
from constructs_lib.local.rehearsal.watching.checkpoints import Checkpoint, Habits, checkpoints
from constructs_lib.local.rehearsal.watching.events import Recording
from constructs_lib.local.rehearsal.watching.inotify import Inotify

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
FILES = {"config.json": "{}", "weights.json": "x" * 100}


def write_folder(directory: Path, number: int, *, until: str = "") -> None:
    """Write a checkpoint as `half_a_folder.py` does, up to a file of it."""
    folder = directory / "making"
    folder.mkdir(exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_text(content)
        if name == until:
            return
    folder.rename(directory / f"checkpoint-{number}")


def seen(directory: Path, *, late: bool) -> tuple[list[Checkpoint], Habits]:
    """Return what is seen of two checkpoints and a third that is begun."""
    recording = Recording(lambda: None)
    watching = Inotify(directory, recording)
    if not late:
        watching.start()
    for number in (3, 6):
        write_folder(directory, number)
        if not late:
            watching.settle()
    habits = Habits.of(checkpoints(recording.events))
    write_folder(directory, 9, until="config.json")
    if late:
        watching.start()
    watching.settle()
    watching.stop()
    found = checkpoints(recording.events, habits)
    return found, Habits.of(found[:2]) if late else habits


@pytest.mark.parametrize("late", [False, True])
def test_a_folder_that_is_renamed_and_made_again_is_seen_once_each_time(tmp_path: Path, *, late: bool) -> None:
    found, habits = seen(tmp_path, late=late)
    assert [[(file.name, file.size, file.temporary) for file in one.files] for one in found[:2]] == [
        [(f"checkpoint-{n}/{name}", len(text), f"making/{name}") for name, text in FILES.items()] for n in (3, 6)
    ]
    assert [file.name for file in found[2].files] == ["making/config.json"]
    assert habits.patterns == {"checkpoint-#/config.json", "checkpoint-#/weights.json"}


def test_who_was_killed_in_the_next_checkpoint_is_put_back_to_the_one_before(tmp_path: Path) -> None:
    found, habits = seen(tmp_path, late=False)
    torn = tear(tmp_path, found, habits)
    assert torn is not None
    assert (torn.text, torn.taken) == ("checkpoint-6/ was copied to S3 without checkpoint-6/weights.json yet", 6)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["checkpoint-3/config.json", "checkpoint-3/weights.json", "checkpoint-6/config.json"]


def test_a_file_that_is_being_written_over_stays_as_it_was_left(tmp_path: Path) -> None:
    recording = Recording(lambda: None)
    watching = Inotify(tmp_path, recording)
    watching.start()
    (tmp_path / "last.json").write_text("x" * 100)
    watching.settle()
    habits = Habits.of(checkpoints(recording.events))
    with (tmp_path / "last.json").open("w") as file:
        file.write("y" * 20)
        file.flush()
        watching.settle()
        watching.stop()
    torn = tear(tmp_path, checkpoints(recording.events, habits), habits)
    assert torn is not None
    assert torn.nothing_left
    assert len((tmp_path / "last.json").read_text()) <= 10
