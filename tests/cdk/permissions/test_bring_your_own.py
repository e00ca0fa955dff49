"""Combinations of what may be brought: nothing is created that was brought, and the grants are there."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib import Capacity, SpotTraining, TrainingImage
from tests.support.run_inputs import EXAMPLES
from tests.support.templates import app_context, flat

HERE, THERE = "123456789012", "210987654321"
REGIONS = ("eu-west-1", "cn-north-1")

Kind = str
KINDS: dict[str, tuple[Kind, ...]] = {
    "role": ("created", "owned", "imported"),
    "checkpoint_bucket": ("created", "owned", "imported", "other account"),
    "output_bucket": ("created", "owned", "other account"),
    "encryption_key": ("created", "owned", "other account"),
    "vpc": ("created", "owned", "imported"),
    "log_group": ("created", "owned", "imported"),
}
"""How each may come; `created` is not brought at all."""

CHILDREN = {
    "role": "Role", "checkpoint_bucket": "CheckpointBucket", "output_bucket": "OutputBucket", "log_group": "Log"
}  # fmt: skip
"""What is created where it is not brought."""


GRANTED = ("role", "checkpoint_bucket", "output_bucket", "encryption_key")
"""What grants depend on; every combination of these is synthesised."""

ALL = EXAMPLES >= 972
"""Whether every combination of all is synthesised, or each of those with one of the nine of VPC and log group."""


def combinations(role: Kind, checkpoint_bucket: Kind) -> list[dict[str, Kind]]:
    """Combine the others with these two, so that VPC and log group meet each pair of the others in every way."""
    granted = list(itertools.product(*(KINDS[name] for name in GRANTED[2:])))
    beside = list(itertools.product(KINDS["vpc"], KINDS["log_group"]))
    first = KINDS["role"].index(role) + KINDS["checkpoint_bucket"].index(checkpoint_bucket) * len(KINDS["role"])
    return [
        dict(zip(KINDS, (role, checkpoint_bucket, *others, *more), strict=True))
        for number, others in enumerate(granted)
        for more in (beside if ALL else [beside[(first + number) % len(beside)]])
    ]


def test_the_combinations_are_every_one_of_what_grants_depend_on_and_every_pair_with_the_others() -> None:
    rows = [row for pair in itertools.product(KINDS["role"], KINDS["checkpoint_bucket"]) for row in combinations(*pair)]
    for names in (GRANTED, *(("vpc", "log_group", *GRANTED[half : half + 2]) for half in (0, 2))):
        wanted = set(itertools.product(*(KINDS[name] for name in names)))
        assert {tuple(row[name] for name in names) for row in rows} == wanted


def role(scope: cdk.Stack, kind: Kind) -> Any:
    if kind == "owned":
        return iam.Role(scope, "MyRole", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    return iam.Role.from_role_arn(scope, "MyRole", f"arn:{scope.partition}:iam::{HERE}:role/mine")


def bucket(scope: cdk.Stack, name: str, kind: Kind) -> Any:
    if kind == "owned":
        return s3.Bucket(scope, name)
    account = THERE if kind == "other account" else HERE
    return s3.Bucket.from_bucket_attributes(scope, name, bucket_name=name.lower(), account=account)


def key(scope: cdk.Stack, kind: Kind) -> Any:
    if kind == "owned":
        return kms.Key(scope, "MyKey")
    return kms.Key.from_key_arn(
        scope, "MyKey", f"arn:{scope.partition}:kms:{scope.region}:{THERE}:key/01234567-89ab-cdef-0123-456789abcdef"
    )


def vpc(scope: cdk.Stack, kind: Kind) -> Any:
    if kind == "owned":
        return ec2.Vpc(scope, "MyVpc", max_azs=1)
    return ec2.Vpc.from_vpc_attributes(
        scope,
        "MyVpc",
        vpc_id="vpc-01234567",
        availability_zones=["a"],
        private_subnet_ids=["subnet-01234567"],
        private_subnet_route_table_ids=["rtb-01234567"],
    )


def log_group(scope: cdk.Stack, kind: Kind) -> Any:
    if kind == "owned":
        return logs.LogGroup(scope, "MyLog")
    return logs.LogGroup.from_log_group_name(scope, "MyLog", "mine")


def brought(scope: cdk.Stack, row: dict[str, Kind]) -> dict[str, Any]:
    makers: dict[str, Any] = {
        "role": role,
        "checkpoint_bucket": lambda scope, kind: bucket(scope, "MyCheckpoints", kind),
        "output_bucket": lambda scope, kind: bucket(scope, "MyModels", kind),
        "encryption_key": key,
        "vpc": vpc,
        "log_group": log_group,
    }
    return {name: makers[name](scope, kind) for name, kind in row.items() if kind != "created"}


@pytest.mark.parametrize("role", KINDS["role"])
@pytest.mark.parametrize("checkpoint_bucket", KINDS["checkpoint_bucket"])
def test_what_is_brought_is_used_and_granted_on(role: Kind, checkpoint_bucket: Kind, tmp_path: Path) -> None:
    for number, row in enumerate(combinations(role, checkpoint_bucket)):
        region = REGIONS[number % len(REGIONS)]
        scope = cdk.Stack(
            cdk.App(context=app_context(), outdir=str(tmp_path)),
            "Test",
            env=cdk.Environment(account=HERE, region=region),
        )
        made = SpotTraining(
            scope,
            "Training",
            image=TrainingImage.from_registry(f"{HERE}.dkr.ecr.{region}.amazonaws.com/churn:1.4"),
            capacity=[Capacity.spot("ml.m5.xlarge")],
            base_job_name="churn",
            **brought(scope, row),
        )
        own = {child.node.id for child in made.node.children}
        for name, child in CHILDREN.items():
            assert (child in own) == (row[name] == "created"), row
        assert ("SecurityGroup" in own) == (row["vpc"] != "created"), row
        _holds_grants(Template.from_stack(scope), scope, made)


def _holds_grants(template: Template, scope: cdk.Stack, made: SpotTraining) -> None:
    resources = template.to_json()["Resources"]
    granted = {
        flat(resource)
        for found in resources.values()
        if found["Type"] == "AWS::IAM::Policy"
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
        for resource in (statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]])
    }
    wanted = [f"{made.checkpoint_bucket.bucket_arn}/churn/*", f"{made.output_bucket.bucket_arn}/models/*"]
    for arn in wanted:
        assert flat(scope.resolve(arn)) in granted
