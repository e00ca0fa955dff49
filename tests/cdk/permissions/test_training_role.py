"""TrainingRole: who may assume it, and what it may do by itself."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks

from constructs_lib.cdk.permissions.training_role import TrainingRole

ACCOUNT = {"Ref": "AWS::AccountId"}


def arn(service: str, resource: str) -> dict[str, object]:
    parts = ["arn:", {"Ref": "AWS::Partition"}, f":{service}:", {"Ref": "AWS::Region"}, ":", ACCOUNT, f":{resource}"]
    return {"Fn::Join": ["", parts]}


@pytest.fixture(scope="module")
def template() -> Template:
    stack = cdk.Stack(cdk.App(), "Stack")
    TrainingRole(stack, "Role")
    return Template.from_stack(stack)


def test_only_training_jobs_of_this_account_and_region_assume_it(template: Template) -> None:
    template.has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"Service": "sagemaker.amazonaws.com"},
                        "Condition": {
                            "StringEquals": {"aws:SourceAccount": ACCOUNT},
                            "ArnLike": {"aws:SourceArn": arn("sagemaker", "training-job/*")},
                        },
                    }
                ],
                "Version": "2012-10-17",
            }
        },
    )


def test_it_writes_logs_and_metrics_and_nothing_else(template: Template) -> None:
    template.has_resource_properties(
        "AWS::IAM::Role",
        {
            "ManagedPolicyArns": Match.absent(),
            "Policies": [
                {
                    "PolicyName": "Logs",
                    "PolicyDocument": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": [
                                    "logs:CreateLogGroup",
                                    "logs:CreateLogStream",
                                    "logs:DescribeLogStreams",
                                    "logs:PutLogEvents",
                                ],
                                "Resource": [
                                    arn("logs", "log-group:/aws/sagemaker/TrainingJobs"),
                                    arn("logs", "log-group:/aws/sagemaker/TrainingJobs:*"),
                                ],
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                },
                {
                    "PolicyName": "Metrics",
                    "PolicyDocument": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": "cloudwatch:PutMetricData",
                                "Resource": "*",
                                "Condition": {"StringEquals": {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}},
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                },
            ],
        },
    )


def test_it_creates_one_role_and_no_policy(template: Template) -> None:
    assert [resource["Type"] for resource in template.to_json()["Resources"].values()] == ["AWS::IAM::Role"]


def test_its_own_wildcards_are_acknowledged_and_no_others() -> None:
    app = cdk.App()
    role = TrainingRole(cdk.Stack(app, "Stack"), "Role")
    assert AwsSolutionsChecks(app).validate_scope(app).violations == []

    role.add_to_policy(iam.PolicyStatement(actions=["s3:ListAllMyBuckets"], resources=["*"]))

    found = [violation.rule_name for violation in AwsSolutionsChecks(app).validate_scope(app).violations]
    assert found == ["AwsSolutions-IAM5[Resource::*]"]


def test_name_path_and_boundary_are_passed_on() -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account="123456789012", region="cn-north-1"))
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", "boundary")
    role = TrainingRole(
        stack, "Role", role_name="trainer", description="Trains", path="/training/", permissions_boundary=boundary
    )
    assert isinstance(role, iam.Role)
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::IAM::Role",
        {
            "RoleName": "trainer",
            "Description": "Trains",
            "Path": "/training/",
            "PermissionsBoundary": {
                "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::123456789012:policy/boundary"]]
            },
        },
    )
    assert "amazonaws.com.cn" not in str(template.to_json())


def test_where_somebody_else_creates_the_roles_it_still_stands() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    iam.Role.customize_roles(stack, use_precreated_roles={"Role": "made-by-hand"})
    role = TrainingRole(stack, "Role")
    assert stack.resolve(role.role_name) == "made-by-hand"
    Template.from_stack(stack).resource_count_is("AWS::IAM::Role", 0)
