"""One list of failures and verdicts: the JSONata that judges says what the list says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonata

from constructs_lib.workflow import jsonata as folder
from constructs_lib.workflow.failures import ERRORS, FAILURES, INVALID_INPUT, SWEEP_FAILED, VERDICTS, SpotTrainingErrors


def nodes(tree: Any) -> Iterator[Any]:
    """Yield every node of a parsed expression."""
    if isinstance(tree, list | tuple):
        for item in tree:
            yield from nodes(item)
    elif isinstance(tree, jsonata.Parser.Symbol):
        yield tree
        for name, member in vars(tree).items():
            if not name.startswith("_outer") and name != "ancestor":
                yield from nodes(member)


def source(function: str) -> str:
    """Return what a person reads of a function."""
    (file,) = Path(str(folder.__path__[0])).rglob(f"{function}.jsonata")
    return file.read_text(encoding="utf-8")


def texts(tree: Any) -> list[str]:
    return [node.value for node in nodes(tree) if node.type == "string"]


def calls(function: str, of: str) -> list[list[Any]]:
    """Return the arguments of every call that one of the library's functions makes of a function."""
    parsed = jsonata.Parser().parse(f"( {source(function)} 0 )")
    found = [node for node in nodes(parsed) if node.type == "function" and node.procedure.value == of]
    return [list(node.arguments) for node in found]


def told() -> Iterator[tuple[str, str]]:
    """Yield the failures that the judges lead to, each with a next step that they tell."""
    for *_, key, _, advice in calls("step", "fail"):
        yield texts(key)[0], texts(advice)[0]
    for *_, advice in calls("step_within_cost", "cause"):
        yield "out of time", texts(advice)[0]


def test_judge_leads_to_every_failure_and_tell_its_next_steps() -> None:
    listed = {
        (failure.key, step) for failure in FAILURES if failure is not INVALID_INPUT for step in failure.next_steps
    }
    # what is told may go on with the run's own names
    matched = {(key, step) for key, step in listed for of, text in told() if of == key and step.startswith(text)}
    assert matched == listed
    assert all(any(of == key and step.startswith(text) for key, step in listed) for of, text in told())


def test_the_verdicts_are_those_that_are_given_and_followed() -> None:
    # a run with a deadline sees for itself what it has moved away from
    assert '"Verdict": "moved"' in source("step_by_deadline")
    names = [verdict.name for verdict in VERDICTS if verdict.name != "moved"]
    assert {text for arguments in calls("verdict", "say") for text in texts(arguments[0])} == set(names)
    followed = re.findall(r'\$of = "([^"]+)"', source("step"))
    # whatever has no branch of its own is taken for a program that failed
    assert {*followed, "training failed"} == set(names)


def test_the_constants_are_the_errors() -> None:
    constants = {name: value for name, value in vars(SpotTrainingErrors).items() if not name.startswith("_")}
    assert tuple(constants.values()) == (*ERRORS, SWEEP_FAILED.error)
    for name, error in constants.items():
        assert error == "SpotTraining." + "".join(word.capitalize() for word in name.split("_"))
