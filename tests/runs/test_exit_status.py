"""The commands and how they end, told once; and the group that stands in another room."""

from __future__ import annotations

import re
import subprocess
import sys

from click.testing import CliRunner

from constructs_lib.runs.command.exit_status import MEANINGS
from constructs_lib.runs.command.group.lazy_group import FURTHER, Problem
from constructs_lib.runs.command.main import main
from tests.support.places import DOCS, ROOT


def test_the_page_tells_every_command() -> None:
    told = re.findall(r"`spot-training (\w+)[^`]*`", (DOCS / "reference" / "command.md").read_text(encoding="utf-8"))
    assert set(told) == {*main.commands, *FURTHER}


def test_the_page_tells_every_exit_status() -> None:
    rows = re.findall(
        r"^\| (\d+) \| (.*) \|$", (DOCS / "reference" / "command.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    told = {int(status): meaning.replace("`", "") for status, meaning in rows}
    assert list(told.items()) == list(MEANINGS.items())


def test_the_help_tells_every_exit_status() -> None:
    for words in ((), ("run",), ("watch",)):
        said = CliRunner().invoke(main, [*words, "--help"]).output
        assert {int(status): text for status, text in re.findall(r"^  +(\d+)  +(.*)$", said, re.MULTILINE)} == MEANINGS


def test_each_end_has_an_exit_status_of_its_own() -> None:
    assert list(MEANINGS) == [0, 1, 2, 3, 4, 130]
    assert Problem("x").exit_code == 2


def test_a_further_group_is_listed_and_called() -> None:
    assert list(FURTHER) == ["local", "rehearse"]
    said = CliRunner().invoke(main, ["--help"]).output
    assert "Run everything on this machine" in said
    assert "Does your training program survive losing its spot instance?" in said
    assert "Keep an embedded AWS running" in CliRunner().invoke(main, ["local", "up", "--help"]).output


def test_a_further_group_is_imported_only_when_it_is_asked_for() -> None:
    code = "import sys, constructs_lib.runs.command.main; print('constructs_lib.local' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "False"


def test_fails_on_a_command_that_is_not_there() -> None:
    result = CliRunner().invoke(main, ["lokal"])
    assert result.exit_code == 2
    assert "No such command 'lokal'" in result.output
