"""The example's training program: killed at any moment it goes on, and ends with the same model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.places import EXAMPLES

DIGITS = EXAMPLES / "digits"


def start(directory: Path, *arguments: str) -> subprocess.Popen[str]:
    model, checkpoints = directory / "model", directory / "checkpoints"
    places = ["--train", DIGITS / "data", "--model-dir", model, "--checkpoints", checkpoints]
    command = [sys.executable, DIGITS / "train" / "train.py", *places, "--epochs", "3", "--checkpoint-steps", "50"]
    return subprocess.Popen([*map(str, command), *arguments], stdout=subprocess.PIPE, text=True)


def output(process: subprocess.Popen[str]) -> list[str]:
    text, _ = process.communicate(timeout=240)
    return text.splitlines()


def wait_for_checkpoints(directory: Path, process: subprocess.Popen[str], count: int) -> None:
    deadline = time.monotonic() + 240
    while process.poll() is None and time.monotonic() < deadline:
        if len(list((directory / "checkpoints").glob("checkpoint-*.npz"))) >= count:
            return
        time.sleep(0.005)
    raise AssertionError("the program wrote no checkpoint before it ended")


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("uninterrupted")
    lines = output(start(directory))
    assert lines[0] == "started from step 0"
    assert lines[-1] == "finished at step 1266"
    return directory


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_was_interrupted_ends_with_the_same_model(uninterrupted: Path, tmp_path: Path, how: int) -> None:
    first = start(tmp_path)
    wait_for_checkpoints(tmp_path, first, 2)
    os.kill(first.pid, how)
    lines = output(first)
    assert first.returncode == (-signal.SIGKILL if how == signal.SIGKILL else 128 + signal.SIGTERM)
    assert lines[-1].startswith("stopped at step") == (how == signal.SIGTERM)
    lines = output(start(tmp_path))
    assert lines[0].startswith("resumed from step ")
    for name in ("model.npz", "metrics.json"):
        assert (tmp_path / "model" / name).read_bytes() == (uninterrupted / "model" / name).read_bytes()


def test_it_learns(uninterrupted: Path) -> None:
    assert '"accuracy": 0.9' in (uninterrupted / "model" / "metrics.json").read_text()


def test_it_keeps_the_newest_three_checkpoints(uninterrupted: Path) -> None:
    assert sorted(path.name for path in (uninterrupted / "checkpoints").iterdir()) == [
        "checkpoint-00001150.npz",
        "checkpoint-00001200.npz",
        "checkpoint-00001250.npz",
        "progress.json",
    ]


def test_it_says_how_much_of_the_work_its_newest_checkpoint_holds(uninterrupted: Path) -> None:
    said = json.loads((uninterrupted / "checkpoints" / "progress.json").read_text(encoding="utf-8"))
    steps = json.loads((uninterrupted / "model" / "metrics.json").read_text(encoding="utf-8"))["steps"]
    assert said == {"fraction": 1250 / steps}


def test_a_torn_checkpoint_is_passed_over(uninterrupted: Path, tmp_path: Path) -> None:
    checkpoints = tmp_path / "checkpoints"
    checkpoints.mkdir()
    whole = uninterrupted / "checkpoints" / "checkpoint-00001200.npz"
    (checkpoints / whole.name).write_bytes(whole.read_bytes())
    (checkpoints / "checkpoint-00001250.npz").write_bytes(whole.read_bytes()[:1000])
    (checkpoints / ".checkpoint-00001260.npz.part").write_bytes(b"half")
    lines = output(start(tmp_path))
    assert lines[0].startswith("cannot read checkpoint-00001250.npz")
    assert lines[1] == "resumed from step 1200"
    assert (tmp_path / "model" / "model.npz").read_bytes() == (uninterrupted / "model" / "model.npz").read_bytes()


def test_fails_with_a_sentence_when_the_channel_is_empty(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    process = subprocess.run(
        [sys.executable, str(DIGITS / "train" / "train.py"), "--train", str(empty), "--checkpoints", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert process.returncode == 1
    assert "expected one .csv or .gz file" in process.stderr
