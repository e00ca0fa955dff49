"""The library of JSONata functions: a file a function, which bears the file's name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from constructs_lib.workflow.jsonata import expressions
from constructs_lib.workflow.jsonata.expressions import expression, functions, library

FOLDER = Path(expressions.__file__).parent
FILES = sorted(FOLDER.rglob("*.jsonata"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_holds_the_one_function_that_bears_its_name(path: Path) -> None:
    name = re.sub("_([a-z])", lambda match: match[1].upper(), path.stem)
    assert re.findall(r"^\$(\w+) := function\(", path.read_text(encoding="utf-8"), re.MULTILINE) == [name]
    assert library(name).startswith(f"${name}:=function(")
    assert "/*" not in library(name)


def test_no_two_files_have_one_name() -> None:
    assert len(functions()) == len(FILES) > 20


def test_there_are_only_topic_folders_of_a_few_files() -> None:
    assert {path.parent.parent for path in FILES} == {
        FOLDER, FOLDER / "deadline", FOLDER / "sweep", FOLDER / "sweep" / "items",
    }  # fmt: skip
    assert all(len(list(folder.iterdir())) <= 12 for folder in {path.parent for path in FILES})


def test_fails_on_a_function_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="planAttempts"):
        library("planAttempts")


def test_an_expression_carries_what_it_calls_and_nothing_else() -> None:
    text = expression("$named($entry)")
    assert text == f"{{% ({library('named')}$named($entry)) %}}"
    listed = expression("$listed($words)")
    assert listed.index("$leading:=") < listed.index("$listed:=")
    assert expression("$count($words)") == "{% $count($words) %}"
