"""What is recorded of the calls that are made in the names of roles, and what AWS documents beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.instance.s3.recorded import RecordedS3
from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.documented import documented_calls
from constructs_lib.runs.calls.key import KEY_OF_REQUEST, key_calls
from constructs_lib.runs.calls.machine import create_calls, delivery_calls, sdk_calls
from constructs_lib.runs.calls.recorded import Call, CallRecord, ignore
from tests.local.machines import BUCKET, ROLE, Machines, one_state, task, training_job

JOB_ROLE = "arn:aws:iam::123456789012:role/job"
JOB_ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn-1"
CALLER = Caller(role_arn=ROLE, partition="aws", region="eu-west-1", account="123456789012")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/k"


def request(**changes: Any) -> dict[str, Any]:
    return {**training_job("churn-1"), **changes}


def documented(**changes: Any) -> list[tuple[str, str]]:
    return told(documented_calls(request(**changes), job_arn=JOB_ARN))


def told(calls: Iterable[Call]) -> list[tuple[str, str]]:
    return [(call.action, call.resource) for call in calls]


def image(uri: str) -> dict[str, Any]:
    return {"AlgorithmSpecification": {"TrainingImage": uri, "TrainingInputMode": "File"}}


def test_each_documented_call_has_its_page_and_the_role_of_the_request() -> None:
    calls = documented_calls(request(), job_arn=JOB_ARN)
    assert {call.role_arn for call in calls} == {JOB_ROLE}
    assert all(call.page.startswith("https://docs.aws.amazon.com/") for call in calls)


def test_an_image_is_pulled_from_its_own_registry() -> None:
    found = documented(**image("999999999999.dkr.ecr.us-west-2.amazonaws.com/team/churn@sha256:00"))
    repository = "arn:aws:ecr:us-west-2:999999999999:repository/team/churn"
    assert ("ecr:GetAuthorizationToken", "*") in found
    assert ("ecr:BatchGetImage", repository) in found


@pytest.mark.parametrize("changes", [image("registry.example.com/churn:1"), {"AlgorithmSpecification": {}}])
def test_nothing_else_asks_ecr(changes: dict[str, Any]) -> None:
    assert not any(action.startswith("ecr:") for action, _ in documented(**changes))


def test_a_private_registry_asks_for_its_password() -> None:
    provider = "arn:aws:lambda:eu-west-1:123456789012:function:password"
    algorithm = {
        "TrainingImage": "registry.example.com/churn:1",
        "TrainingImageConfig": {
            "TrainingRepositoryAccessMode": "Vpc",
            "TrainingRepositoryAuthConfig": {"TrainingRepositoryCredentialsProviderArn": provider},
        },
    }
    assert ("lambda:InvokeFunction", provider) in documented(AlgorithmSpecification=algorithm)


@pytest.mark.parametrize(
    ("key", "arn"),
    [(KEY, KEY), ("k", KEY), ("alias/churn", "arn:aws:kms:eu-west-1:123456789012:alias/churn")],
)
def test_the_key_of_the_volumes_is_granted(key: str, arn: str) -> None:
    resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10, "VolumeKmsKeyId": key}
    assert ("kms:CreateGrant", arn) in documented(ResourceConfig=resources)


def test_without_key_and_network_there_is_no_call_for_them() -> None:
    assert {action.partition(":")[0] for action, _ in documented()} == {"cloudwatch", "ecr", "logs"}


def test_a_network_interface_is_made_in_each_subnet_and_removed() -> None:
    calls = documented_calls(
        request(VpcConfig={"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}), job_arn=JOB_ARN
    )
    subnets = [f"arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-{number}" for number in (1, 2)]
    created = [call.resource for call in calls if call.action == "ec2:CreateNetworkInterface"]
    assert set(subnets) < set(created)
    assert "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1" in created
    removed = [call.context["ec2:Subnet"] for call in calls if call.action == "ec2:DeleteNetworkInterface"]
    assert removed == subnets


def test_what_a_request_says_becomes_condition_keys() -> None:
    made = request(
        ResourceConfig={
            "InstanceGroups": [
                {"InstanceGroupName": kind, "InstanceType": f"ml.{kind}.xlarge", "InstanceCount": 1}
                for kind in ("m5", "g5")
            ],
            "VolumeKmsKeyId": "k",
        },
        OutputDataConfig={"S3OutputPath": "s3://bucket/", "KmsKeyId": KEY},
        VpcConfig={"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1", "sg-2"]},
        EnableNetworkIsolation=True,
        EnableInterContainerTrafficEncryption=False,
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    create, by_other_names, add_tags, pass_role = create_calls(CALLER, made, sync=False)
    assert by_other_names.action == create.action
    assert by_other_names.context.keys() ^ create.context.keys() == {
        f"sagemaker:{kind}KmsKey{name}" for kind in ("Volume", "Output") for name in ("", "Arn")
    }
    assert create.action == "sagemaker:CreateTrainingJob"
    assert create.resource == JOB_ARN
    assert create.context == {
        "sagemaker:MaxRuntimeInSeconds": "86400",
        "sagemaker:NetworkIsolation": "true",
        "sagemaker:InterContainerTrafficEncryption": "false",
        "sagemaker:VolumeKmsKeyArn": KEY,
        "sagemaker:OutputKmsKeyArn": KEY,
        "sagemaker:InstanceTypes": ("ml.m5.xlarge", "ml.g5.xlarge"),
        "sagemaker:VpcSubnets": ("subnet-1",),
        "sagemaker:VpcSecurityGroupIds": ("sg-1", "sg-2"),
        "aws:TagKeys": ("team",),
        "aws:RequestTag/team": "blue",
    }
    assert add_tags.action == "sagemaker:AddTags"
    assert (pass_role.action, pass_role.resource) == ("iam:PassRole", JOB_ROLE)
    assert pass_role.context == {"iam:PassedToService": "sagemaker.amazonaws.com"}


def test_a_request_without_an_instance_type_has_no_such_key() -> None:
    create = next(create_calls(CALLER, request(ResourceConfig={"VolumeSizeInGB": 1}), sync=True))
    assert "sagemaker:InstanceTypes" not in create.context


def test_waiting_for_the_end_takes_the_managed_rule() -> None:
    actions = [action for action, _ in told(create_calls(CALLER, request(), sync=True))]
    assert {"events:PutRule", "events:PutTargets", "events:DescribeRule", "sagemaker:DescribeTrainingJob"} < set(
        actions
    )


def test_an_operation_that_is_not_known_is_allowed_by_nothing_of_ours() -> None:
    assert told(sdk_calls(CALLER, "s3", "DeleteBucket", {})) == [("s3:DeleteBucket", "*")]


def test_a_machine_that_is_neither_logged_nor_traced_nor_encrypted_needs_nothing() -> None:
    assert list(delivery_calls(CALLER, "arn", {"LoggingConfiguration": {"Level": "OFF"}})) == []


def test_the_key_of_a_machine_is_used_for_that_machine_alone() -> None:
    calls = delivery_calls(CALLER, "arn:machine", {"EncryptionConfiguration": {"KmsKeyId": KEY}})
    assert [(call.action, call.context) for call in calls] == [
        (action, {"kms:EncryptionContext:aws:states:stateMachineArn": "arn:machine"})
        for action in ("kms:Decrypt", "kms:GenerateDataKey")
    ]


def s3_call(action: str, key: str = "") -> Call:
    context = {KEY_OF_REQUEST: key} if key else {}
    return Call(role_arn=ROLE, action=action, resource="arn:aws:s3:::bucket/key", context=context)


def keys(call: Call, key_of_bucket: str | None) -> list[tuple[str, str]]:
    return told(key_calls([call], lambda _: key_of_bucket, region="eu-west-1", account="123456789012"))


def test_what_is_encrypted_takes_its_bucket_s_key() -> None:
    assert keys(s3_call("s3:GetObject"), KEY) == [("kms:Decrypt", KEY)]
    assert keys(s3_call("s3:PutObject"), KEY) == [("kms:GenerateDataKey", KEY), ("kms:Decrypt", KEY)]
    assert keys(s3_call("s3:GetObject"), None) == []
    assert keys(s3_call("s3:ListBucket"), KEY) == []
    assert keys(s3_call("s3:DeleteObject"), KEY) == []


def test_a_key_that_the_request_names_goes_before_the_bucket_s() -> None:
    assert keys(s3_call("s3:PutObject", "other"), KEY)[0] == ("kms:GenerateDataKey", KEY.replace("/k", "/other"))


def test_a_call_is_kept_once_and_one_with_another_context_beside_it() -> None:
    record = CallRecord()
    for prefix in ("in/", "in/", "out/"):
        record.add(Call(role_arn=ROLE, action="s3:ListBucket", resource="arn", context={"s3:prefix": prefix}))
    assert [call.context["s3:prefix"] for call in record.calls()] == ["in/", "out/"]


def test_fails_when_a_job_lists_in_another_way() -> None:
    with pytest.raises(ValueError, match="a job lists objects by 'list_objects_v2' only, got 'list_objects'"):
        RecordedS3(None, JOB_ROLE, ignore).get_paginator("list_objects")


def test_a_machine_and_its_job_are_recorded_each_in_its_own_name(aws: EmbeddedAws, machines: Machines) -> None:
    state = one_state(
        Type="Task",
        Resource="arn:aws:states:::sagemaker:createTrainingJob.sync",
        Arguments=training_job("recorded", arguments="--steps 1"),
    )
    assert machines.run(state)["status"] == "SUCCEEDED"
    by_role: dict[str, list[tuple[str, str]]] = {}
    for call in aws.calls:
        by_role.setdefault(call.role_arn, []).append((call.action, call.resource))
    job = "arn:aws:sagemaker:us-east-1:123456789012:training-job/recorded"
    assert ("sagemaker:CreateTrainingJob", job) in by_role[ROLE]
    assert ("iam:PassRole", JOB_ROLE) in by_role[ROLE]
    assert ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/recorded/checkpoints/step-1.json") in by_role[JOB_ROLE]
    assert ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}") in by_role[JOB_ROLE]
    assert ("sagemaker:CreateTrainingJob", job) not in by_role[JOB_ROLE]


def test_a_task_of_the_sdk_is_recorded_by_what_allows_it(aws: EmbeddedAws, machines: Machines) -> None:
    put = {"Bucket": BUCKET, "Key": "data/a", "Body": "mine", "IfNoneMatch": "*"}
    machines.run({"StartAt": "Only", "States": {"Only": task("aws-sdk:s3:putObject", put)}})
    head = {"Bucket": BUCKET, "Key": "data/none"}
    machines.run({"StartAt": "Only", "States": {"Only": task("aws-sdk:s3:headObject", head)}})
    found = {(call.role_arn, call.action, call.resource) for call in aws.calls}
    assert (ROLE, "s3:PutObject", f"arn:aws:s3:::{BUCKET}/data/a") in found
    assert (ROLE, "s3:GetObject", f"arn:aws:s3:::{BUCKET}/data/none") in found


def test_a_request_that_sagemaker_does_not_understand_is_no_call(aws: EmbeddedAws, machines: Machines) -> None:
    wrong = {**training_job("not-recorded"), "ResourceConfig": "ml.m5.xlarge"}
    machines.run({"StartAt": "Only", "States": {"Only": task("sagemaker:createTrainingJob", wrong)}})
    assert not any(call.resource.endswith("/not-recorded") for call in aws.calls)


def test_the_key_of_a_bucket_is_found(aws: EmbeddedAws, machines: Machines) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="with-a-key")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    s3.put_bucket_encryption(Bucket="with-a-key", ServerSideEncryptionConfiguration={"Rules": [rule]})
    put = {"Bucket": "with-a-key", "Key": "a", "Body": "b"}
    machines.run({"StartAt": "Only", "States": {"Only": task("aws-sdk:s3:putObject", put)}})
    assert ("kms:GenerateDataKey", KEY) in told(aws.calls)
