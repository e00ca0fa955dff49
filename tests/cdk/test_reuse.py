"""Tokens where CDK's users have them, stages in two Regions, and partitions other than the commercial one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Template

from constructs_lib import Capacity, InputLocation, SpotTraining, TrainingChannel, TrainingImage
from tests.support.templates import app_context, definition, flat, stack, statements

FRAMEWORK = TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu")
IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")


def training(scope: cdk.Stack, **changes: Any) -> SpotTraining:
    options: dict[str, Any] = {"image": IMAGE, "capacity": [Capacity.spot("ml.m5.xlarge")], **changes}
    return SpotTraining(scope, "Training", **options)


def settings(scope: cdk.Stack) -> dict[str, Any]:
    found: dict[str, Any] = definition(Template.from_stack(scope))["States"]["Prepare"]["Assign"]
    made: dict[str, Any] = found["spot_training_settings"]
    return made


def test_a_bucket_of_another_stack() -> None:
    app = cdk.App(context=app_context())
    data = s3.Bucket(cdk.Stack(app, "Data"), "Data")
    scope = cdk.Stack(app, "Test")
    training(
        scope,
        channels={"train": TrainingChannel.from_bucket(data, "in/")},
        input_locations=[InputLocation.from_bucket(data, "archive/")],
        checkpoint_bucket=data,
        output_bucket=data,
    )
    found = settings(scope)
    uri = found["Request"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]
    assert uri.endswith("/in/")
    assert [place.rpartition("/")[0].rpartition("/")[2] for place in found["InputLocations"]] == ["in", "archive"]


def test_parameters_for_what_is_chosen_at_deployment() -> None:
    scope = stack()
    tag = cdk.CfnParameter(scope, "Tag").value_as_string
    kind = cdk.CfnParameter(scope, "InstanceType", default="ml.m5.xlarge").value_as_string
    epochs = cdk.CfnParameter(scope, "Epochs", type="Number", default=20).value_as_number
    gigabytes = cdk.CfnParameter(scope, "Gigabytes", type="Number", default=50).value_as_number
    repository = ecr.Repository.from_repository_name(scope, "Image", cdk.CfnParameter(scope, "Name").value_as_string)
    training(
        scope,
        image=TrainingImage.from_ecr_repository(repository, tag=tag),
        capacity=[Capacity.spot(kind), Capacity.on_demand(kind)],
        hyperparameters={"epochs": epochs, "name": tag},
        volume_size=cdk.Size.gibibytes(gigabytes),
        environment={"TAG": tag},
        tags={"tag": tag},
    )
    template = Template.from_stack(scope)
    text = json.dumps(template.find_resources("AWS::StepFunctions::StateMachine"))
    assert text.count('{"Ref": "Epochs"}') == 1
    assert '"epochs\\":\\"", {"Ref": "Epochs"}' in text.replace('\\\\"', '\\"')
    assert re.search(r'VolumeSizeInGB\\*":", \{"Ref": "Gigabytes"\}', text)
    (creating,) = (s for s in statements(template, of="TrainingStateMachineRole") if "CreateTrainingJob" in s["Action"])
    types = creating["Condition"]["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]
    assert types in ({"Ref": "InstanceType"}, [{"Ref": "InstanceType"}])


def test_values_from_ssm_and_parts_by_arn() -> None:
    scope = stack()
    role = iam.Role.from_role_arn(scope, "Role", ssm.StringParameter.value_for_string_parameter(scope, "/role"))
    bucket = s3.Bucket.from_bucket_name(
        scope, "Data", ssm.StringParameter.value_for_string_parameter(scope, "/data-bucket")
    )
    key = kms.Key.from_key_arn(scope, "Key", ssm.StringParameter.value_for_string_parameter(scope, "/key"))
    repository = ecr.Repository.from_repository_attributes(
        scope, "Image", repository_arn=f"arn:{scope.partition}:ecr:eu-west-1:123456789012:repository/churn",
        repository_name="churn",
    )  # fmt: skip
    training(
        scope,
        image=TrainingImage.from_ecr_repository(repository, tag="1"),
        role=role,
        channels={"train": TrainingChannel.from_bucket(bucket, "in/")},
        output_key=key,
        base_job_name="churn",
    )
    assert settings(scope)["Request"]["RoleArn"].startswith("<SsmParameterValuerole")


def test_fails_on_a_length_of_time_that_is_a_token() -> None:
    scope = stack()
    seconds = cdk.CfnParameter(scope, "Seconds", type="Number").value_as_number
    with pytest.raises(ValueError, match="'max_runtime' must be known at synth, got a token"):
        training(scope, max_runtime=cdk.Duration.seconds(seconds))


@pytest.mark.parametrize("region", [None, "eu-west-1", "cn-north-1", "us-gov-west-1"])
def test_no_partition_is_written_out(region: str | None) -> None:
    env = cdk.Environment(account="123456789012", region=region) if region else None
    app = cdk.App(context=app_context())
    scope = cdk.Stack(app, "Test", env=env)
    training(
        scope,
        image=FRAMEWORK,
        container_entrypoint=["python", "-c", "1"],
        encryption_key=kms.Key(scope, "Key"),
        channels={"train": TrainingChannel.from_bucket(s3.Bucket(scope, "Data"), "in/")},
    )
    text = json.dumps(Template.from_stack(scope).to_json())
    if region != "eu-west-1":
        assert "arn:aws:" not in text
    # principals of services are called the same everywhere
    hosts = re.sub(r'"(sagemaker|states|logs|delivery\.logs|s3|kms)\.amazonaws\.com"', "", text)
    assert "amazonaws.com" not in hosts.replace("amazonaws.com.cn", "") or region in ("eu-west-1", "us-gov-west-1")


def test_one_stage_in_two_regions() -> None:
    app = cdk.App(context=app_context())
    definitions = []
    for region in ("eu-west-1", "ap-southeast-2"):
        stage = cdk.Stage(app, region, env=cdk.Environment(account="123456789012", region=region))
        scope = cdk.Stack(stage, "Churn")
        training(scope, image=FRAMEWORK, container_entrypoint=["python", "-c", "1"])
        definitions.append(flat(next(_machines(scope))))
    app.synth()
    assert definitions[0] != definitions[1]
    assert "dkr.ecr.ap-southeast-2." in definitions[1]


def _machines(scope: cdk.Stack) -> Iterator[Any]:
    for machine in Template.from_stack(scope).find_resources("AWS::StepFunctions::StateMachine").values():
        yield machine["Properties"]["DefinitionString"]
