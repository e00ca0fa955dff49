"""SpotTrainingTask: a whole run as one state, in any machine, twice in one."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template

from constructs_lib import Capacity, CheckpointBucket, OutputBucket, SpotTrainingTask, TrainingImage, TrainingRole
from constructs_lib.cdk.task import run_arguments
from constructs_lib.training_job.limits import MAX_INPUT_BYTES
from constructs_lib.workflow.definition import state_names
from constructs_lib.workflow.states.run import checkable
from tests.support.templates import definition, flat, stack, statements

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")


def parts(scope: cdk.Stack) -> dict[str, Any]:
    return {
        "image": IMAGE,
        "capacity": [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        "role": TrainingRole(scope, "Role"),
        "checkpoint_bucket": CheckpointBucket(scope, "Checkpoints"),
        "output_bucket": OutputBucket(scope, "Models"),
    }


class Machine:
    """A state machine of somebody else, with two tasks of ours."""

    def __init__(self, query_language: sfn.QueryLanguage | None) -> None:
        self.stack = stack()
        self.parts = parts(self.stack)
        self.churn = SpotTrainingTask(self.stack, "Train churn", base_job_name="churn", **self.parts)
        self.prices = SpotTrainingTask(self.stack, "Train prices", base_job_name="prices", **self.parts)
        failed = sfn.Fail(self.stack, "No capacity anywhere")
        self.churn.add_catch(failed, errors=["SpotTraining.CapacityExhausted"])
        chain = (
            sfn.Pass(self.stack, "Get ready").next(self.churn).next(self.prices).next(sfn.Succeed(self.stack, "Done"))
        )
        sfn.StateMachine(
            self.stack,
            "Machine",
            definition_body=sfn.DefinitionBody.from_chainable(chain),
            query_language=query_language,
        )
        self.template = Template.from_stack(self.stack)


@pytest.fixture(scope="module", params=[None, sfn.QueryLanguage.JSONATA], ids=["JSONPath", "JSONata"])
def machine(request: pytest.FixtureRequest) -> Machine:
    return Machine(request.param)


def test_it_chains_and_is_caught_by_name(machine: Machine) -> None:
    states = definition(machine.template)["States"]
    assert states["Get ready"]["Next"] == "Train churn"
    assert states["Train churn"]["Next"] == "Train prices"
    assert states["Train churn"]["Catch"][0]["ErrorEquals"] == ["SpotTraining.CapacityExhausted"]
    assert states["Train churn"]["Type"] == "Parallel"


def test_no_state_name_stands_twice(machine: Machine) -> None:
    names = list(state_names(definition(machine.template)))
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 80


def test_it_brings_its_own_statements(machine: Machine) -> None:
    found = statements(machine.template, of="MachineRole")
    (creating,) = (s for s in found if s["Action"] == "sagemaker:CreateTrainingJob")
    assert [flat(arn).rpartition("/")[2] for arn in creating["Resource"]] == ["churn-*", "prices-*"]
    assert not [s for s in found if "Sid" in s]


def test_it_fits_in_a_map() -> None:
    scope = stack()
    task = SpotTrainingTask(
        scope, "Train one", **parts(scope), run_name="{% $states.context.Execution.Name & '-' & $states.input.name %}",
        run_input="{% {'HyperParameters': $states.input.hyperparameters} %}",
    )  # fmt: skip
    loop = sfn.Map(scope, "Train all").item_processor(task)
    sfn.StateMachine(scope, "Mapping", definition_body=sfn.DefinitionBody.from_chainable(loop))
    mapping = definition(Template.from_stack(scope))
    inner = mapping["States"]["Train all"]["ItemProcessor"]["States"]["Train one"]
    # an input that is too large to check is carried no further than this
    assert inner["Arguments"] == {
        "Input": checkable("{% {'HyperParameters': $states.input.hyperparameters} %}", MAX_INPUT_BYTES),
        "RunName": "{% $states.context.Execution.Name & '-' & $states.input.name %}",
    }


def test_its_input_may_be_a_dict_with_expressions_and_tokens_in_it() -> None:
    scope = stack()
    given = {"HyperParameters": {"lr": "{% $states.input.lr %}"}, "Environment": {"BUCKET": cdk.Aws.ACCOUNT_ID}}
    task = SpotTrainingTask(scope, "Train one", **parts(scope), run_input=given)
    sfn.StateMachine(scope, "Machine", definition_body=sfn.DefinitionBody.from_chainable(task))
    arguments = definition(Template.from_stack(scope))["States"]["Train one"]["Arguments"]
    assert arguments["Input"]["HyperParameters"] == {"lr": "{% $states.input.lr %}"}
    assert "AccountId" in arguments["Input"]["Environment"]["BUCKET"]


def test_fails_with_every_problem_at_once_and_creates_nothing() -> None:
    scope = stack()
    given = parts(scope)
    before = len(scope.node.find_all())
    with pytest.raises(ValueError, match="57 characters") as caught:
        SpotTrainingTask(
            scope, "n" * 58, **given, run_name="$.name", run_input="{% $merge( %}", output_prefix="/",
            hyperparameters={"a": "{% 1 %}"},
        )  # fmt: skip
    assert [line.partition(" must")[0] for line in str(caught.value).splitlines()] == [
        "the task's name", "'run_name'", "'run_input'", "'output_prefix'", "'hyperparameters'",
    ]  # fmt: skip
    assert len(scope.node.find_all()) == before


@pytest.mark.parametrize("installed", [True, False])
def test_fails_on_an_expression_that_cannot_be_read(installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not installed:
        monkeypatch.setattr(run_arguments, "jsonata", None)
    scope = stack()
    with pytest.raises(ValueError, match="'run_name' must be a JSONata expression that can be read") as caught:
        SpotTrainingTask(scope, "Train", **parts(scope), run_name="{% $string($states.input %}")
    assert "'(' without its other" in str(caught.value)
    assert list(run_arguments.run_name_problems("{% 1 + %}")) == (
        ["'run_name' must be a JSONata expression that can be read: Unexpected end of expression; got '1 +'"]
        if installed
        else []
    )
