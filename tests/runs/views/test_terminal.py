"""The report and the live view at several widths, seen through a pseudo-terminal, and what may not be folded."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
from typing import Any

import pytest

from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.views.choose import show_report, view_on
from constructs_lib.runs.views.report_text import render_report

WIDTHS = (60, 80, 140)
MODEL = "s3://training-outputbucket7114eb27-nrnp1ddmxw4s/churn/churn-0123456789abcdef-10/output/model.tar.gz"
REASON = (
    "AlgorithmError: Please use an instance type with more memory, or reduce the size of job data. "
    "ExecuteUserScriptError exit code 1, ErrorMessage: RuntimeError: CUDA out of memory"
)
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def attempt(number: int, **changes: Any) -> Attempt:
    values: dict[str, Any] = {
        "job_name": f"churn-prediction-nightly-0123456789abcdef-{number}",
        "instance_type": "ml.g5.12xlarge", "instance_count": 2, "market": "on-demand", "status": "Stopped",
        "secondary_status": "MaxWaitTimeExceeded", "verdict": "no capacity", "waiting_seconds": 7260.0,
        "training_seconds": 36660.0, "billable_seconds": 86400.0 + 3600, "interruptions": 12,
    }  # fmt: skip
    return Attempt(**{**values, **changes})


def report(attempts: int, *, failed: bool) -> Report:
    last = (
        attempt(attempts, status="Failed", secondary_status="Failed", verdict="training failed", reason=REASON)
        if failed
        else attempt(attempts, status="Completed", secondary_status="Completed", verdict="completed")
    )
    return Report(
        run_name="20261127-203549-a1b2c3",
        status="FAILED" if failed else "SUCCEEDED",
        error="SpotTraining.TrainingFailed" if failed else None,
        message=f"job {last.job_name} failed: {REASON} Next: mend the program" if failed else "",
        model=None if failed else MODEL,
        checkpoints="s3://training-checkpointbucket-1a2b3c4d5e6f/churn/20261127-203549-a1b2c3/",
        attempts=(*(attempt(number) for number in range(1, attempts)), last),
        training_seconds=366600.0,
        billable_seconds=100000.0,
        savings_percent=72.7,
        elapsed_seconds=500000.0,
    )


def on_terminal(width: int, write: Any) -> str:
    """Let something write to a pseudo-terminal of a width; return what arrived, as it was sent."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    with os.fdopen(theirs, "w") as stream:
        write(stream)
        stream.flush()
        text = b""
        os.set_blocking(mine, False)
        while True:
            try:
                read = os.read(mine, 65536)
            except BlockingIOError:
                break
            text += read
    os.close(mine)
    return text.decode().replace("\r\n", "\n")


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize("attempts", [1, 10])
def test_a_report_is_as_wide_as_the_terminal(width: int, attempts: int, failed: bool) -> None:
    shown = report(attempts, failed=failed)
    text = ESCAPES.sub("", on_terminal(width, lambda stream: show_report(shown, stream))).rstrip("\n")
    assert text == render_report(shown, width)
    # only one word that is longer than the terminal may make a line so
    long = [line for line in text.splitlines() if len(line) > width]
    assert [line for line in long if not re.search(rf"\S{{{width - 20},}}", line)] == []
    assert all(str(each.job_name) in text for each in shown.attempts)
    assert " ".join(text.split()).count("CUDA out of memory") == (1 if failed else 0)
    if not failed:
        # on one line, to be copied
        assert f"Model          {MODEL}\n" in text
    headings = [line for line in text.splitlines() if "Capacity" in line and "Billed" in line]
    assert bool(headings) == (width >= 80)


def test_a_report_has_colour_only_where_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = report(1, failed=False)
    assert "\x1b[1;32m" in on_terminal(80, lambda stream: show_report(shown, stream))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;32m" not in on_terminal(80, lambda stream: show_report(shown, stream))
    assert "32m" not in on_terminal(80, lambda stream: show_report(shown, stream))


PROGRESS = RunProgress(
    run_name="20261127-203549-a1b2c3", status="RUNNING", state="Train", attempt_number=3, attempt=attempt(3),
    interruptions=2, training_seconds=3600.0, billable_seconds=1800.0, savings_percent=50.0, elapsed_seconds=7200.0,
)  # fmt: skip


@pytest.mark.parametrize("width", [20, 40, 60, 80, 140])
def test_the_live_view_never_folds_to_letters(width: int) -> None:
    def draw(stream: Any) -> None:
        with view_on(stream) as view:
            view.show(PROGRESS)

    lines = ESCAPES.sub("", on_terminal(width, draw)).splitlines()
    assert max(map(len, lines)) <= width
    # it is drawn once more at its end
    assert len(lines) < 32
    assert any("Attempt" in line and "3" in line for line in lines)


def test_a_terminal_that_gets_narrower_is_cleared_first() -> None:
    def draw(stream: Any) -> None:
        with view_on(stream) as view:
            view.show(PROGRESS)
            view.note("still as wide")
            fcntl.ioctl(stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 50, 60, 0, 0))
            view.note("narrower")

    text = on_terminal(100, draw)
    assert text.count("\x1b[2J") == 1
    before, after = text.split("\x1b[2J")
    assert "still as wide" in before
    assert "narrower" not in before
    assert "narrower" in after
