"""A definition in a file of its own is the one that would stand in the template."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk.assertions import Annotations, Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from constructs_lib.cdk.training.definition.asset import definition_file
from tests.support.templates import app_context, deployed_definition, stack

MOST_BYTES = 1_000_000
"""The most that CloudFormation takes of a template."""


def training(scope: cdk.Stack, construct_id: str = "Training", **options: Any) -> SpotTraining:
    return SpotTraining(
        scope,
        construct_id,
        **{
            "image": TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
            "capacity": [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
            **options,
        },
    )


def everything(*, as_asset: bool) -> cdk.App:
    """An app of one training that has every kind of token, and a text that has none."""
    app = cdk.App(context=app_context())
    scope = cdk.Stack(app, "Stack")
    other = cdk.Stack(app, "Other")
    training(
        scope,
        definition_as_asset=as_asset,
        environment={"ROOT": "${HOME}/" + scope.region, "OTHER": other.format_arn(service="s3", resource="x")},
        hyperparameters={"note": 'a "quoted" é', "later": cdk.Lazy.string(Later())},
        volume_size=cdk.Size.gibibytes(cdk.CfnParameter(scope, "Volume", type="Number").value_as_number),
    )
    cdk.Tags.of(app).add("team", "churn")
    cdk.Tags.of(app).add("region", scope.region)
    return app


@jsii.implements(cdk.IStableStringProducer)
class Later:
    def produce(self) -> str:
        return "later"


def test_it_is_the_definition_that_would_stand_in_the_template() -> None:
    in_file, in_template = (deployed_definition(everything(as_asset=kind), "Stack") for kind in (True, False))
    assert in_file == in_template
    request = in_file["States"]["Prepare"]["Assign"]["spot_training_settings"]["Request"]
    assert request["Tags"] == [{"Key": "region", "Value": "<AWS::Region>"}, {"Key": "team", "Value": "churn"}]


def test_it_is_the_same_file_at_each_synthesis() -> None:
    files = [
        {path.name for path in Path(everything(as_asset=True).synth().directory).glob("asset.*")} for _ in range(2)
    ]
    assert files[0] == files[1]
    assert len(files[0]) == 1


def test_forty_fit_into_one_stack() -> None:
    app = cdk.App(context=app_context())
    scope = cdk.Stack(app, "Stack")
    for number in range(40):
        training(scope, f"Training{number}", definition_as_asset=True)
    assert Path(app.synth().get_stack_by_name("Stack").template_full_path).stat().st_size < MOST_BYTES
    assert Annotations.from_stack(scope).find_warning("*", "*definition_as_asset*") == []


def test_many_in_the_template_are_warned_of_once() -> None:
    scope = stack()
    for number in range(16):
        training(scope, f"Training{number}")
    (warning,) = [
        each.entry.data
        for each in Annotations.from_stack(scope).find_warning("*", cdk.assertions.Match.any_value())
        if "definition_as_asset" in str(each.entry.data)
    ]
    assert "ack: spot-training-constructs:large-template" in str(warning)


def test_what_is_known_at_synth_stands_in_the_file() -> None:
    scope = stack()
    number = cdk.CfnParameter(scope, "Number", type="Number").value_as_number
    names = cdk.CfnParameter(scope, "Names", type="CommaDelimitedList").value_as_list
    definition = {
        "a": f"{scope.partition}/{scope.partition}",
        "b": number,
        "c": names,
        "d": cdk.Lazy.string(Later()),
        "e": [1.5, None, True, "é"],
    }
    found = definition_file(scope, definition, {})
    assert found.text == (
        '{"a":"${Value1}/${Value1}","b":${Value2},"c":["${Value3}"],"d":"later","e":[1.5,null,true,"\\u00e9"]}'
    )
    assert scope.resolve(found.substitutions) == {
        "Value1": {"Ref": "AWS::Partition"},
        "Value2": {"Ref": "Number"},
        "Value3": {"Fn::Join": ['","', {"Ref": "Names"}]},
    }


@pytest.mark.parametrize("as_asset", [True, False])
def test_a_machine_has_one_definition(*, as_asset: bool) -> None:
    scope = stack()
    training(scope, definition_as_asset=as_asset)
    (machine,) = Template.from_stack(scope).find_resources("AWS::StepFunctions::StateMachine").values()
    given = {name for name in machine["Properties"] if name.startswith("Definition")}
    in_file = {"DefinitionS3Location", "DefinitionSubstitutions"}
    assert given == (in_file if as_asset else {"DefinitionString"})
    assert "Training" in json.dumps(machine)
