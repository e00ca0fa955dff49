"""The checks that ask lists of AWS's own, for nothing: prices, and images."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk.images.accounts import ACCOUNTS
from constructs_lib.runs.prices.price_list import from_price_list
from tests.live.checks.check import Check, NotTriedError
from tests.live.world import World

_DOLLARS = (0.05, 0.5)
"""What an hour of ml.m5.large costs in us-east-1, roughly: between these."""


def _price(world: World) -> Any:
    found = from_price_list(world.client("pricing"), "us-east-1", "ml.m5.large")
    return {"dollars an hour": found and found.dollars_per_hour}


def _tag(world: World) -> Any:
    account = ACCOUNTS["Frameworks"].get(world.machine.split(":")[3])
    if account is None:
        raise NotTriedError("AWS has no scikit-learn images in this Region")
    asked = {"repositoryName": "sagemaker-scikit-learn", "imageIds": [{"imageTag": "1.4-2-py312"}]}
    told = world.client("ecr").batch_get_image(registryId=account, **asked)
    return {"images": len(told["images"]), "failures": [each["failureCode"] for each in told["failures"]]}


CHECKS = (
    Check(
        row="sm-price-list",
        observe=_price,
        holds=lambda told: _DOLLARS[0] < (told["dollars an hour"] or 0) < _DOLLARS[1],
        otherwise={"dollars an hour": None},
        rests="constructs_lib/runs/prices/price_list.py",
    ),
    Check(
        row="img-scikit-tags",
        observe=_tag,
        holds=lambda told: told["images"] == 1,
        otherwise={"images": 0, "failures": ["ImageNotFound"]},
        rests="constructs_lib/cdk/images/built_in_algorithms.py",
    ),
)
