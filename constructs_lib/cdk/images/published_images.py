"""The images that AWS itself publishes, in an account of its own for each Region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct

from constructs_lib.cdk.images.accounts import ACCOUNTS
from constructs_lib.cdk.images.own_images import BoundImage
from constructs_lib.cdk.permissions.permission import pull_permissions
from constructs_lib.training_job.tokens import is_token


@dataclass(frozen=True, kw_only=True)
class PublishedImage:
    """An image of AWS's; the job's role may pull from its repository alone.

    SageMaker says that it pulls its built-in algorithms with credentials of its own; the grant is for the others, and
    costs nothing where it is not needed.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
    """

    what: str
    """What it is, for an error: `the algorithm 'xgboost'`."""

    registry: str
    """Whose account holds it: a key of `ACCOUNTS`."""

    repository: str
    tag: str

    def bind(self, scope: Construct) -> BoundImage:
        """Name the image, and what pulling it takes."""
        stack = cdk.Stack.of(scope)
        account = self._account(stack)
        arn = stack.format_arn(
            service="ecr", account=account, region=stack.region, resource="repository", resource_name=self.repository
        )
        uri = f"{account}.dkr.ecr.{stack.region}.{stack.url_suffix}/{self.repository}:{self.tag}"
        return {"TrainingImage": uri}, pull_permissions(arn)

    def _account(self, stack: cdk.Stack) -> str:
        accounts = ACCOUNTS[self.registry]
        region = stack.region
        if is_token(region):
            return _mapping(stack, self.registry).find_in_map(region, "account")
        if region not in accounts:
            raise ValueError(
                f"'image' must exist in the stack's Region, got {self.what} in {region!r}, where no account is known "
                f"to hold it; deploy to one of {', '.join(_near(region, accounts))}, or name a copy of the image with "
                "TrainingImage.from_registry"
            )
        return accounts[region]


def _near(region: str, accounts: Mapping[str, str]) -> list[str]:
    """Return the Regions in the same part of the world, or all of them where there are none."""
    part = region.partition("-")[0]
    return sorted(known for known in accounts if known.startswith(f"{part}-")) or sorted(accounts)


def _mapping(stack: cdk.Stack, registry: str) -> cdk.CfnMapping:
    """Return the stack's mapping of Regions to accounts: one a registry, however many images are from it."""
    name = f"TrainingImageAccounts{registry}"
    found = stack.node.try_find_child(name)
    if isinstance(found, cdk.CfnMapping):
        return found
    accounts = {region: {"account": account} for region, account in ACCOUNTS[registry].items()}
    return cdk.CfnMapping(stack, name, mapping=accounts)
