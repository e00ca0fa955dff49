"""The live tests from the deployment to the last bucket's end, on the embedded AWS; `make live-rehearsal`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.quotas import Quotas
from tests.live.checks.all_checks import CHECKS
from tests.live.checks.check import Check
from tests.live.cleaning import clean
from tests.live.gate import OVER_QUOTA, bootstrapped
from tests.live.verified import tried
from tests.live.world import World
from tests.local.conftest import QUICK
from tests.support.places import DOCS, ROOT

pytestmark = [pytest.mark.live_rehearsal, pytest.mark.cdk_cli, pytest.mark.xdist_group("live_rehearsal")]

STACK = "SpotTrainingLive-rehearsal"
JOBS = STACK.lower()
ACTIONS = {
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
}
"""The actions that allow operations of another name, by the service authorization reference."""

ONLY_HERE = {"s3:ListAllMyBuckets", "states:ListStateMachines"}
"""What is called to see that all is gone."""


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(speed=20, timing=QUICK, quotas=Quotas({(OVER_QUOTA, "spot"): 0})) as made:
        yield made


@pytest.fixture(scope="module")
def world(aws: EmbeddedAws) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        outputs = aws.deploy(ROOT / "tests/live/app", context={"stack": STACK, "jobs": JOBS, "over-quota": OVER_QUOTA})
    called: set[str] = set()

    def note(model: Any, **_: object) -> None:
        action = f"{model.service_model.signing_name}:{model.name}"
        called.add(ACTIONS.get(action, action))

    @cache
    def client(service: str) -> Any:
        made = aws.client(service)
        made.meta.events.register("before-parameter-build.*", note)
        return made

    yield World(
        client=client,
        machine=outputs[STACK]["StateMachineArn"],
        base_job_name=JOBS,
        over_quota=OVER_QUOTA,
        pause=0.2,
        patience=60,
    )
    # each part of what was made is gone, and what is no more there is no trouble
    assert clean(client, STACK, JOBS, pause=0.2) == []
    assert [name for name in _buckets(client) if not name.startswith("cdk-")] == []
    assert client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert clean(client, STACK, JOBS, pause=0.2) == []
    # and a person with the policy of the page may do all of it
    policy = json.loads((DOCS / "about" / "live-policy.json").read_text(encoding="utf-8"))
    allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert called - ONLY_HERE - allowed == set()


def _buckets(client: Any) -> list[str]:
    return [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]


def test_the_bootstrap_is_made_once(aws: EmbeddedAws, world: World) -> None:
    assert bootstrapped(aws.client("ssm"))
    assert not bootstrapped(aws.client("ssm", "eu-west-1"))


@pytest.mark.parametrize("check", CHECKS, ids=[check.row for check in CHECKS])
def test_it_comes_out_as_the_embedded_aws_behaves(check: Check, world: World) -> None:
    outcome, _ = tried(check, world)
    # what AWS has answered counts, where somebody has asked it, and not what was thought
    recorded = ROOT / "tests/live/recorded" / f"{check.row}.json"
    holds = check.holds(json.loads(recorded.read_text(encoding="utf-8"))) if recorded.is_file() else True
    assert outcome.result == ("holds" if holds else "does not hold"), outcome.said


def test_which_way_sync_ends_for_a_job_that_is_stopped_is_in_the_evidence(world: World) -> None:
    # AWS does not say; the embedded AWS is told to fail unless it is asked not to
    outcome, answer = tried(next(check for check in CHECKS if check.row == "sfn-sync-stopped"), world)
    assert (outcome.result, answer["first task"]) == ("holds", "TaskFailed")
