"""The VPC that training containers are attached to: subnets, security groups, and what the job's role needs for it.

https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
import jsii
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct

from constructs_lib.cdk.permissions.job_role import attach_network
from constructs_lib.cdk.permissions.types import SecurityGroup, Vpc
from constructs_lib.workflow.permission import Permission

_LOOKED_UP_LATER = "vpc-12345"
"""What `Vpc.from_lookup` gives until the CDK CLI has looked the VPC up (aws-cdk-lib, aws-ec2/lib/vpc.js)."""
_NO_VPC_ID = "CloudFormation-Validate::E1151"
_WITHIN = "instances of one training job"
_NO_WAY_TO_S3 = "spot-training-constructs:no-way-to-s3"
_PUBLIC_SUBNETS = "spot-training-constructs:public-subnets"


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where containers are attached, and what that takes."""

    subnet_ids: tuple[str, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    permissions: tuple[Permission, ...] = ()

    @property
    def security_group_ids(self) -> list[str]:
        """The ids of the security groups."""
        return [group.security_group_id for group in self.security_groups]


def network_problems(
    *,
    vpc: Vpc | None,
    vpc_subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[SecurityGroup] | None,
    allow_all_outbound: bool | None,
) -> list[str]:
    """Say what is wrong with the arguments of a network."""
    if vpc is None:
        given = {
            "vpc_subnets": vpc_subnets,
            "security_groups": security_groups,
            "allow_all_outbound": allow_all_outbound,
        }
        return [
            f"'{name}' goes with 'vpc', got no 'vpc'; pass it, or leave '{name}' out"
            for name, value in given.items()
            if value is not None
        ]
    if security_groups is not None and allow_all_outbound is not None:
        return [
            "'allow_all_outbound' is for the security group that is created, got 'security_groups' too; leave one out"
        ]
    if security_groups is not None and not security_groups:
        return ["'security_groups' must have at least one security group, got none; leave it out for a new one"]
    return []


def bind_network(
    scope: Construct,
    *,
    vpc: Vpc,
    vpc_subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[SecurityGroup] | None,
    allow_all_outbound: bool,
    instances_talk: bool,
) -> Network:
    """Choose subnets, create a security group where none is given, and tell what attaching containers takes.

    Args:
        scope: What the security group becomes a child of.
        vpc: The VPC.
        vpc_subnets: Which subnets. Defaults to the private ones: those with a way out, or else the isolated ones.
        security_groups: The security groups. Defaults to a new one.
        allow_all_outbound: Whether the new one lets everything out.
        instances_talk: Whether the instances of a job talk to each other, which they then may within the new one.

    Raises:
        ValueError: The VPC has no private subnet.
    """
    chosen = _subnets(vpc, vpc_subnets)
    if security_groups is None:
        group = ec2.SecurityGroup(
            scope,
            "SecurityGroup",
            vpc=vpc,
            allow_all_outbound=allow_all_outbound,
            description="Containers of SageMaker training jobs",
        )
        if instances_talk:
            _allow_within(scope, group, allow_all_outbound=allow_all_outbound)
        if vpc.vpc_id == _LOOKED_UP_LATER:
            reason = "this is what CDK puts for the VPC until it has looked it up, and never what is deployed"
            cdk.Validations.of(group).acknowledge(cdk.Acknowledgment(id=_NO_VPC_ID, reason=reason))
        security_groups = [group]
    subnet_ids = tuple(subnet.subnet_id for subnet in chosen)
    if vpc.vpc_id != _LOOKED_UP_LATER:
        _warn(scope, vpc, subnet_ids)
    return Network(
        subnet_ids=subnet_ids,
        security_groups=tuple(security_groups),
        permissions=tuple(_permissions(cdk.Stack.of(scope), vpc, subnet_ids, security_groups)),
    )


def _allow_within(scope: Construct, group: ec2.SecurityGroup, *, allow_all_outbound: bool) -> None:
    """Let the instances of a job talk to each other, by an Elastic Fabric Adapter too where they have one.

    That asks for rules of the group to itself, in and out, and is not content with a rule that lets everything out; CDK
    drops the one beside the other, with a warning.
    https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html#train-vpc-groups
    """
    if not allow_all_outbound:
        group.connections.allow_internally(ec2.Port.all_traffic(), _WITHIN)
        return
    group.add_ingress_rule(group, ec2.Port.all_traffic(), _WITHIN)
    ec2.CfnSecurityGroupEgress(
        scope,
        "SecurityGroupToItself",
        group_id=group.security_group_id,
        destination_security_group_id=group.security_group_id,
        ip_protocol="-1",
        description=_WITHIN,
    )


def _permissions(
    stack: cdk.Stack, vpc: Vpc, subnet_ids: Sequence[str], security_groups: Sequence[SecurityGroup]
) -> list[Permission]:
    def arn(resource: str, name: str, account: str | None = None) -> str:
        return stack.format_arn(service="ec2", account=account, resource=resource, resource_name=name)

    return attach_network(
        arn("network-interface", "*"),
        # the subnets of a VPC that is shared belong to the account that shares it
        [arn("subnet", subnet_id, vpc.env.account) for subnet_id in subnet_ids],
        [arn("security-group", group.security_group_id) for group in security_groups],
    )


def _subnets(vpc: Vpc, selection: ec2.SubnetSelection | None) -> list[ec2.ISubnet]:
    if selection is not None:
        return list(_select(vpc, selection))
    found = list(vpc.private_subnets) or list(vpc.isolated_subnets)
    if not found:
        raise ValueError(
            "'vpc' must have private subnets, got one that has none; a training container gets no public address, so "
            "give the VPC private subnets, or choose others by 'vpc_subnets'"
        )
    return found


def _select(vpc: Vpc, selection: ec2.SubnetSelection) -> Sequence[ec2.ISubnet]:
    return vpc.select_subnets(
        availability_zones=selection.availability_zones,
        one_per_az=selection.one_per_az,
        subnet_filters=selection.subnet_filters,
        subnet_group_name=selection.subnet_group_name,
        subnets=selection.subnets,
        subnet_type=selection.subnet_type,
    ).subnets


def _warn(scope: Construct, vpc: Vpc, subnet_ids: Sequence[str]) -> None:
    if {subnet.subnet_id for subnet in vpc.public_subnets} & set(subnet_ids):
        cdk.Annotations.of(scope).add_warning_v2(
            _PUBLIC_SUBNETS,
            "'vpc_subnets' has public subnets, where a training container gets no public address and so reaches "
            "nothing outside; choose private ones",
        )
    if {subnet.subnet_id for subnet in vpc.isolated_subnets} & set(subnet_ids):
        # endpoints may be added to the VPC after the training: they are looked for when everything is there
        cdk.Aspects.of(scope).add(_WayToS3(scope, vpc))


@jsii.implements(cdk.IAspect)
class _WayToS3:
    """Warns when isolated subnets have no endpoint for S3 in the app: the job could fetch neither data nor image."""

    def __init__(self, scope: Construct, vpc: Vpc) -> None:
        self._scope, self._vpc = scope, vpc

    def visit(self, node: IConstruct) -> None:
        if node.node.path != self._scope.node.path or self._has_endpoint():
            return
        cdk.Annotations.of(self._scope).add_warning_v2(
            _NO_WAY_TO_S3,
            "'vpc_subnets' has isolated subnets, and this app defines no endpoint for S3 in their VPC; add one with "
            "vpc.add_gateway_endpoint('S3', service=ec2.GatewayVpcEndpointAwsService.S3), or acknowledge this warning "
            "if the VPC has one",
        )

    def _has_endpoint(self) -> bool:
        stack = cdk.Stack.of(self._vpc)
        wanted = stack.resolve(self._vpc.vpc_id)
        return any(
            ".s3" in str(stack.resolve(found.service_name)) and stack.resolve(found.vpc_id) == wanted
            for found in self._scope.node.root.node.find_all()
            if isinstance(found, ec2.CfnVPCEndpoint)
        )
