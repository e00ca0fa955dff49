"""What is compared, and what is not held against an interruption: metrics, and several hosts; nothing is played."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from constructs_lib.local.rehearsal import hosts
from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import LaunchRecord, Play
from constructs_lib.local.rehearsal.plays.script import UNDISTURBED, Cut, Loss, Script
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.local.rehearsal.questions import same_end
from constructs_lib.local.rehearsal.watching.events import Event, Kind

CUT = Script(name="after", title="cut", cuts=(Cut(loss=Loss.TOLD, after_checkpoints=1),))
LOSS = {"loss": "loss=([0-9.]+)"}


def launch(output: str = "", files: Mapping[str, str] | None = None, loss: Loss | None = None) -> LaunchRecord:
    """Make a launch that wrote files, each with a digest."""
    names = files or {}
    events = [Event(kind=kind, name=name, seconds=1.0, size=8) for name in names for kind in (Kind.BEGAN, Kind.WRITTEN)]
    return LaunchRecord(
        found={}, left=dict.fromkeys(names, 8), events=tuple(events), sees_reads=True, output=output, exit_code=0,
        seconds=1.0, loss=loss, digests=names,
    )  # fmt: skip


def play(model: str, output: str = "", script: Script = UNDISTURBED) -> Play:
    lost = () if script is UNDISTURBED else (launch(loss=Loss.TOLD),)
    return Play(script=script, launches=(*lost, launch(output)), model={"model": model.encode()})


def compared(program: RehearsedProgram, first: str, again: str, cut: str) -> str:
    """Compare plays that have different files and tell a loss each."""
    evidence = Evidence(
        program=program,
        undisturbed=play("1", f"loss={first}"),
        again=play("2", f"loss={again}"),
        interrupted=[play("3", f"loss={cut}", CUT)],
    )
    answer = same_end.answer(evidence)
    return f"{answer.outcome}: {' '.join(answer.evidence)}"


@pytest.mark.parametrize(
    ("first", "again", "cut", "told"),
    [
        ("0.4", "0.4", "0.4", "good: within 0.01: loss 0.4, undisturbed 0.4"),
        ("0.4", "0.4", "0.6", "bad: cut: loss 0.6 instead of 0.4"),
        # no interruption is to blame for what differs without one
        ("0.4", "0.5", "0.6", "unclear: two undisturbed plays are as far apart: loss 0.5 instead of 0.4"),
    ],
)
def test_a_metric_that_is_named(first: str, again: str, cut: str, told: str) -> None:
    named = RehearsedProgram(command=["x"], metrics=LOSS, tolerance=0.01)
    assert compared(named, first, again, cut) == told


@pytest.mark.parametrize(
    ("first", "again", "cut", "told"),
    [
        ("0.4", "0.4", "0.4", "good: within 0: loss 0.4, undisturbed 0.4"),
        ("0.4", "0.4", "0.6", "bad: cut: loss 0.6 instead of 0.4"),
        ("0.4", "0.5", "0.6", "unclear: two undisturbed plays gave different files already (model)"),
        ("none", "none", "0.6", "unclear: two undisturbed plays gave different files already (model)"),
    ],
)
def test_a_metric_of_the_training_itself(first: str, again: str, cut: str, told: str) -> None:
    own = RehearsedProgram(command=["x"], metric_definitions=LOSS)
    assert compared(own, first, again, cut).startswith(told)


def on_hosts(*files: Mapping[str, str], failure: str = "") -> str:
    each = [
        Play(
            script=Script(name="hosts", title=f"as algo-{number}"), launches=(launch(files=wrote),),
            failure=failure if number == 2 else "",
        )
        for number, wrote in enumerate(files, start=1)
    ]  # fmt: skip
    answer = hosts.answer(Evidence(program=RehearsedProgram(command=["x"]), undisturbed=play("1"), hosts=each))
    return f"{answer.outcome}: {'; '.join(answer.evidence)}"


def test_several_hosts() -> None:
    assert on_hosts({"c-3": "a"}, {}).startswith("good: algo-1 wrote 1 file, algo-2 wrote 0 files, and no two")
    assert on_hosts({"1-c-3": "a"}, {"2-c-3": "b"}).startswith("good: ")
    assert on_hosts({"c-3": "a"}, {"c-3": "a"}).endswith(
        "with the same bytes on each, so that it does not matter whose is kept"
    )
    assert on_hosts({"c-3": "a"}, {"c-3": "b"}).startswith("bad: ")
    assert on_hosts({"c-3": "a"}, {}, failure="no host algo-1") == "unclear: as algo-2, it failed: no host algo-1"
