"""Shell completion, as a shell asks for it: the whole command, begun as it is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import DOCS

BEGIN = "from constructs_lib.runs.command.entry import main; main()"


def asked(directory: Path, how: str, words: str = "", place: int = 0) -> list[str]:
    """Ask for what a shell's script asks for; nothing may be written beside it."""
    environment = {**os.environ, "_SPOT_TRAINING_COMPLETE": how, "COMP_WORDS": words, "COMP_CWORD": str(place)}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN],
        check=False,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "place", "completed"),
    [
        ("spot-training lo", 1, ["plain,local", "plain,logs"]),
        ("spot-training show --h", 2, ["plain,--html", "plain,--help"]),
        ("spot-training show --html ru", 3, ["file,ru"]),
        ("spot-training list --status s", 3, ["plain,succeeded"]),
        ("spot-training local d", 2, ["plain,demo"]),
    ],
)
def test_commands_options_and_files_are_completed(tmp_path: Path, words: str, place: int, completed: list[str]) -> None:
    # the statuses come in capital letters from click 8.1, and in small ones from later versions
    assert [
        line.replace("SUCCEEDED", "succeeded") for line in asked(tmp_path, "bash_complete", words, place)
    ] == completed


def test_the_page_tells_what_each_shell_reads(tmp_path: Path) -> None:
    told = re.findall(
        r"_SPOT_TRAINING_COMPLETE=(\w+)_source spot-training", (DOCS / "reference" / "command.md").read_text("utf-8")
    )
    assert told == ["bash", "zsh", "fish"]
    for shell in told:
        assert any("_spot_training_completion" in line for line in asked(tmp_path, f"{shell}_source"))
