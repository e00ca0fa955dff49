"""On a busy machine things are looked at late, and programs are killed late: what is seen and torn must be the same."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from constructs_lib.local.rehearsal.plays.copies import forget_half_copied
from constructs_lib.local.rehearsal.plays.record import LaunchRecord
from constructs_lib.local.rehearsal.plays.script import Loss
from constructs_lib.local.rehearsal.plays.tear import tear
from constructs_lib.local.rehearsal.watching.checkpoints import Checkpoint, Habits, checkpoints
from constructs_lib.local.rehearsal.watching.events import Recording
from constructs_lib.local.rehearsal.watching.inotify import Inotify
from constructs_lib.local.training_jobs.instance.s3.transfer import S3Location

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


def test_what_was_in_a_folder_before_it_was_watched_is_seen_though_it_is_renamed_just_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Inotify._watch

    def just_then(self: Inotify, name: str) -> None:
        watch(self, name)
        if name == "making" and not (tmp_path / "checkpoint-3").exists():
            (tmp_path / name / "weights.json").write_text(FILES["weights.json"])
            (tmp_path / name).rename(tmp_path / "checkpoint-3")

    monkeypatch.setattr(Inotify, "_watch", just_then)
    recording = Recording(lambda: None)
    watching = Inotify(tmp_path, recording)
    write_folder(tmp_path, 3, until="config.json")
    watching.start()
    watching.settle()
    watching.stop()
    (found,) = checkpoints(recording.events)
    assert [(file.name, file.size) for file in found.files] == [
        (f"checkpoint-3/{name}", len(text)) for name, text in FILES.items()
    ]


def test_who_was_killed_in_the_next_checkpoint_is_put_back_to_the_one_before(tmp_path: Path) -> None:
    found, habits = seen(tmp_path, late=False)
    torn = tear(tmp_path, found, habits)
    assert torn is not None
    assert (torn.text, torn.taken) == ("checkpoint-6/ was copied to S3 without checkpoint-6/weights.json yet", 6)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["checkpoint-3/config.json", "checkpoint-3/weights.json", "checkpoint-6/config.json"]


class Bucket:
    """An S3 that has the objects that were copied so far."""

    def __init__(self, *names: str) -> None:
        self.keys = [f"p/{name}" for name in names]

    def get_paginator(self, _operation: str) -> Bucket:
        return self

    def paginate(self, **_: str) -> list[dict[str, object]]:
        return [{"Contents": [{"Key": key} for key in self.keys]}]

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 - as S3 names them
        assert Bucket == "b"
        self.keys.remove(Key)


def test_what_was_copied_in_part_is_not_left_where_the_play_is_about_whole_checkpoints(tmp_path: Path) -> None:
    recording = Recording(lambda: None)
    watching = Inotify(tmp_path, recording)
    watching.start()
    for number in (3, 6, 9):
        write_folder(tmp_path, number)
        watching.settle()
    watching.stop()
    launch = LaunchRecord(
        found={}, left={path.relative_to(tmp_path).as_posix(): 1 for path in tmp_path.rglob("*.json")},
        events=recording.events, sees_reads=True, output="", exit_code=137, seconds=1.0, loss=Loss.ABRUPT,
    )  # fmt: skip
    habits = Habits.of(launch.checkpoints())
    names = [f"checkpoint-{number}/{name}" for number in (3, 6, 9) for name in FILES]
    s3 = Bucket(*names[:-1])
    forget_half_copied(s3, S3Location("b", "p/"), launch, habits, until=math.inf)
    assert s3.keys == [f"p/{name}" for name in names[:4]]
    # what was closed by the program's death was perhaps not whole
    second = next(event.seconds for event in recording.events if event.name == "checkpoint-6" and event.source)
    s3 = Bucket(*names)
    forget_half_copied(s3, S3Location("b", "p/"), launch, habits, until=second - 1e-9)
    assert s3.keys == [f"p/{name}" for name in names[:2]]


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
