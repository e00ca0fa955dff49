"""Every command on every page is one that there is: `spot-training` as it parses it, `make` as the Makefile has it."""

from __future__ import annotations

import copy
import re
import shlex
from pathlib import Path

import click
import pytest

from constructs_lib.local.cdk_cli.find_cli import CLI_VERSION
from constructs_lib.runs.command.main import main
from tests.examples.pages.pages import BESIDE, PAGES, blocks, named
from tests.support.places import ROOT
from tools import start

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands() -> list[str]:
    """Return every line of every shell block that calls the command, once."""
    lines = [
        line.strip().removeprefix("- run: ")
        for page in [*PAGES, *BESIDE]
        for block in blocks(page, "sh", "yaml")
        for line in block.splitlines()
    ]
    return sorted({line.partition(" #")[0].strip() for line in lines if line.startswith("spot-training ")})


@pytest.mark.parametrize("line", commands())
def test_every_command_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = main
    context = click.Context(command, info_name="spot-training")
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name!r}"
        command = found
    # a path that an example names need not be here; the command is others' too, and stays as it is
    command = copy.copy(command)
    command.params = [copy.copy(parameter) for parameter in command.params]
    for parameter in command.params:
        if isinstance(parameter.type, click.Path | click.File):
            parameter.type = click.STRING
    with command.make_context(line, words, parent=context, resilient_parsing=False):
        pass


def test_there_are_commands_to_try() -> None:
    assert len(commands()) > 20


@pytest.mark.parametrize("page", [*PAGES, *BESIDE], ids=named)
def test_every_make_target_exists(page: Path) -> None:
    if page.name == "CHANGELOG.md":
        return
    text = page.read_text(encoding="utf-8")
    said = re.findall(r"`make ([a-z-]+)[^`]*`", text)
    said += [match for block in blocks(page, "sh") for match in re.findall(r"^make ([a-z-]+)", block, re.MULTILINE)]
    assert set(said) <= TARGETS


def test_every_block_of_the_start_pages_is_followed_or_says_why_not() -> None:
    # make test-installed
    found = {(page, heading): len(found) for page in start.PAGES for heading, found in start.commands(page).items()}
    assert found == {place: len(expected) for place, expected in start.EXPECTED.items()}
    lines = {line for page in start.PAGES for block in blocks(ROOT / page, "sh") for line in block.splitlines()}
    assert set(start.LEFT_OUT) <= lines
    assert all(start.LEFT_OUT.values())
    assert [each for page in start.PAGES for each in start.commands(page).values() if "" in each] == []


def test_what_is_followed_once_stands_alike_on_both_pages() -> None:
    assert start.commands(start.DEMO)[start.WITHOUT][0] == start.commands(start.README)[start.SEE_IT][0]


def test_the_cdk_cli_is_named_with_the_version_that_is_tried() -> None:
    texts = "".join(block for page in [*PAGES, *BESIDE] for block in blocks(page, "sh"))
    assert set(re.findall(r"aws-cdk(\S*)", texts)) == {f"@{CLI_VERSION}"}
