"""What is read out of events, names and output, without playing anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import LaunchRecord, Play
from constructs_lib.local.rehearsal.plays.script import UNDISTURBED, Cut, Loss, Script, scripts
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.local.rehearsal.questions.returning import Went, returns
from constructs_lib.local.rehearsal.watching.checkpoints import checkpoints
from constructs_lib.local.rehearsal.watching.events import Event, Kind, Recording
from constructs_lib.local.rehearsal.watching.names import number_of
from constructs_lib.local.rehearsal.watching.polling import Polling
from constructs_lib.local.rehearsal.watching.progress import progress_pattern, steps


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("checkpoint-500/optimizer.pt", 500),
        ("checkpoint-00000422.npz", 422),
        ("xgboost-checkpoint.12", 12),
        ("epoch=3-step=400.ckpt", 400),
        ("epoch=03-val_loss=0.25.ckpt", 3),
        ("model-7.h5", 7),
        ("last.ckpt", None),
        ("rng_state_0.pth", 0),
    ],
)
def test_the_number_of_a_checkpoint(name: str, number: int | None) -> None:
    assert number_of(name) == number


def test_progress_is_what_grows_from_line_to_line() -> None:
    output = "10 layers\nepoch 1: loss 0.9\nepoch 2: loss 0.7\n10 layers\nepoch 3: loss 0.8\n10 layers\n"
    assert progress_pattern(output) == "epoch #: loss #"
    assert steps(output, "epoch #: loss #") == [1, 2, 3]
    assert progress_pattern("loss 3\nloss 2\nloss 1\n") == ""


def written(number: int, at: float) -> list[Event]:
    part, name = f"c-{number}.part", f"c-{number}"
    return [
        Event(kind=Kind.BEGAN, name=part, seconds=at),
        Event(kind=Kind.WRITTEN, name=part, seconds=at + 0.1, size=8),
        Event(kind=Kind.RENAMED, name=name, source=part, seconds=at + 0.2, size=8),
    ]


def test_a_file_that_is_renamed_into_place_is_one_file() -> None:
    (found,) = checkpoints(written(3, 1.0))
    assert [(file.name, file.temporary, file.ended) for file in found.files] == [("c-3", "c-3.part", 1.2)]


def test_files_of_one_number_are_one_checkpoint_and_a_name_that_comes_again_is_another() -> None:
    names = ["model-1", "optimizer-1", "model-2", "optimizer-2", "state", "state"]
    events = [Event(kind=Kind.BEGAN, name=name, seconds=at) for at, name in enumerate(names)]
    assert [[file.name for file in found.files] for found in checkpoints(events)] == [
        ["model-1", "optimizer-1"],
        ["model-2", "optimizer-2", "state"],
        ["state"],
    ]


def launch(
    numbers: Sequence[int], found: Sequence[int] = (), loss: Loss | None = None, output: str = ""
) -> LaunchRecord:
    return LaunchRecord(
        found={f"c-{number}": 8 for number in found},
        left={},
        events=tuple(event for at, number in enumerate(numbers) for event in written(number, float(at))),
        sees_reads=True,
        output=output,
        exit_code=0 if loss is None else 143,
        seconds=float(len(numbers)),
        loss=loss,
        asked=0.0 if loss is Loss.TOLD else None,
    )


@pytest.mark.parametrize(
    ("before", "there", "after", "went"),
    [
        ([10, 20], [10, 20], [30, 40], Went.ON),
        ([10, 20], [10, 20], [20, 30, 40], Went.ON),  # it writes what it begins with
        ([10, 20, 30], [10, 20, 30], [20, 30, 40], Went.BACK),
        ([10, 20], [10, 20], [10, 20, 30, 40], Went.ANEW),
        ([10, 13], [13], [20, 30, 40], Went.ON),  # it saved on SIGTERM
        ([1], [1], [10, 20, 30, 40], Went.UNCLEAR),  # saved on SIGTERM before the first: anew looks the same
        ([10], [10], [10, 20, 30, 40], Went.UNCLEAR),
        ([], [], [10, 20, 30, 40], Went.FRESH),
    ],
)
def test_from_where_it_went_on(before: list[int], there: list[int], after: list[int], went: Went) -> None:
    script = Script(name="x", title="x", cuts=(Cut(loss=Loss.TOLD, after_checkpoints=1),))
    evidence = Evidence(
        program=RehearsedProgram(command=["x"]),
        undisturbed=Play(script=UNDISTURBED, launches=(launch([10, 20, 30, 40]),)),
        interrupted=[Play(script=script, launches=(launch(before, loss=Loss.TOLD), launch(after, there)))],
    )
    assert [item.went for item in returns(evidence)] == [went]


def test_what_is_no_checkpoint_is_not_written_down() -> None:
    recording = Recording(lambda: None)
    for name in ("progress.json", ".progress.json.part", "c-1.sagemaker-uploaded", "c-1"):
        recording.add(Kind.WRITTEN, name)
    assert [event.name for event in recording.events] == ["c-1"]


def test_without_inotify_writing_and_deleting_is_seen_and_reading_is_not(tmp_path: Path) -> None:
    recording = Recording(lambda: None)
    seen = Polling(tmp_path, recording)
    seen.start()
    (tmp_path / "c-1").write_text("x" * 8)
    seen.settle()
    (tmp_path / "c-1").unlink()
    seen.stop()
    assert [event.kind for event in recording.events] == [Kind.BEGAN, Kind.WRITTEN, Kind.DELETED]
    assert not seen.sees_reads


def test_a_play_that_came_too_late_is_tried_earlier_until_nothing_is_earlier() -> None:
    for script in scripts(12, 8.0):
        tried = [script]
        while (earlier := tried[-1].earlier()) is not None:
            tried.append(earlier)
        assert len(tried) == (1 if script.name == "late" else 7)
        assert len({one.place for one in tried}) == len(tried)
        assert [one.cuts[0].after_checkpoints for one in tried if script.name == "after"] in ([], [6, 3, 1, 1, 1, 1, 1])
