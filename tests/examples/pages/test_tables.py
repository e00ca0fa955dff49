"""The tables of the pages name what exists: options, context values, fields; generated pages are current."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from constructs_lib import SpotTraining, SpotTrainingTask, TrainingOptions, __all__
from constructs_lib.training_job.input_fields import INPUT_FIELDS
from constructs_lib.workflow.failures import ERRORS
from tests.examples.pages.pages import PAGES, named
from tests.support.places import DOCS, ROOT
from tools.docs import api, errors, sources

OPTIONS = {*inspect.signature(SpotTraining.__init__).parameters, *TrainingOptions.__annotations__}


def table(page: str, header: str) -> list[list[str]]:
    """Return the rows of the table whose header line begins like this."""
    text = (DOCS / page).read_text(encoding="utf-8")
    lines = text[text.index(f"| {header} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize(("header", "rows"), [("estimator", 12), ("`ModelTrainer`", 17)])
def test_what_the_sdk_takes_leads_to_options(header: str, rows: int) -> None:
    found = table("from-elsewhere/sagemaker-sdk.md", header)
    assert len(found) == rows
    for _, here in found:
        arguments = names(here.partition(":")[0])
        assert arguments
        assert set(arguments) <= OPTIONS


def test_what_the_cdk_s_task_takes_leads_to_options() -> None:
    task = {*inspect.signature(SpotTrainingTask.__init__).parameters, *TrainingOptions.__annotations__}
    for _, here in table("from-elsewhere/cdk-task.md", "`SageMakerCreateTrainingJob`"):
        assert {name for name in names(here) if name.isidentifier()} <= task


def test_the_context_values_are_those_of_the_app() -> None:
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    assert {names(row[0])[0] for row in table("start/account.md", "context value")} == {
        key for key in context if key.startswith("spot-training:")
    }


def test_the_fields_are_those_of_the_input() -> None:
    fields = sorted(each.name for each in INPUT_FIELDS)
    assert sorted(name for row in table("guides/runs.md", "field") for name in names(row[0])) == fields


def test_the_docstring_of_the_construct_tells_the_same_errors() -> None:
    told = str(SpotTraining.__doc__).partition("**Errors**")[2].partition(". The cause")[0]
    assert [f"SpotTraining{name}" for name in re.findall(r"\.\w+", told)] == list(ERRORS)


def test_the_page_of_errors_is_current_and_shows_the_cause_of_each() -> None:
    # make docs
    page = errors.page()
    assert (DOCS / errors.FILE).read_text(encoding="utf-8") == page
    assert page.count("Next: ") + page.count("Start a new run") == len(ERRORS)


def test_the_reference_is_current() -> None:
    # make docs
    assert {name: (DOCS / name).read_text(encoding="utf-8") for name in api.documents()} == api.documents()


def test_the_reference_has_every_public_name_and_every_option_with_its_default() -> None:
    assert api.public() == list(__all__)
    pages = "".join(api.documents().values())
    headings = set(re.findall(r"^#+ (\S+)$", pages, re.MULTILINE))
    assert set(__all__) - headings == {"SharedTrainingOptions", "TrainingOptions"}
    rows = re.findall(
        r"^\| `(\w+)`<br>(\S.*?) \| (\S.*?) \| (\S.*?) \|$", api.documents()[api.OPTIONS_FILE], re.MULTILINE
    )
    assert {name for name, _, _, _ in rows} >= OPTIONS - {"self", "scope", "construct_id", "options"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_programs_in_it_are_those_of_the_examples(page: Path) -> None:
    # make docs
    text = page.read_text(encoding="utf-8")
    assert sources.with_programs(text) == text
