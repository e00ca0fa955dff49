"""Stacks: machines that execute, buckets with the settings of their template, outputs after a change set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.moto_adapters.cloudformation.lifecycle_rules import to_api_rule
from tests.local.machines import ROLE, Machines, one_state

BLOCKED = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": {"Fn::Sub": "${Models.Arn}/*"},
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


def machine(output: str) -> dict[str, Any]:
    definition = {"QueryLanguage": "JSONata", **one_state(Type="Pass", Output=f"{{% '{output}' %}}")}
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": json.dumps(definition), "RoleArn": ROLE},
    }


def bucket(days: int, **more: Any) -> dict[str, Any]:
    rules = [{"Id": "Expire", "Status": "Enabled", "ExpirationInDays": days}]
    properties = {
        "LifecycleConfiguration": {"Rules": rules},
        "VersioningConfiguration": {"Status": "Enabled"},
        "PublicAccessBlockConfiguration": BLOCKED,
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "Tags": [{"Key": "a", "Value": "1"}],
        **more,
    }
    return {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete", "Properties": properties}


def template(*, output: str = "one", days: int = 30) -> str:
    policy = {"Bucket": {"Ref": "Models"}, "PolicyDocument": TLS_ONLY}
    resources = {
        "Machine": machine(output),
        "Models": bucket(days),
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
    }
    outputs = {"MachineArn": {"Value": {"Ref": "Machine"}}, "Bucket": {"Value": {"Ref": "Models"}}}
    return json.dumps({"Description": "for a test", "Resources": resources, "Outputs": outputs})


def deploy(aws: EmbeddedAws, name: str, body: str, kind: str) -> dict[str, str]:
    """Deploy a template by a change set, as the CDK CLI does; return the outputs."""
    cloudformation = aws.client("cloudformation")
    made = cloudformation.create_change_set(
        StackName=name, ChangeSetName="changes", ChangeSetType=kind, TemplateBody=body
    )
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    assert stack["StackStatus"] == f"{kind}_COMPLETE"
    assert stack["Description"] == "for a test"
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_a_stack_from_its_creation_to_its_deletion(aws: EmbeddedAws, machines: Machines) -> None:
    s3, cloudformation = aws.client("s3"), aws.client("cloudformation")
    made = deploy(aws, "whole", template(), "CREATE")
    name = made["Bucket"]

    def run() -> Any:
        execution = machines.sfn.start_execution(stateMachineArn=made["MachineArn"])["executionArn"]
        return machines.end(execution)["output"]

    assert run() == "one"
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert [(rule["ID"], rule["Expiration"]) for rule in rules] == [("Expire", {"Days": 30})]
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == BLOCKED
    ownership = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    assert policy["Statement"][0]["Resource"] == f"arn:aws:s3:::{name}/*"
    # a TLS-only policy does not shut the endpoint, which has no TLS
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"

    assert deploy(aws, "whole", template(output="two", days=60), "UPDATE") == made
    assert run() == "two"
    assert s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]["Expiration"] == {"Days": 60}

    for version in s3.list_object_versions(Bucket=name)["Versions"]:
        s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
    cloudformation.delete_stack(StackName="whole")
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=name)


def test_a_machine_with_a_wrong_expression_is_not_deployed(aws: EmbeddedAws) -> None:
    body = template(output="' & (")
    with pytest.raises(ClientError, match="InvalidDefinition"):
        deploy(aws, "wrong", body, "CREATE")


@pytest.mark.parametrize("where", ["DefinitionString", "Definition", "DefinitionS3Location"])
def test_a_definition_is_read_from_wherever_it_stands(aws: EmbeddedAws, machines: Machines, where: str) -> None:
    text = '{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Output": %s}}}'
    written = text % '{"bucket": "${Bucket}", "none": "${None}", "size": "${Size}"}'
    given: Any = written
    if where == "Definition":
        given = json.loads(written)
    if where == "DefinitionS3Location":
        written = written.replace('"${Size}"', "${Size}")
        aws.client("s3").create_bucket(Bucket="assets")
        aws.client("s3").put_object(Bucket="assets", Key="a.json", Body=written.encode())
        given = {"Bucket": "assets", "Key": "a.json"}
    resources = {
        "Models": bucket(1),
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                where: given,
                "DefinitionSubstitutions": {"Bucket": {"Ref": "Models"}, "Size": 30},
                "RoleArn": ROLE,
            },
        },
    }
    outputs = {"MachineArn": {"Value": {"Ref": "Machine"}}, "Bucket": {"Value": {"Ref": "Models"}}}
    for kind in ("CREATE", "UPDATE"):
        resources["Models"] = bucket(2 if kind == "UPDATE" else 1)
        body = json.dumps({"Description": "for a test", "Resources": resources, "Outputs": outputs})
        made = deploy(aws, f"stands-{where}", body, kind)
        execution = machines.sfn.start_execution(stateMachineArn=made["MachineArn"])["executionArn"]
        size = 30 if where == "DefinitionS3Location" else "30"
        assert machines.end(execution)["output"] == {"bucket": made["Bucket"], "none": "${None}", "size": size}


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({}, "must have one of Definition, DefinitionString, DefinitionS3Location, got none"),
        ({"Definition": {}, "DefinitionString": "{}"}, "got Definition and DefinitionString"),
        ({"DefinitionS3Location": {"Bucket": "nowhere", "Key": "k"}}, "s3://nowhere/k cannot be read"),
    ],
)
def test_fails_on_a_machine_without_one_definition(aws: EmbeddedAws, properties: dict[str, Any], said: str) -> None:
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"RoleArn": ROLE, **properties}}
    body = json.dumps({"Description": "for a test", "Resources": {"Machine": machine}})
    with pytest.raises(ClientError, match=said):
        deploy(aws, "none-or-two", body, "CREATE")


def test_change_sets_of_two_stacks_may_share_a_name(aws: EmbeddedAws) -> None:
    cloudformation = aws.client("cloudformation")
    for name in ("first", "second"):
        deploy(aws, name, template(), "CREATE")
    cloudformation.delete_change_set(StackName="first", ChangeSetName="changes")
    with pytest.raises(cloudformation.exceptions.ChangeSetNotFoundException):
        cloudformation.describe_change_set(StackName="first", ChangeSetName="changes")
    found = cloudformation.describe_change_set(StackName="second", ChangeSetName="changes")
    assert found["StackName"] == "second"
    cloudformation.delete_change_set(StackName="first", ChangeSetName="changes")


def test_a_stack_that_was_deleted_can_be_made_again_by_a_change_set_of_the_same_name(aws: EmbeddedAws) -> None:
    cloudformation = aws.client("cloudformation")
    asked = {"StackName": "again", "ChangeSetName": "cdk-deploy-change-set"}
    made = []
    for output in ("first", "second"):
        text = json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}, "Outputs": {"Which": {"Value": output}}})
        cloudformation.create_change_set(**asked, ChangeSetType="CREATE", TemplateBody=text)
        described = cloudformation.describe_change_set(**asked)
        cloudformation.execute_change_set(**asked)
        (stack,) = cloudformation.describe_stacks(StackName="again")["Stacks"]
        assert (stack["StackId"], stack["Outputs"][0]["OutputValue"]) == (described["StackId"], output)
        made.append(stack["StackId"])
        cloudformation.delete_stack(StackName="again")
    assert len(set(made)) == 2
    with pytest.raises(ClientError, match=r"ChangeSetNotFound.*cdk-deploy-change-set"):
        cloudformation.describe_change_set(**asked)
    assert cloudformation.describe_change_set(**{**asked, "StackName": made[0]})["StackId"] == made[0]


def test_a_bucket_without_settings_has_none(aws: EmbeddedAws) -> None:
    cloudformation, s3 = aws.client("cloudformation"), aws.client("s3")
    plain = {"Resources": {"Plain": {"Type": "AWS::S3::Bucket"}}}
    cloudformation.create_stack(StackName="plain", TemplateBody=json.dumps(plain))
    found = cloudformation.describe_stack_resource(StackName="plain", LogicalResourceId="Plain")
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    for get in (s3.get_bucket_lifecycle_configuration, s3.get_public_access_block, s3.get_bucket_policy):
        with pytest.raises(ClientError):
            get(Bucket=name)


@pytest.mark.parametrize(
    ("of_template", "of_api"),
    [
        ({}, {"Filter": {"Prefix": ""}}),
        ({"Id": "a", "Prefix": "p/"}, {"ID": "a", "Filter": {"Prefix": "p/"}}),
        ({"TagFilters": [{"Key": "k", "Value": "v"}]}, {"Filter": {"Tag": {"Key": "k", "Value": "v"}}}),
        (
            {"Prefix": "p/", "TagFilters": [{"Key": "k", "Value": "v"}]},
            {"Filter": {"And": {"Prefix": "p/", "Tags": [{"Key": "k", "Value": "v"}]}}},
        ),
        (
            {"Prefix": "p/", "ObjectSizeGreaterThan": "10"},
            {"Filter": {"And": {"Prefix": "p/", "ObjectSizeGreaterThan": 10}}},
        ),
        ({"ExpirationInDays": "7"}, {"Expiration": {"Days": 7}}),
        ({"ExpiredObjectDeleteMarker": True}, {"Expiration": {"ExpiredObjectDeleteMarker": True}}),
        (
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 9, "NewerNoncurrentVersions": 2}},
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 9, "NewerNoncurrentVersions": 2}},
        ),
        ({"NoncurrentVersionExpirationInDays": 9}, {"NoncurrentVersionExpiration": {"NoncurrentDays": 9}}),
        (
            {"Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}]},
            {"Transitions": [{"StorageClass": "GLACIER", "Days": 30}]},
        ),
        (
            {"NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 30}]},
            {"NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "NoncurrentDays": 30}]},
        ),
        (
            {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
            {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        ),
    ],
)
def test_lifecycle_rules(of_template: dict[str, Any], of_api: dict[str, Any]) -> None:
    expected = {"Status": "Enabled", "Filter": {"Prefix": ""}, **of_api}
    assert to_api_rule({"Status": "Enabled", **of_template}) == expected
