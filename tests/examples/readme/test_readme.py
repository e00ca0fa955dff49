"""The README says what is true: its code runs, its tables name what exists, its commands are there."""

from __future__ import annotations

import inspect
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from constructs_lib import SpotTraining, TrainingOptions
from constructs_lib.runs.command.main import main
from constructs_lib.training_job.input_fields import INPUT_FIELDS
from constructs_lib.workflow.failures import ERRORS, FAILURES, VERDICTS
from tests.support.places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def table(header: str) -> list[list[str]]:
    """Return the rows of the table whose header line begins like this."""
    lines = README[README.index(f"| {header} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("code", blocks("python"))
def test_its_code_runs(code: str, tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(code, encoding="utf-8")
    subprocess.run([sys.executable, str(path)], check=True, cwd=tmp_path, timeout=120)


def test_its_code_is_short() -> None:
    assert len(blocks("python")) == 2


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert {"demo", "test", "setup"} <= named <= targets


def test_the_estimators_arguments_lead_to_arguments_of_ours() -> None:
    ours = {*inspect.signature(SpotTraining.__init__).parameters, *TrainingOptions.__annotations__}
    rows = table("estimator")
    assert len(rows) == 12
    for _, here in rows:
        arguments = names(here.partition(":")[0])
        assert arguments
        assert set(arguments) <= ours


def test_the_context_values_are_those_of_the_app() -> None:
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    assert {names(row[0])[0] for row in table("context value")} == {
        key for key in context if key.startswith("spot-training:")
    }


def test_the_errors_are_those_of_the_workflow() -> None:
    assert table("error") == [
        [
            f"`{error}`",
            ", or ".join(failure.when for failure in FAILURES if failure.error == error),
            "<br>".join(step for failure in FAILURES if failure.error == error for step in failure.next_steps),
        ]
        for error in ERRORS
    ]


def test_the_docstring_of_the_construct_tells_the_same_errors() -> None:
    told = str(SpotTraining.__doc__).partition("**Errors**")[2].partition(". The cause")[0]
    assert [f"SpotTraining{name}" for name in re.findall(r"\.\w+", told)] == list(ERRORS)


def test_the_verdicts_are_those_of_the_workflow() -> None:
    assert table("SageMaker says") == [[verdict.said, verdict.name, verdict.then] for verdict in VERDICTS]


def test_the_fields_are_those_of_the_input() -> None:
    fields = sorted(each.name for each in INPUT_FIELDS)
    assert sorted(name for row in table("field") for name in names(row[0])) == fields


@pytest.mark.parametrize(
    "line", [line for block in blocks("sh") for line in block.splitlines() if line.startswith("spot-training ")]
)
def test_every_command_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = main
    context = click.Context(command, info_name="spot-training")
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name!r}"
        command = found
    with command.make_context(line, words, parent=context, resilient_parsing=False):
        pass


def test_every_document_that_is_linked_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
