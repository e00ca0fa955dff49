"""Whether the subnets have room for the instances, and a way to S3, ECR and CloudWatch Logs.

https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, not_looked, ok, problem, warning
from constructs_lib.runs.doctor.subject import Subject, is_known

CHECK = "network"
_SERVICES = ("s3", "ecr.api", "ecr.dkr", "logs", "monitoring")
_EVERYWHERE = "0.0.0.0/0"
_OUT = (
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "CoreNetworkArn",
)
"""Where a route may lead that reaches AWS; an internet gateway serves none that has no public address, as jobs have."""


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Describe the subnets of the request, their routes, and the endpoints of their VPC."""
    named = subject.request.get("VpcConfig", {}).get("Subnets", [])
    if not named:
        return
    there = [subnet for subnet in named if is_known(subnet) and not subject.will_be_made(subnet)]
    if len(there) < len(named):
        yield not_looked(CHECK, "subnets that the deployment makes, or that are known when it is deployed")
    if not there:
        return
    ec2 = asking.client("ec2")
    pages = ec2.get_paginator("describe_subnets").paginate(Filters=[{"Name": "subnet-id", "Values": there}])
    subnets = {subnet["SubnetId"]: subnet for page in pages for subnet in page["Subnets"]}
    for missing in sorted(set(there) - set(subnets)):
        yield problem(CHECK, f"there is no subnet {missing} in {asking.region}", "name one that is there")
    wanted = max(_instances(entry) for entry in subject.settings["Capacities"])
    for name, subnet in subnets.items():
        free = subnet["AvailableIpAddressCount"]
        if free < wanted:
            fix = "name another subnet, or free addresses"
            yield problem(CHECK, f"{name} has {free} free addresses, and a job takes up to {wanted}", fix)
        else:
            yield ok(CHECK, f"{name} has {free} free addresses")
        yield from _ways(ec2, subnet)


def _instances(entry: Mapping[str, Any]) -> int:
    groups = entry.get("InstanceGroups")
    if groups:
        return sum(int(group["InstanceCount"]) for group in groups)
    preferences = entry.get("InstancePreferences") or [{}]
    return max(int(one.get("InstanceCount", entry.get("InstanceCount", 1))) for one in preferences)


def _ways(ec2: Any, subnet: Mapping[str, Any]) -> Iterator[Finding]:
    table = _route_table(ec2, subnet)
    default = [route for route in table.get("Routes", []) if route.get("DestinationCidrBlock") == _EVERYWHERE]
    gone = [route for route in default if route.get("State") == "blackhole"]
    if any(route.get(member) for route in default if route not in gone for member in _OUT):
        yield ok(CHECK, f"{subnet['SubnetId']} has a route out")
        return
    missing = [name for name in _SERVICES if name not in _endpoints(ec2, subnet, table)]
    if not missing:
        yield ok(CHECK, f"{subnet['SubnetId']} reaches AWS by endpoints of its VPC")
    elif missing == ["monitoring"]:
        fix = "add an endpoint of its VPC for monitoring, or do without metrics"
        yield warning(CHECK, f"{subnet['SubnetId']} does not reach CloudWatch metrics", fix)
    else:
        yield problem(
            CHECK,
            f"{subnet['SubnetId']} has neither a route out by a NAT gateway nor endpoints for {', '.join(missing)}",
            "add one or the other; jobs have no public address, so that an internet gateway does not serve them",
        )


def _route_table(ec2: Any, subnet: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the route table of a subnet, which is that of its VPC unless it has one of its own."""
    for filters in (
        {"association.subnet-id": subnet["SubnetId"]},
        {"vpc-id": subnet["VpcId"], "association.main": "true"},
    ):
        asked = [{"Name": name, "Values": [value]} for name, value in filters.items()]
        tables: Sequence[Mapping[str, Any]] = ec2.describe_route_tables(Filters=asked)["RouteTables"]
        if tables:
            return tables[0]
    return {}


def _endpoints(ec2: Any, subnet: Mapping[str, Any], table: Mapping[str, Any]) -> set[str]:
    """Return the services that the VPC has endpoints for: a gateway that the routes know, or interfaces."""
    asked = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
    found = set()
    for page in ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=asked):
        for endpoint in page["VpcEndpoints"]:
            # com.amazonaws.<region>.<service>
            service = ".".join(endpoint["ServiceName"].split(".")[3:])
            is_gateway = endpoint.get("VpcEndpointType", "Gateway") == "Gateway"
            if not is_gateway or table.get("RouteTableId") in endpoint.get("RouteTableIds", []):
                found.add(service)
    return found
