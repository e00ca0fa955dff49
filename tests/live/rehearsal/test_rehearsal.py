"""The live tests from the deployment to the last bucket's end, on the embedded AWS; `make live-rehearsal`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.quotas import Quotas
from tests.live.checks.all_checks import CHECKS
from tests.live.checks.check import Check
from tests.live.cleaning import clean
from tests.live.gate import OVER_QUOTA, bootstrapped
from tests.live.rehearsal.otherwise import BY_COUNTER_ANSWER, STORIES, let_sync_succeed_for_stopped_jobs
from tests.live.rehearsal.stand_ins import STAND_INS
from tests.live.rehearsal.told import MARKET, SCARCE, DeniedBuckets
from tests.live.verified import RECORDED, result_of, tried
from tests.live.world import World
from tests.local.conftest import QUICK
from tests.support.places import DOCS, ROOT

pytestmark = pytest.mark.cdk_cli

BY_ROW = {check.row: check for check in CHECKS}
STACK = "SpotTrainingLive-rehearsal"
JOBS = STACK.lower()
ACTIONS = {
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "monitoring:ListMetrics": "cloudwatch:ListMetrics",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
}
"""The actions that allow operations of another name, by the service authorization reference."""

ONLY_HERE = {"s3:ListAllMyBuckets", "states:ListStateMachines"}
"""What is called to see that all is gone."""


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    quotas = Quotas({(OVER_QUOTA, "spot"): 0})
    with EmbeddedAws(speed=20, timing=QUICK, quotas=quotas, market=MARKET, faults=DeniedBuckets()) as made:
        yield made


@pytest.fixture(scope="module")
def world(aws: EmbeddedAws) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        context = {"stack": STACK, "jobs": JOBS, "others": f"{OVER_QUOTA},{SCARCE}"}
        outputs = aws.deploy(ROOT / "tests/live/app", context=context)[STACK]
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
        machine=outputs["StateMachineArn"],
        guarded=outputs["GuardedArn"],
        probes=outputs["ProbesArn"],
        data=outputs["DataBucket"],
        may=outputs,
        base_job_name=JOBS,
        over_quota=OVER_QUOTA,
        scarce=SCARCE,
        pause=0.25,
        patience=180,
        log_patience=0,
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


@pytest.mark.parametrize("check", CHECKS, ids=list(BY_ROW))
def test_it_comes_out_as_the_embedded_aws_behaves(check: Check, world: World) -> None:
    outcome, _ = tried(check, world)
    expected = ("does not hold", "not tried") if check.row in STAND_INS else (result_of(check, RECORDED),)
    assert outcome.result in expected, outcome.said


@pytest.mark.parametrize("row", STAND_INS)
def test_it_holds_once_there_is_what_aws_would_leave(row: str, aws: EmbeddedAws, world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # what stands in for a client does so here only
        patch.setattr(world, "client", world.client)
        STAND_INS[row](aws, world)
        outcome, _ = tried(BY_ROW[row], world)
    assert outcome.result == result_of(BY_ROW[row], RECORDED), outcome.said


def test_each_row_is_told_otherwise_or_says_why_not() -> None:
    told = [row for story in STORIES.values() for row in story.rows]
    assert sorted([*told, *STAND_INS, *BY_COUNTER_ANSWER]) == sorted(BY_ROW)


@pytest.mark.parametrize("name", STORIES)
def test_it_does_not_hold_where_the_embedded_aws_is_told_to_behave_otherwise(
    name: str, aws: EmbeddedAws, world: World
) -> None:
    story, mark = STORIES[name], f"-{list(STORIES).index(name)}"
    with pytest.MonkeyPatch.context() as patch:
        story.told(aws, world, patch)
        other = replace(world, mark=mark) if story.anew else world.again(mark)
        outcomes = {row: tried(BY_ROW[row], other)[0] for row in story.rows}
    assert {row: outcome.said for row, outcome in outcomes.items() if outcome.result != "does not hold"} == {}


def test_a_job_that_is_stopped_ends_its_run_alike_whichever_way_sync_ends(world: World) -> None:
    outcome, answer = tried(BY_ROW["sfn-sync-stopped"], world)
    assert (outcome.result, answer["first task"]) == ("holds", "TaskFailed")
    with pytest.MonkeyPatch.context() as patch:
        let_sync_succeed_for_stopped_jobs(patch)
        outcome, answer = tried(BY_ROW["sfn-sync-stopped"], replace(world, mark="-succeeds"))
    assert (outcome.result, answer["first task"]) == ("holds", "TaskSucceeded")
