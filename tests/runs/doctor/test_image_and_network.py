"""The image and the subnets, as the embedded AWS has them, both ways."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks import image, network
from constructs_lib.training_job.capacity.capacity import Capacity
from tests.runs.doctor.conftest import MakeSubject
from tests.runs.doctor.told import statuses, stubbed, told
from tests.support.run_documents import shared_request

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = "sha256:" + "0" * 64


def named(uri: str) -> dict[str, Any]:
    request = shared_request()
    request["AlgorithmSpecification"]["TrainingImage"] = uri
    return {"request": request}


def index(*architectures: str) -> str:
    # https://github.com/opencontainers/image-spec/blob/main/image-index.md
    kind = "application/vnd.oci.image.index.v1+json"
    entries = [{"digest": DIGEST, "platform": {"architecture": name, "os": "linux"}} for name in architectures]
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "manifests": entries})


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        (f"{REGISTRY}/none:1", f"problem: there is no image {REGISTRY}/none:1"),
        (
            f"{REGISTRY.replace('eu-west-1', 'us-east-1')}/train:1",
            f"problem: {REGISTRY.replace('eu-west-1', 'us-east-1')}/train:1 is in us-east-1, and SageMaker pulls from "
            "its own Region",
        ),
        ("registry.example.com/a:1", "could not look: registry.example.com/a:1 is in no registry of Amazon ECR"),
    ],
)
def test_an_image_that_is_not_there_is_told(asking: Asking, subject: MakeSubject, uri: str, said: str) -> None:
    assert told(image.look(asking, subject(**named(uri)))) == [said]


@pytest.mark.parametrize(
    ("architectures", "capacity", "status"),
    [
        (("amd64", "arm64"), "ml.m5.xlarge", "ok"),
        (("amd64",), "ml.m5.xlarge", "ok"),
        (("arm64",), "ml.m5.xlarge", "problem"),
        (("arm64",), "ml.p6e-gb200.36xlarge", "ok"),
    ],
)
def test_an_image_is_for_the_instances(
    asking: Asking, subject: MakeSubject, architectures: tuple[str, ...], capacity: str, status: str
) -> None:
    # https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
    answer = ("batch_get_image", {"images": [{"imageManifest": index(*architectures)}]})
    with stubbed(asking, "ecr", answer):
        found = list(image.look(asking, subject(Capacity.spot(capacity), **named(f"{REGISTRY}/train:1"))))
    assert [each.status.value for each in found] == ["ok", status]


@pytest.mark.parametrize(
    ("body", "status"), [('{"architecture": "amd64"}', "ok"), ('{"architecture": "arm64"}', "problem")]
)
def test_one_image_is_asked_for_its_configuration(asking: Asking, subject: MakeSubject, body: str, status: str) -> None:
    asking.fetch = lambda url: body.encode() if url == "https://layer" else b""
    manifest = json.dumps({"schemaVersion": 2, "config": {"digest": DIGEST}})
    answers = (
        ("batch_get_image", {"images": [{"imageManifest": manifest}]}),
        ("get_download_url_for_layer", {"downloadUrl": "https://layer", "layerDigest": DIGEST}),
    )
    with stubbed(asking, "ecr", *answers):
        found = list(image.look(asking, subject(**named(f"{REGISTRY}/train@{DIGEST}"))))
    assert [each.status.value for each in found] == ["ok", status]


def in_subnets(*subnets: str) -> dict[str, Any]:
    return {"request": {**shared_request(), "VpcConfig": {"Subnets": list(subnets), "SecurityGroupIds": ["sg-1"]}}}


def test_subnets_have_room_and_a_way_out(aws: EmbeddedAws, asking: Asking, subject: MakeSubject) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/28")["Subnet"]["SubnetId"]
    shut = told(network.look(asking, subject(**in_subnets(subnet, "subnet-00000000"))))
    assert shut[0] == "problem: there is no subnet subnet-00000000 in eu-west-1"
    assert shut[1].startswith(f"ok: {subnet} has ")
    assert shut[2].startswith(
        f"problem: {subnet} has neither a route out by a NAT gateway nor endpoints for s3, ecr.api"
    )
    many = subject(Capacity.spot("ml.m5.xlarge", instance_count=12), **in_subnets(subnet))
    assert f"problem: {subnet} has 11 free addresses, and a job takes up to 12" in told(network.look(asking, many))
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    for name in ("ecr.api", "ecr.dkr", "logs"):
        ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=f"com.amazonaws.eu-west-1.{name}", VpcEndpointType="Interface", SubnetIds=[subnet]
        )
    gateway = {"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.s3", "VpcEndpointType": "Gateway"}
    ec2.create_vpc_endpoint(**gateway, RouteTableIds=[table["RouteTableId"]])
    assert f"warning: {subnet} does not reach CloudWatch metrics" in told(
        network.look(asking, subject(**in_subnets(subnet)))
    )
    public = ec2.create_nat_gateway(SubnetId=subnet)["NatGateway"]["NatGatewayId"]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", NatGatewayId=public)
    assert statuses(network.look(asking, subject(**in_subnets(subnet)))) == {"ok"}
    assert list(network.look(asking, subject())) == []
