"""What interruptions cost, read from transitions and from what is in S3, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.interruptions.cost import told
from constructs_lib.runs.reports.interruptions.failed_return import failed_return
from constructs_lib.runs.reports.interruptions.losses import losses
from constructs_lib.runs.reports.interruptions.stored import Stored
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.views.report_text import render_report

ZERO = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return ZERO + timedelta(seconds=seconds)


def job(*phases: tuple[str, float], status: str = "Completed") -> dict[str, Any]:
    transitions = [{"Status": name, "StartTime": at(seconds)} for name, seconds in phases]
    return {"TrainingJobStatus": status, "SecondaryStatusTransitions": transitions}


ONCE = job(
    ("Starting", 0), ("Training", 10), ("Interrupted", 113), ("Starting", 150), ("Training", 200), ("Completed", 400)
)
TWICE = job(
    ("Training", 0), ("Interrupted", 50), ("Training", 100), ("Interrupted", 160), ("Training", 200), ("Completed", 300)
)


def stored(**written: float) -> list[Stored]:
    """Make objects `checkpoint-N.json`: their numbers, and when each was written."""
    return [
        Stored(name=f"checkpoint-{name.removeprefix('c')}.json", modified=at(seconds), size=100)
        for name, seconds in written.items()
    ]


def costs(
    of: Mapping[str, Any],
    there: Sequence[Stored],
    looks: Mapping[int, Sequence[Stored]] | None = None,
    *,
    done: bool = True,
) -> list[str]:
    return told(losses(of), there, looks or {}, completed=done)


def test_an_interruption_without_a_checkpoint() -> None:
    lost = "interrupted once with no checkpoint in S3: began anew, 1 min 43 s lost"
    assert costs(ONCE, stored(c3=250), {1: []}) == [lost]
    assert costs(ONCE, [], done=False) == [lost]
    # a program may tidy up when it has come to its end
    (unsure,) = costs(ONCE, [])
    assert unsure.startswith("interrupted once, and no checkpoint is in S3: unless the program deletes them")
    assert costs(TWICE, [], done=False) == ["interrupted 2 times with no checkpoint in S3: began anew, 1 min 50 s lost"]


def test_what_is_in_s3_from_before_belies_a_look_that_was_too_early() -> None:
    assert costs(ONCE, stored(c3=114, c6=250), {1: []}) == [
        "interrupted 0 s after checkpoint-3.json, the newest checkpoint in S3"
    ]


def test_a_checkpoint_that_was_written_again() -> None:
    before = stored(c3=60, c7=100)
    assert costs(ONCE, stored(c3=60, c7=260, c9=300), {1: before}) == [
        "checkpoint-7.json was written again after the return"
    ]
    assert costs(ONCE, stored(c3=250, c7=260, c9=300), {1: before}) == [
        "checkpoint-3.json, checkpoint-7.json were written again after the return: it did not go on from "
        "checkpoint-7.json"
    ]
    # without a look, by what was not reached again
    assert costs(ONCE, stored(c3=250, c7=100)) == [
        "checkpoint-3.json was written again after the return: it did not go on from checkpoint-7.json"
    ]


def test_a_program_that_went_on() -> None:
    assert costs(ONCE, stored(c3=60, c6=100, c9=250)) == [
        "interrupted 13 s after checkpoint-6.json, the newest checkpoint in S3"
    ]
    assert costs(TWICE, stored(c3=40, c6=130, c9=250)) == [
        "interrupted 10 s after checkpoint-3.json, the newest checkpoint in S3",
        "interrupted 30 s after checkpoint-6.json, the newest checkpoint in S3",
    ]


def test_the_first_checkpoint_of_all_after_the_return_is_a_beginning() -> None:
    assert costs(ONCE, stored(c3=250, c6=300, c9=350)) == [
        "its first checkpoint, checkpoint-3.json, was written after the return: it began anew, 1 min 43 s lost"
    ]


LATER = job(("Training", 10), ("Interrupted", 113), ("Training", 200.5), ("Completed", 400))


@pytest.mark.parametrize(
    ("of", "there"),
    [
        (ONCE, stored(c14=250, c15=300, c16=350)),  # older ones were deleted meanwhile
        (ONCE, [Stored(name="last.ckpt", modified=at(250), size=9)]),  # it was written over
        (ONCE, stored(c3=250)),  # one number does not tell which is the first
        (LATER, stored(c3=200, c6=250, c9=300)),  # S3 tells whole seconds: it may have been there before
    ],
)
def test_nothing_is_said_where_the_evidence_is_not_enough(of: Mapping[str, Any], there: list[Stored]) -> None:
    assert costs(of, there) == []


FAILED = job(("Training", 0), ("Interrupted", 100), ("Training", 150), ("Failed", 160), status="Failed")


def sized(**sizes: float) -> list[Stored]:
    return [
        Stored(name=f"checkpoint-{name[1:]}.h5", modified=at(10 * int(name[1:])), size=int(size * 1e6))
        for name, size in sizes.items()
    ]


def test_a_return_that_failed_at_a_torn_checkpoint() -> None:
    failed = failed_return(losses(FAILED), sized(c1=9.8, c2=9.9, c3=9.8, c4=1.0))
    assert failed is not None
    assert failed.why == (
        "it failed while starting from checkpoint-4.h5 (1.0 MB; the others have 9.8 MB), which was being written when "
        "the instance went"
    )
    assert (failed.delete, failed.certain) == ("checkpoint-4.h5", True)


def test_a_return_that_failed_at_half_a_folder() -> None:
    names = ["checkpoint-1/a", "checkpoint-1/b", "checkpoint-2/a"]
    failed = failed_return(
        losses(FAILED), [Stored(name=name, modified=at(5 * n), size=9) for n, name in enumerate(names)]
    )
    assert failed is not None
    assert "starting from checkpoint-2/, which lacks b, which was being written" in failed.why
    assert failed.delete == "checkpoint-2/"


def test_a_return_that_failed_for_a_reason_that_s3_does_not_show() -> None:
    failed = failed_return(losses(FAILED), sized(c3=9.8, c4=9.8))
    assert failed is not None
    assert (failed.certain, failed.delete) == (False, "checkpoint-4.h5")
    # it had come further, or was never interrupted, or had nothing to begin with
    assert failed_return(losses(FAILED), [*sized(c3=9.8), *stored(c5=155)]) is None
    assert failed_return([], sized(c3=9.8)) is None
    assert failed_return(losses(FAILED), []) is None


def test_the_report_shows_what_interruptions_cost() -> None:
    attempt = Attempt(
        job_name="churn-1", status="Completed", interruptions=1, costs=("checkpoint-7 was written again",)
    )
    report = Report(run_name="night", status="SUCCEEDED", attempts=(attempt,))
    assert "    checkpoint-7 was written again" in render_report(report).splitlines()
    assert report.as_document()["Attempts"][0]["InterruptionCosts"] == ["checkpoint-7 was written again"]
