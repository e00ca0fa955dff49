"""The machine of a sweep as a document: wired, named, and with children that read nothing of their parent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.workflow.definition import state_names
from constructs_lib.workflow.jsonata.given import texts
from constructs_lib.workflow.sweep import names
from constructs_lib.workflow.sweep.definition import sweep_definition
from constructs_lib.workflow.sweep.halving import Halving
from constructs_lib.workflow.sweep.objective import Objective, Percent
from tests.support.engines.asl_checkers import faults
from tests.support.engines.jsonata_engine import Engine
from tests.workflow.sweep.documents import HALVING, sweep_settings

DEFINITION = sweep_definition(sweep_settings(halving=HALVING))
PARENT = {names.SETTINGS, names.INPUT, names.SWEEP}


def machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a machine and the children of its Maps."""
    yield definition
    for state in definition["States"].values():
        if "ItemProcessor" in state:
            yield from machines(state["ItemProcessor"])


def leads_to(state: dict[str, Any]) -> set[str]:
    rules = [*state.get("Choices", []), *state.get("Catch", []), state]
    return {rule[key] for rule in rules for key in ("Next", "Default") if key in rule}


def test_every_state_is_there_reached_and_named_once() -> None:
    for machine in machines(DEFINITION):
        reached, queue = set(), {machine["StartAt"]}
        while queue:
            name = queue.pop()
            reached.add(name)
            queue |= leads_to(machine["States"][name]) - reached
        assert reached == set(machine["States"])
    found = list(state_names(DEFINITION))
    assert len(found) == len(set(found))


@pytest.mark.npm
def test_it_is_valid() -> None:
    assert faults(DEFINITION) == []
    assert faults(sweep_definition(sweep_settings(tolerated_failures=Percent(12)))) == []


def test_children_read_and_assign_no_variable_of_the_sweep() -> None:
    of_children = [machine for machine in machines(DEFINITION) if machine is not DEFINITION]
    assert len(of_children) == 5
    for machine in of_children:
        used = set(re.findall(r"\$(spot_sweep\w*)", json.dumps(machine)))
        assigned = {name for _, name in assignments(machine)}
        assert not (used | assigned) & PARENT
        assert used <= assigned
    assert {name for _, name in assignments({"States": DEFINITION["States"]})} == PARENT


def assignments(machine: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, state in machine["States"].items():
        for rule in (state, *state.get("Choices", []), *state.get("Catch", [])):
            yield from ((name, variable) for variable in rule.get("Assign", {}))


def test_a_run_is_started_again_for_throttling_alone() -> None:
    run = DEFINITION["States"][names.TRAIN]["ItemProcessor"]["States"][names.RUN]
    errors = [error for retry in run["Retry"] for error in retry["ErrorEquals"]]
    assert all(error.startswith("StepFunctions.") for error in errors)
    assert "StepFunctions.ExecutionAlreadyExistsException" not in errors
    assert leads_to(run) == {names.WRITE_LINE, names.ASK}


def test_a_redrive_whose_answer_was_lost_is_asked_for() -> None:
    redrive = DEFINITION["States"][names.TRAIN]["ItemProcessor"]["States"][names.REDRIVE]
    in_vain, *_ = redrive["Retry"]
    assert (in_vain["MaxAttempts"], redrive["Catch"][0]["Next"]) == (0, names.ASK)
    assert in_vain["ErrorEquals"] == redrive["Catch"][0]["ErrorEquals"]
    assert "Assign" not in redrive["Catch"][0]
    assert leads_to(redrive) == {names.RUN, names.ASK, names.WRITE_FAILED}


def test_what_is_tolerated_stands_in_the_map_of_the_runs_alone() -> None:
    for tolerated, member in ((3, {"ToleratedFailureCount": 3}), (Percent(5), {"ToleratedFailurePercentage": 5})):
        states = sweep_definition(sweep_settings(tolerated_failures=tolerated))["States"]
        having = {name for name, state in states.items() if any(key.startswith("Tolerated") for key in state)}
        assert having == {names.TRAIN}
        assert member.items() <= states[names.TRAIN].items()


def test_deployed_values_stand_in_no_expression() -> None:
    marked = sweep_settings(bucket="giraffe", objective=Objective.minimize("zebra"))
    for _, text in texts(sweep_definition(marked)):
        if text.startswith("{%"):
            assert "zebra" not in text
            assert "giraffe" not in text


def test_every_expression_is_understood(engine: Engine) -> None:
    found = {text for _, text in texts(DEFINITION) if text.startswith("{%")}
    assert len(found) > 30
    for text in found:
        assert text.endswith(" %}"), text
        assert "??" not in text
        assert "?:" not in text
        assert engine.evaluate(f"{{% ( $f := function() {{ {text[3:-3]} }}; 'parsed' ) %}}", {}) == "parsed"


def test_a_sweep_takes_little_of_a_template() -> None:
    assert len(json.dumps(json.dumps(DEFINITION))) < 80_000


@pytest.mark.parametrize("make", [Objective.minimize, Objective.maximize])
def test_fails_for_an_objective_without_a_name(make: Any) -> None:
    with pytest.raises(ValueError, match="'metric_name' must be a text of 1 to 255 characters, got ''"):
        make("")


def test_fails_for_a_text_that_would_be_evaluated() -> None:
    with pytest.raises(ValueError, match="'objective' must not have the form of a JSONata expression"):
        sweep_definition(sweep_settings(objective=Objective.minimize("{% 1 %}")))


@pytest.mark.parametrize("value", [-1, 101, 12.5, "5", True])
def test_fails_for_no_share(value: Any) -> None:
    with pytest.raises(ValueError, match="'value' must be a whole number from 0 to 100"):
        Percent(value)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"resource": ""}, "'resource' must be the name of a hyperparameter, of 1 to 256 characters, got ''"),
        ({"rungs": [1]}, r"'rungs' must be 2 to 10 whole numbers above 0 that rise, got \[1\]"),
        ({"rungs": [3, 1]}, "'rungs' must be 2 to 10 whole numbers above 0 that rise"),
        ({"rungs": 5}, "'rungs' must be 2 to 10 whole numbers above 0 that rise, got 5"),
        ({"rungs": None}, "'rungs' must be 2 to 10 whole numbers above 0 that rise, got None"),
        ({"resource": "x" * 257}, "'resource' must be the name of a hyperparameter, of 1 to 256 characters, got 'xxx"),
        ({"rungs": [0, 1]}, "'rungs' must be 2 to 10 whole numbers above 0 that rise"),
        ({"keep": 1}, "'keep' must be a share above 0 and below 1, got 1"),
    ],
)
def test_fails_for_rungs_that_are_none(bad: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Halving(**{"resource": "epochs", "rungs": [1, 3], **bad})
