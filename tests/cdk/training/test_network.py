"""A training in a VPC: subnets, security groups, what the job's role may do with network interfaces, and warnings."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template

from constructs_lib import Capacity, SpotTraining, TrainingChannel, TrainingImage
from tests.support.templates import app_context, definition, flat, stack, statements, validated

IMAGE = TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4")


def vpc(scope: cdk.Stack, *kinds: ec2.SubnetType) -> ec2.Vpc:
    subnets = [ec2.SubnetConfiguration(name=f"Net{number}", subnet_type=kind) for number, kind in enumerate(kinds)]
    return ec2.Vpc(scope, "Vpc", max_azs=1, subnet_configuration=subnets, nat_gateways=None)


def training(scope: cdk.Stack, **changes: Any) -> SpotTraining:
    options: dict[str, Any] = {"image": IMAGE, "capacity": [Capacity.spot("ml.m5.xlarge")], **changes}
    return SpotTraining(scope, "Training", **options)


def test_private_subnets_and_a_new_security_group_are_the_default() -> None:
    scope = stack()
    net = vpc(scope, ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_WITH_EGRESS)
    made = training(scope, vpc=net)
    template = Template.from_stack(scope)
    request = definition(template)["States"]["Prepare"]["Assign"]["spot_training_settings"]["Request"]
    assert request["VpcConfig"]["Subnets"] == [flat(scope.resolve(s.subnet_id)) for s in net.private_subnets]
    assert len(request["VpcConfig"]["SecurityGroupIds"]) == len(made.security_groups) == 1
    template.resource_count_is("AWS::EC2::SecurityGroup", 1)
    Annotations.from_stack(scope).has_no_warning("*", Match.any_value())


def test_several_instances_talk_to_each_other_and_to_nobody_else_on_request() -> None:
    scope = stack()
    training(
        scope,
        vpc=vpc(scope, ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_WITH_EGRESS),
        capacity=[Capacity.spot("ml.m5.xlarge", instance_count=2)],
        allow_all_outbound=False,
    )
    template = Template.from_stack(scope)
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 1)
    egress = template.find_resources("AWS::EC2::SecurityGroupEgress").values()
    assert [rule["Properties"]["IpProtocol"] for rule in egress] == ["-1"]
    assert all("DestinationSecurityGroupId" in rule["Properties"] for rule in egress)


@pytest.mark.parametrize(
    "options",
    [
        {"capacity": [Capacity.spot("ml.m5.xlarge", instance_count=2)]},
        # one instance, with an Elastic Fabric Adapter all the same
        {"capacity": [Capacity.spot("ml.p4d.24xlarge")]},
        {"capacity": [Capacity.spot("ml.g5.xlarge")], "allowed_instance_types": ["ml.p5.48xlarge"]},
    ],
)
def test_instances_that_talk_have_rules_of_their_group_to_itself_beside_one_for_everything(
    options: dict[str, Any],
) -> None:
    scope = stack()
    net = vpc(scope, ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_WITH_EGRESS)
    training(scope, vpc=net, **options)
    template = Template.from_stack(scope)
    (ingress,) = template.find_resources("AWS::EC2::SecurityGroupIngress").values()
    (egress,) = template.find_resources("AWS::EC2::SecurityGroupEgress").values()
    for rule, other in ((ingress, "SourceSecurityGroupId"), (egress, "DestinationSecurityGroupId")):
        assert rule["Properties"]["IpProtocol"] == "-1"
        assert rule["Properties"]["GroupId"] == rule["Properties"][other]
    Annotations.from_stack(scope).has_no_warning("*", Match.any_value())


def test_a_lustre_file_system_and_the_job_reach_each_other() -> None:
    scope = stack()
    net = vpc(scope, ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_WITH_EGRESS)
    lustre = fsx.LustreFileSystem(
        scope,
        "Lustre",
        vpc=net,
        vpc_subnet=net.private_subnets[0],
        storage_capacity_gib=1200,
        lustre_configuration=fsx.LustreConfiguration(deployment_type=fsx.LustreDeploymentType.SCRATCH_2),
    )
    channel = TrainingChannel.from_fsx_lustre(lustre, f"/{lustre.mount_name}/train")
    made = training(scope, vpc=net, channels={"train": channel})
    (group,) = (scope.resolve(each.security_group_id) for each in made.security_groups)
    rules = [each["Properties"] for each in Template.from_stack(scope).find_resources(
        "AWS::EC2::SecurityGroupIngress"
    ).values()]  # fmt: skip
    into_job = {(rule["FromPort"], rule["ToPort"]) for rule in rules if rule["GroupId"] == group}
    into_lustre = {(rule["FromPort"], rule["ToPort"]) for rule in rules if rule["SourceSecurityGroupId"] == group}
    assert into_job == {(988, 988), (1018, 1023)}
    assert into_lustre == {(988, 1023)}
    Annotations.from_stack(scope).has_no_warning("*", Match.any_value())


def test_a_vpc_that_is_looked_up_later_is_judged_later() -> None:
    app = validated(cdk.App(context=app_context()))
    scope = cdk.Stack(app, "Test", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    role = iam.Role.from_lookup(scope, "Role", role_name="mine")
    prefix = ssm.StringParameter.value_from_lookup(scope, "/prefix")
    data = s3.Bucket.from_bucket_name(scope, "Data", "team-data")
    training(
        scope,
        vpc=ec2.Vpc.from_lookup(scope, "Vpc", is_default=False),
        role=role,
        channels={"train": TrainingChannel.from_bucket(data, prefix)},
        capacity=[Capacity.spot("ml.m5.xlarge", instance_count=2)],
    )
    app.synth()
    found = Annotations.from_stack(scope).find_warning("*", Match.any_value())
    assert [each for each in found if "role-not-changed" not in str(each.entry.data)] == []


def test_the_role_makes_interfaces_in_these_subnets_only_and_the_machine_holds_jobs_to_them() -> None:
    scope = stack()
    net = vpc(scope, ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_WITH_EGRESS)
    training(scope, vpc=net)
    template = Template.from_stack(scope)
    found = statements(template, of="TrainingRole")
    (creating,) = (s for s in found if s["Action"] == "ec2:CreateNetworkInterface")
    resources = [flat(arn) for arn in creating["Resource"]]
    assert sum(":subnet/" in arn for arn in resources) == len(net.private_subnets)
    assert not any(arn == "*" for arn in resources)
    (others,) = (s for s in found if "ec2:DeleteNetworkInterface" in s["Action"])
    assert list(others["Condition"]) == ["ArnEquals"]
    (jobs,) = (s for s in statements(template, of="TrainingStateMachineRole") if "CreateTrainingJob" in s["Action"])
    assert set(jobs["Condition"]["Null"]) == {
        "sagemaker:InstanceTypes",
        "sagemaker:VpcSubnets",
        "sagemaker:VpcSecurityGroupIds",
    }


@pytest.mark.parametrize(("endpoint", "warned"), [(True, False), (False, True)])
def test_isolated_subnets_need_a_way_to_s3(*, endpoint: bool, warned: bool) -> None:
    scope = stack()
    net = vpc(scope, ec2.SubnetType.PRIVATE_ISOLATED)
    training(scope, vpc=net)
    if endpoint:
        # after the training, as an author may
        net.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
    found = Annotations.from_stack(scope).find_warning("*", Match.string_like_regexp("no endpoint for S3"))
    assert bool(found) == warned


def test_public_subnets_are_warned_of() -> None:
    scope = stack()
    net = vpc(scope, ec2.SubnetType.PUBLIC)
    training(scope, vpc=net, vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC))
    assert Annotations.from_stack(scope).find_warning("*", Match.string_like_regexp("no public address"))


def test_fails_without_a_private_subnet() -> None:
    scope = stack()
    with pytest.raises(ValueError, match="'vpc' must have private subnets"):
        training(scope, vpc=vpc(scope, ec2.SubnetType.PUBLIC))


@pytest.mark.parametrize(
    "changes", [{"vpc_subnets": ec2.SubnetSelection()}, {"security_groups": []}, {"allow_all_outbound": False}]
)
def test_fails_on_parts_of_a_network_without_a_vpc(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"'{next(iter(changes))}' goes with 'vpc'"):
        training(stack(), **changes)


def test_isolation_and_encryption_between_containers_are_held_by_conditions() -> None:
    scope = stack()
    training(scope, network_isolation=True, inter_container_encryption=True)
    template = Template.from_stack(scope)
    request = definition(template)["States"]["Prepare"]["Assign"]["spot_training_settings"]["Request"]
    assert request["EnableNetworkIsolation"] is True
    assert request["EnableInterContainerTrafficEncryption"] is True
    (jobs,) = (s for s in statements(template, of="TrainingStateMachineRole") if "CreateTrainingJob" in s["Action"])
    assert jobs["Condition"]["Bool"] == {
        "sagemaker:NetworkIsolation": "true",
        "sagemaker:InterContainerTrafficEncryption": "true",
    }
