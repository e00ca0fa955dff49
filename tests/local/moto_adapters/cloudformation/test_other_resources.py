"""What stands in a template beside machines and buckets: what is skipped, roles, networks, parameters."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.moto_adapters.cloudformation.test_stacks import bucket, deploy, machine


def test_what_refers_to_a_resource_that_is_skipped_is_told_a_name_or_an_arn(aws: EmbeddedAws) -> None:
    outputs = {
        "Name": {"Ref": "Slack"},
        "Arn": {"Fn::GetAtt": ["Slack", "Arn"]},
        "Text": {"Fn::Sub": "to ${Slack}"},
    }
    resources = {"Slack": {"Type": "AWS::Events::ApiDestination", "Properties": {}}, "Models": bucket(3)}
    document = {"Resources": resources, "Outputs": {key: {"Value": value} for key, value in outputs.items()}}
    cloudformation = aws.client("cloudformation")
    with pytest.warns(UserWarning, match="ApiDestination"):
        cloudformation.create_stack(StackName="skips", TemplateBody=json.dumps(document))
    (stack,) = cloudformation.describe_stacks(StackName="skips")["Stacks"]
    assert {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]} == {
        "Name": "skips-Slack",
        "Arn": "arn:aws:events:us-east-1:123456789012:apidestination/skips-Slack",
        "Text": "to skips-Slack",
    }


def test_a_parameter_that_is_not_in_the_store_is_named(aws: EmbeddedAws) -> None:
    document = {
        "Parameters": {"Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/no/version"}},
        "Resources": {"Models": bucket(3)},
    }
    with pytest.raises(ClientError, match=r"Unable to fetch parameters \[/no/version\] from parameter store"):
        aws.client("cloudformation").create_stack(StackName="nothing", TemplateBody=json.dumps(document))


def test_a_machine_has_the_logs_and_traces_of_its_template_and_a_vpc_goes_with_its_stack(aws: EmbeddedAws) -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/logged:*"
    logged = machine("one")
    logged["Properties"] |= {
        "LoggingConfiguration": {
            "Level": "ALL",
            "IncludeExecutionData": False,
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": group}}],
        },
        "TracingConfiguration": {"Enabled": True},
    }
    resources = {
        "Machine": logged,
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}},
        "Subnet": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.8.0.0/24", "AvailabilityZone": "us-east-1a"},
        },
        "Routes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Association": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"RouteTableId": {"Ref": "Routes"}, "SubnetId": {"Ref": "Subnet"}},
        },
    }
    outputs = {"MachineArn": {"Value": {"Ref": "Machine"}}, "Vpc": {"Value": {"Ref": "Vpc"}}}
    body = json.dumps({"Description": "for a test", "Resources": resources, "Outputs": outputs})
    made = deploy(aws, "logged", body, "CREATE")
    told = aws.client("stepfunctions").describe_state_machine(stateMachineArn=made["MachineArn"])
    assert told["loggingConfiguration"]["destinations"] == [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
    assert told["tracingConfiguration"] == {"enabled": True}
    aws.client("cloudformation").delete_stack(StackName="logged")
    assert made["Vpc"] not in [vpc["VpcId"] for vpc in aws.client("ec2").describe_vpcs()["Vpcs"]]


def test_an_inline_policy_of_a_role_is_kept_as_text(aws: EmbeddedAws) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": "with-a-policy",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
            "Policies": [{"PolicyName": "own", "PolicyDocument": document}],
        },
    }
    aws.client("cloudformation").create_stack(
        StackName="role", TemplateBody=json.dumps({"Resources": {"Role": role}}), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    iam = aws.client("iam")
    assert iam.get_role_policy(RoleName="with-a-policy", PolicyName="own")["PolicyDocument"] == document
    told = iam.simulate_principal_policy(
        PolicySourceArn="arn:aws:iam::123456789012:role/with-a-policy", ActionNames=["s3:GetObject", "s3:PutObject"]
    )
    assert [each["EvalDecision"] for each in told["EvaluationResults"]] == ["allowed", "implicitDeny"]
