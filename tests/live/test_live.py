"""Runs every live check in the account that LIVE_ACCOUNT names, and writes docs/about/verified.md; `make live`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import pytest

from constructs_lib.local.cdk_cli.cli import CdkCli
from tests.live.checks.all_checks import CHECKS
from tests.live.checks.check import Check
from tests.live.cleaning import clean
from tests.live.gate import OVER_QUOTA, SCARCE, Allowed, allowed, bootstrapped, credentials
from tests.live.verified import RECORDED, Outcome, hold, keep, page, tried
from tests.live.world import World
from tests.support.places import DOCS, ROOT

pytestmark = [pytest.mark.live, pytest.mark.cdk_cli]

OUTCOMES: list[Outcome] = []
ANSWERS: dict[str, Any] = {}


def say(text: str) -> None:
    sys.__stderr__.write(f"{text}\n") if sys.__stderr__ else None


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    may = allowed(os.environ, session)
    say(may.plan)

    @cache
    def client(service: str) -> Any:
        # the price list is in few Regions
        return session.client(service, region_name="us-east-1" if service == "pricing" else may.region)

    try:
        cli = CdkCli(
            ROOT / "tests/live/app",
            environment=credentials(session, may.region),
            account=may.account,
            region=may.region,
        )
        if not bootstrapped(client("ssm")):
            cli.bootstrap()
        outputs = cli.deploy({"stack": may.stack, "jobs": may.base_job_name, "others": OVER_QUOTA})[may.stack]
        yield World(
            client=client,
            machine=outputs["StateMachineArn"],
            guarded=outputs["GuardedArn"],
            probes=outputs["ProbesArn"],
            data=outputs["DataBucket"],
            may=outputs,
            base_job_name=may.base_job_name,
            over_quota=_over_quota(client),
            scarce=SCARCE,
            pause=10,
            patience=3600,
            log_patience=300,
            told=say,
        )
    finally:
        _end(client, may)


def _end(client: Any, may: Allowed) -> None:
    left = clean(client, may.stack, may.base_job_name, pause=10)
    for what in left:
        say(f"not deleted: {what}")
    if OUTCOMES:
        (DOCS / "about" / "verified.md").write_text(page(OUTCOMES, may.region, datetime.now(UTC)), encoding="utf-8")
        keep(ANSWERS, RECORDED)
    assert left == []


def _over_quota(client: Any) -> str:
    """Return the type that no spot quota allows; empty where one does."""
    name = f"{OVER_QUOTA} for spot training job usage"
    pages = client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
    found = [quota["Value"] for one in pages for quota in one["Quotas"] if quota["QuotaName"] == name]
    return OVER_QUOTA if found == [0.0] else ""


@pytest.mark.parametrize("check", CHECKS, ids=[check.row for check in CHECKS])
def test_what_is_assumed_holds(check: Check, world: World) -> None:
    outcome, answer = tried(check, world)
    OUTCOMES.append(outcome)
    if answer is not None:
        ANSWERS[check.row] = answer
    say(f"{outcome.row}: {outcome.result}: {outcome.said}")
    hold(outcome)
