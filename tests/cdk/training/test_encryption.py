"""Keys: one for everything, or separate ones; what each grants, and what the machine's role holds jobs to."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from tests.support.templates import definition, flat, stack, statements

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")
M5, G5 = Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.g5.xlarge")


def training(scope: cdk.Stack, **changes: Any) -> SpotTraining:
    options: dict[str, Any] = {"image": IMAGE, "capacity": [M5], **changes}
    return SpotTraining(scope, "Training", **options)


def request(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = definition(template)["States"]["Prepare"]["Assign"]["spot_training_settings"]
    return found


def condition(template: Template) -> dict[str, Any]:
    """Return the conditions on creating jobs, of the first of the names that keys have."""
    found = statements(template, of="TrainingStateMachineRole")
    condition: dict[str, Any] = next(s for s in found if "CreateTrainingJob" in s["Action"])["Condition"]
    return condition


def test_one_key_is_for_buckets_models_and_volumes() -> None:
    scope = stack()
    key = kms.Key(scope, "Key")
    training(scope, encryption_key=key)
    template = Template.from_stack(scope)
    arn = flat(scope.resolve(key.key_arn))
    found = request(template)["Request"]
    assert found["OutputDataConfig"]["KmsKeyId"] == found["ResourceConfig"]["VolumeKmsKeyId"] == arn
    for bucket in template.find_resources("AWS::S3::Bucket").values():
        (rule,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    allowed = [a for s in statements(template, of="TrainingRole") for a in as_list(s["Action"])]
    actions = {action for action in allowed if action.startswith("kms:")}
    assert actions == {"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    assert set(condition(template)["ArnEquals"]) == {"sagemaker:VolumeKmsKeyArn", "sagemaker:OutputKmsKeyArn"}


def test_instance_types_with_local_storage_go_without_a_volume_key() -> None:
    scope = stack()
    training(scope, encryption_key=kms.Key(scope, "Key"), capacity=[M5, G5])
    template = Template.from_stack(scope)
    assert [entry.get("LocalStorage", False) for entry in request(template)["Capacities"]] == [False, True]
    assert set(condition(template)["ArnEqualsIfExists"]) == {"sagemaker:VolumeKmsKeyArn", "sagemaker:VolumeKmsKey"}


def test_no_volume_key_is_granted_where_there_are_no_volumes() -> None:
    scope = stack()
    training(scope, encryption_key=kms.Key(scope, "Key"), capacity=[G5])
    template = Template.from_stack(scope)
    assert "VolumeKmsKeyId" not in request(template)["Request"]["ResourceConfig"]
    assert "kms:CreateGrant" not in str(statements(template, of="TrainingRole"))


def test_separate_keys_are_separate() -> None:
    scope = stack()
    output, volume = kms.Key(scope, "OutputKey"), kms.Key(scope, "VolumeKey")
    training(scope, output_key=output, volume_key=volume)
    template = Template.from_stack(scope)
    found = request(template)["Request"]
    assert found["OutputDataConfig"]["KmsKeyId"] == flat(scope.resolve(output.key_arn))
    assert found["ResourceConfig"]["VolumeKmsKeyId"] == flat(scope.resolve(volume.key_arn))
    template.all_resources_properties(
        "AWS::S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            }
        },
    )


def test_fails_on_a_volume_key_for_local_storage() -> None:
    scope = stack()
    with pytest.raises(ValueError, match=r"'volume_key' cannot be used with ml\.g5\.xlarge"):
        training(scope, volume_key=kms.Key(scope, "Key"), capacity=[M5, G5])


def test_the_state_machine_and_its_logs_are_encrypted_on_request() -> None:
    scope = stack()
    training(scope, state_machine_key=kms.Key(scope, "Key"))
    template = Template.from_stack(scope)
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {"EncryptionConfiguration": Match.object_like({"Type": "CUSTOMER_MANAGED_KMS_KEY"})},
    )
    template.has_resource_properties("AWS::Logs::LogGroup", {"KmsKeyId": Match.object_like({})})


def test_a_key_of_another_account_is_granted_here_and_told_for_there() -> None:
    app = cdk.App()
    scope = cdk.Stack(app, "Test", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    key = kms.Key.from_key_arn(
        scope, "Key", "arn:aws:kms:eu-west-1:210987654321:key/01234567-89ab-cdef-0123-456789abcdef"
    )
    training(scope, output_key=key)
    template = Template.from_stack(scope).to_json()
    told = template["Metadata"]["spot-training:required-policies"]["Test/Training"]["ResourcePolicies"]
    assert told[0]["Resource"] == "arn:aws:kms:eu-west-1:210987654321:key/01234567-89ab-cdef-0123-456789abcdef"
    assert told[0]["Statements"][0]["Action"] == ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
