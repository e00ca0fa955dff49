"""The plain template: what the constructs synthesise, with parameters in the place of an example's values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage
from constructs_lib.workflow.names import PREPARE, SETTINGS
from tools.template.examples import Example, ref
from tools.template.marks import Marks, flat, in_places, joined
from tools.template.parameters import GROUPS, parameters

_DESCRIPTION = (
    "Trains models on SageMaker managed spot capacity: a state machine whose every execution is a run, with its roles "
    "and buckets. Written by spot-training-constructs."
)
_HAS_ON_DEMAND, _HAS_TWO_TYPES = "HasOnDemand", "HasTwoTypes"
_CONDITIONS = {
    _HAS_ON_DEMAND: {"Fn::Not": [{"Fn::Equals": [ref("OnDemandInstanceType"), ""]}]},
    _HAS_TWO_TYPES: {
        "Fn::And": [
            {"Condition": _HAS_ON_DEMAND},
            {"Fn::Not": [{"Fn::Equals": [ref("OnDemandInstanceType"), ref("SpotInstanceType")]}]},
        ]
    },
}


def written(example: Example | None = None) -> str:
    """Return the template as JSON, without blanks: CloudFormation counts its bytes."""
    return json.dumps(plain_template(example or Example()), separators=(",", ":"), ensure_ascii=True) + "\n"


def plain_template(example: Example) -> dict[str, Any]:
    """Synthesise the constructs, and put the parameters into their places."""
    template = _synthesised(example)
    resources = {name: _resource(resource, example) for name, resource in template["Resources"].items()}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _DESCRIPTION,
        "Metadata": {
            "AWS::CloudFormation::Interface": {
                "ParameterGroups": [
                    {"Label": {"default": label}, "Parameters": list(names)} for label, names in GROUPS.items()
                ]
            }
        },
        "Parameters": parameters(),
        "Conditions": _CONDITIONS,
        "Resources": resources,
        "Outputs": template["Outputs"],
    }


def _synthesised(example: Example) -> dict[str, Any]:
    app = cdk.App(analytics_reporting=False, context={"@aws-cdk/core:annotationsInValidationReport": False})
    # without assets there is nothing of CDK's bootstrap that it could use
    stack = cdk.Stack(app, "Plain", synthesizer=cdk.LegacyStackSynthesizer())
    training = SpotTraining(
        stack,
        "Training",
        image=TrainingImage.from_registry(example.image),
        channels={
            "train": TrainingChannel.from_bucket(
                s3.Bucket.from_bucket_name(stack, "Data", example.data_bucket), example.data_prefix
            )
        },
        capacity=[
            Capacity.spot(example.spot, instance_count=example.instance_count),
            Capacity.on_demand(example.on_demand, instance_count=example.instance_count),
        ],
        capacity_patience=cdk.Duration.seconds(example.patience_seconds),
        max_runtime=cdk.Duration.seconds(example.runtime_seconds),
        max_wait=cdk.Duration.seconds(example.wait_seconds),
        volume_size=cdk.Size.gibibytes(example.volume_gibibytes),
        base_job_name=example.base_job_name,
        output_prefix=example.output_prefix,
    )
    for name, value, description in (
        ("StateMachineArn", training.state_machine.state_machine_arn, "Start an execution of it to train"),
        ("CheckpointBucketName", training.checkpoint_bucket.bucket_name, "Where the checkpoints are"),
        ("OutputBucketName", training.output_bucket.bucket_name, "Where the models are"),
        ("JobRoleArn", training.role.role_arn, "What the jobs run as"),
    ):
        cdk.CfnOutput(stack, name, value=value, description=description)
    template: dict[str, Any] = app.synth().get_stack_by_name("Plain").template
    return template


def _resource(resource: Mapping[str, Any], example: Example) -> dict[str, Any]:
    # what stands in the metadata is for CDK's own tools
    changed = {name: value for name, value in resource.items() if name != "Metadata"}
    properties = changed.get("Properties", {})
    if "DefinitionString" in properties:
        definition = _definition(properties["DefinitionString"])
        changed["Properties"] = {**properties, "DefinitionString": definition}
    if "DependsOn" in changed:
        # what is referred to is waited for anyway
        text = json.dumps(properties)
        changed["DependsOn"] = [name for name in changed["DependsOn"] if f'"{name}"' not in text]
    for rule in properties.get("LifecycleConfiguration", {}).get("Rules", []):
        if rule["Id"] == "ExpireCheckpoints":
            rule["ExpirationInDays"] = ref("CheckpointExpirationInDays")
    return {name: _placed(value, example) for name, value in changed.items()}


def _placed(value: Any, example: Example) -> Any:
    """Put the parameters into the texts of a value."""
    if isinstance(value, str):
        return joined(in_places(value, example.places()))
    if isinstance(value, list):
        if sorted(map(str, value)) == sorted((example.spot, example.on_demand)):
            types = [ref("SpotInstanceType"), ref("OnDemandInstanceType")]
            return {"Fn::If": [_HAS_TWO_TYPES, types, types[:1]]}
        return [_placed(item, example) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::Join"} and value["Fn::Join"][0] == "":
        return joined([_placed(part, example) for part in value["Fn::Join"][1]])
    return {name: _placed(item, example) for name, item in value.items()}


def _definition(value: Any) -> Any:
    """Put the parameters into what a definition has of numbers and of the plan."""
    marks = Marks()
    text = "".join(part if isinstance(part, str) else marks.text(part) for part in flat([value]))
    definition = json.loads(text)
    settings = definition["States"][PREPARE]["Assign"][SETTINGS]
    for name, parameter in (
        ("MaxRuntimeInSeconds", "MaxRuntimeInSeconds"),
        ("LongestRuntimeInSeconds", "MaxRuntimeInSeconds"),
        ("MaxWaitTimeInSeconds", "MaxWaitTimeInSeconds"),
        ("CapacityPatienceInSeconds", "CapacityPatienceInSeconds"),
    ):
        _put(settings, name, marks.bare(ref(parameter)))
    # CloudFormation does not multiply, and Step Functions does
    _put(settings, "CheckpointsKeptInSeconds", f"{{% 86400 * {marks.text(ref('CheckpointExpirationInDays'))} %}}")
    _put(settings["Request"]["ResourceConfig"], "VolumeSizeInGB", marks.bare(ref("VolumeSizeInGB")))
    for entries in (settings["Capacities"], settings["AllowedCapacities"]):
        for entry in entries:
            _put(entry, "InstanceCount", marks.bare(ref("InstanceCount")))
        on_demand = joined([",", *marks.parts(_json(entries.pop()))])
        entries.append(marks.further({"Fn::If": [_HAS_ON_DEMAND, on_demand, ""]}))
    return joined(marks.parts(_json(definition)))


def _put(document: dict[str, Any], name: str, value: Any) -> None:
    if name not in document:
        raise ValueError(f"there is no {name} that a parameter could take the place of")
    document[name] = value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
