"""Where a SpotTrainingTask may stand, and how its errors are caught, in the two languages of Step Functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import Capacity, CheckpointBucket, OutputBucket, SpotTrainingTask, TrainingImage, TrainingRole
from tests.support.engines.asl_checkers import faults
from tests.support.templates import definition, stack

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
JSONATA = sfn.QueryLanguage.JSONATA
KEPT = "{% $merge([$states.input, {'error': $states.errorOutput}]) %}"


def task(scope: cdk.Stack, **options: Any) -> SpotTrainingTask:
    return SpotTrainingTask(
        scope,
        "Train",
        image=IMAGE,
        capacity=[Capacity.on_demand("ml.m5.xlarge")],
        role=TrainingRole(scope, "Role"),
        checkpoint_bucket=CheckpointBucket(scope, "Checkpoints"),
        output_bucket=OutputBucket(scope, "Models"),
        **options,
    )


def machine(body: sfn.IChainable, **options: Any) -> dict[str, Any]:
    scope = cdk.Stack.of(body.start_state)
    sfn.StateMachine(scope, "Machine", definition_body=sfn.DefinitionBody.from_chainable(body), **options)
    return definition(Template.from_stack(scope))


def caught(language: sfn.QueryLanguage | None = None, **catch: Any) -> dict[str, Any]:
    """Return the machine of a task whose errors are caught."""
    scope = stack()
    train = task(scope)
    train.add_retry(
        errors=["SpotTraining.ServiceFault"], interval=cdk.Duration.seconds(30), max_attempts=2, backoff_rate=3,
        max_delay=cdk.Duration.minutes(5), jitter_strategy=sfn.JitterType.FULL,
    )  # fmt: skip
    assert train.add_catch(sfn.Pass(scope, "Keep"), **catch) is train
    train.add_catch(sfn.Pass(scope, "Other"), errors=["SpotTraining.Stopped"])
    return machine(sfn.Pass(scope, "Before").next(train), query_language=language)


WAYS: list[tuple[sfn.QueryLanguage | None, dict[str, Any], dict[str, Any]]] = [
    (None, {"result_path": "$.error"}, {"ResultPath": "$.error"}),
    (None, {"result_path": sfn.JsonPath.DISCARD}, {"ResultPath": None}),
    (None, {"assign": {"why": sfn.JsonPath.string_at("$.Cause")}}, {"Assign": {"why.$": "$.Cause"}}),
    (None, {"outputs": KEPT}, {"Output": KEPT}),
    (None, {}, {}),
    (JSONATA, {"outputs": KEPT, "assign": {"why": "{% $states.errorOutput.Cause %}"}},
     {"Output": KEPT, "Assign": {"why": "{% $states.errorOutput.Cause %}"}}),
    (JSONATA, {}, {}),
]  # fmt: skip


@pytest.mark.npm
@pytest.mark.parametrize(("language", "catch", "rendered"), WAYS)
def test_its_errors_are_caught_as_any_state_s(
    language: sfn.QueryLanguage | None, catch: dict[str, Any], rendered: dict[str, Any]
) -> None:
    document = caught(language, **catch)
    state = document["States"]["Train"]
    assert state["Catch"] == [
        {"ErrorEquals": ["SpotTraining.Stopped"], "Next": "Other"},
        {"ErrorEquals": ["States.ALL"], "Next": "Keep", **rendered},
    ]
    assert state["Retry"][0]["MaxAttempts"] == 2
    jsonpath = "ResultPath" in rendered or "why.$" in rendered.get("Assign", {})
    assert ("QueryLanguage" in state, "OutputPath" in state) == (not jsonpath, jsonpath)
    assert faults(document) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"result_path": "$.error"}, {"outputs": "{% {} %}"}),
        ({"outputs": {"a": 1}}, {"assign": {"a": sfn.JsonPath.string_at("$.b")}}),
        ({"assign": {"a": ["{% 1 %}"]}}, {"result_path": "$.error"}),
    ],
)
def test_fails_on_two_languages_in_one_state(first: dict[str, Any], second: dict[str, Any]) -> None:
    scope = stack()
    train = task(scope).add_catch(sfn.Pass(scope, "One"), errors=["SpotTraining.Stopped"], **first)
    with pytest.raises(ValueError, match="is JSONata, and the state 'Train' speaks one language; in a JSONPath"):
        train.add_catch(sfn.Pass(scope, "Two"), **second)


def test_fails_on_errors_that_are_no_list() -> None:
    with pytest.raises(ValueError, match=r"^'errors' must be a list of strings, got 'States.ALL'; put it in a list"):
        caught(errors="States.ALL")


def test_fails_on_a_result_path_in_a_jsonata_machine() -> None:
    with pytest.raises(
        RuntimeError, match="'result_path' of 'Train' is JSONPath, and the machine around it is JSONata"
    ):
        caught(JSONATA, result_path="$.error")


def looped(scope: cdk.Stack, train: SpotTrainingTask) -> sfn.IChainable:
    return sfn.Map(scope, "All").item_processor(train)


def beside(scope: cdk.Stack, train: SpotTrainingTask) -> sfn.IChainable:
    return sfn.Map(scope, "All").item_processor(sfn.Parallel(scope, "Both").branch(train))


def distributed(scope: cdk.Stack, train: SpotTrainingTask, kind: sfn.StateMachineType) -> sfn.IChainable:
    return sfn.DistributedMap(scope, "All", map_execution_type=kind).item_processor(train)


Around = Callable[[cdk.Stack, SpotTrainingTask], sfn.IChainable]


@pytest.mark.parametrize("around", [looped, beside])
@pytest.mark.parametrize("language", [None, JSONATA])
def test_fails_in_a_map_whose_items_would_share_a_run(around: Around, language: sfn.QueryLanguage | None) -> None:
    scope = stack()
    with pytest.raises(RuntimeError, match="'Train' stands in the Map 'All', whose items would share one run"):
        machine(around(scope, task(scope)), query_language=language)


@pytest.mark.parametrize("around", [looped, beside])
def test_it_stands_in_a_map_with_a_run_name_of_its_own(around: Around) -> None:
    scope = stack()
    machine(around(scope, task(scope, run_name="{% $states.input.name %}")))
    Annotations.from_stack(scope).has_no_warning("*", Match.any_value())


def test_a_map_beside_it_is_no_matter() -> None:
    scope = stack()
    machine(sfn.Map(scope, "All").item_processor(sfn.Pass(scope, "Other")).next(task(scope)))


def test_a_distributed_map_is_warned_of() -> None:
    scope = stack()
    machine(distributed(scope, task(scope), sfn.StateMachineType.STANDARD))
    said = Match.string_like_regexp("'Train' stands in the Map 'All', whose items may share the execution's name")
    Annotations.from_stack(scope).has_warning("/Test/Train", said)


@pytest.mark.parametrize("machine_type", list(sfn.StateMachineType))
def test_fails_in_an_express_machine(machine_type: sfn.StateMachineType) -> None:
    scope = stack()
    other = sfn.DefinitionBody.from_string('{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}')
    sfn.StateMachine(scope, "Express", definition_body=other, state_machine_type=sfn.StateMachineType.EXPRESS)
    body = sfn.Pass(scope, "Before").next(task(scope))
    if machine_type is sfn.StateMachineType.STANDARD:
        machine(body, state_machine_type=machine_type)
        return
    with pytest.raises(RuntimeError, match="'Train' stands in the Express state machine 'Test/Machine/Resource', and"):
        machine(body, state_machine_type=machine_type)


def test_fails_in_a_distributed_map_of_express_executions() -> None:
    scope = stack()
    with pytest.raises(RuntimeError, match="whose items are Express executions, and"):
        machine(distributed(scope, task(scope, run_name="{% $states.input %}"), sfn.StateMachineType.EXPRESS))
