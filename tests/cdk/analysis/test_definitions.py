"""Two checkers of the Amazon States Language find nothing in what is synthesised, and each fault in what is broken."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.settings import RunPrices
from tests.permissions.deployments import DEPLOYMENTS, deployment
from tests.support.engines.asl_checkers import faults, found_by_each
from tests.support.run_documents import ON_DEMAND, SPOT, run_settings
from tests.support.templates import app_context, definition, deployed_definition

pytestmark = pytest.mark.npm


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_nothing_is_wrong_with_what_is_deployed(name: str) -> None:
    assert faults(definition(Template.from_json(deployment(name).template))) == []


@pytest.mark.parametrize("patience", [None, cdk.Duration.minutes(10)])
def test_nothing_is_wrong_with_a_definition_in_a_file(patience: cdk.Duration | None) -> None:
    app = cdk.App(context=app_context())
    SpotTraining(
        cdk.Stack(app, "Stack"),
        "Training",
        image=TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
        capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        capacity_patience=patience,
        definition_as_asset=True,
    )
    assert faults(deployed_definition(app, "Stack")) == []


def test_nothing_is_wrong_with_a_definition_that_keeps_to_dollars() -> None:
    prices = RunPrices(dollars_per_hour={"ml.m5.xlarge": 0.23}, as_of="2026-11-27", region="eu-west-1", max_cost=5)
    assert faults(run_definition(run_settings(SPOT, ON_DEMAND, capacity_patience_seconds=600, prices=prices))) == []


GOOD = run_definition(run_settings(SPOT, ON_DEMAND, capacity_patience_seconds=600))
BOTH = {"service", "validator"}
Change = Callable[[dict[str, Any]], object]


def broken(change: Change) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    change(document["States"])
    return document


BROKEN: dict[str, tuple[Change, set[str]]] = {
    "a next state that is missing": (lambda states: states["Prepare"].update(Next="Nowhere"), BOTH),
    "a default that is missing": (lambda states: states["Decide"].update(Default="Nowhere"), BOTH),
    "a state that nothing leads to": (
        lambda states: states.update(Alone={"Type": "Succeed"}),
        BOTH,
    ),
    "a field that no state has": (lambda states: states["Prepare"].update(Nonsense=1), BOTH),
    "a state of no kind": (lambda states: states["Prepare"].update(Type="Nonsense"), BOTH),
    "a choice without a condition": (
        lambda states: states["Decide"]["Choices"][0].pop("Condition"),
        BOTH,
    ),
    "a choice that leads nowhere": (
        lambda states: states["Decide"]["Choices"][0].update(Next="Nowhere"),
        BOTH,
    ),
    "a task of nothing": (lambda states: states["Inspect"].pop("Resource"), BOTH),
    "a retry of nothing": (lambda states: states["Inspect"].update(Retry=[{"ErrorEquals": []}]), {"service"}),
    "a ResultPath in a JSONata state": (lambda states: states["Inspect"].update(ResultPath="$.a"), {"validator"}),
    "an InputPath in a JSONata state": (lambda states: states["Inspect"].update(InputPath="$.a"), {"validator"}),
    "a choice of JSONPath in a JSONata state": (
        lambda states: states["Decide"]["Choices"].append({"Variable": "$.a", "NumericEquals": 1, "Next": "Judge"}),
        {"validator"},
    ),
}
"""What is broken, and which of the two say so."""


@pytest.mark.parametrize("name", BROKEN)
def test_fails_on_a_definition_that_is_broken(name: str) -> None:
    change, finders = BROKEN[name]
    found = found_by_each(broken(change))
    assert {checker for checker, messages in found.items() if messages} == finders


def test_fails_within_a_branch() -> None:
    def change(states: dict[str, Any]) -> None:
        (watched,) = (state for state in states.values() if state["Type"] == "Parallel")
        watched["Branches"][0]["StartAt"] = "Nowhere"

    found = found_by_each(broken(change))
    assert found["service"] != []
    assert found["validator"] != []
