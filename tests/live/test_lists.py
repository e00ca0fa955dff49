"""Each row of the page of assumptions has its live check or says why; each check tells both ways apart."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.live.checks.all_checks import CHECKS
from tests.live.checks.check import Check, NotTriedError
from tests.live.checks.reasons import NONE
from tests.live.cleaning import clean, stop_job
from tests.live.gate import COSTS, MOST_DOLLARS, RefusedError, allowed
from tests.live.verified import ACCOUNT, RECORDED, Outcome, hold, keep, page, result_of, tried
from tests.support.places import DOCS, ROOT

ROWS = re.findall(r"^\| `([^`]+)` \|", (DOCS / "about" / "assumptions.md").read_text(encoding="utf-8"), re.MULTILINE)
BY_ROW = {check.row: check for check in CHECKS}
NOBODY: Any = None


def test_each_row_has_one_check_or_one_reason() -> None:
    assert sorted([*(check.row for check in CHECKS), *NONE]) == sorted(ROWS)


def test_what_rests_on_a_row_is_there() -> None:
    places = [place for check in CHECKS for place in check.rests.split("; ")]
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("check", CHECKS, ids=list(BY_ROW))
def test_an_answer_that_is_otherwise_does_not_hold(check: Check) -> None:
    otherwise = Check(**{**vars(check), "observe": lambda _: check.otherwise})
    assert tried(otherwise, NOBODY)[0].result == "does not hold"


def test_what_aws_has_answered_is_told_by_the_same_check() -> None:
    # the files that `make live` writes; there is none until somebody with an account has run it
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RECORDED.glob("*.json")}
    assert set(found) <= set(BY_ROW)
    told = (
        (DOCS / "about" / "verified.md").read_text(encoding="utf-8")
        if (DOCS / "about" / "verified.md").is_file()
        else ""
    )
    results = dict(re.findall(r"^\| `([^`]+)` \| (holds|does not hold) \|", told, re.MULTILINE))
    assert {row: "holds" if BY_ROW[row].holds(answer) else "does not hold" for row, answer in found.items()} == results


@pytest.mark.parametrize("check", CHECKS, ids=list(BY_ROW))
def test_what_aws_has_answered_counts_in_the_rehearsal(check: Check, tmp_path: Path) -> None:
    assert result_of(check, tmp_path) == "holds"
    keep({check.row: check.otherwise}, tmp_path)
    assert result_of(check, tmp_path) == "does not hold"


@pytest.mark.parametrize("check", CHECKS, ids=list(BY_ROW))
def test_what_does_not_hold_says_which_code_rests_on_it(check: Check) -> None:
    otherwise = Check(**{**vars(check), "observe": lambda _: check.otherwise})
    with pytest.raises(AssertionError, match=re.escape(f"on it rests {check.rests}")):
        hold(tried(otherwise, NOBODY)[0])


def test_the_page_tells_every_row_and_no_account(tmp_path: Path) -> None:
    def refuse(_: object) -> Any:
        raise NotTriedError("no quota of 0")

    answered = Check(**{**vars(CHECKS[0]), "observe": lambda _: {"70 constructors": "SUCCEEDED", "at": "210987654321"}})
    outcomes = [tried(answered, NOBODY)[0], tried(Check(**{**vars(CHECKS[2]), "observe": refuse}), NOBODY)[0]]
    text = page([*outcomes, Outcome(row="sfn-sdk-times", result="holds", said="a|b")], "eu-west-1", datetime.now(UTC))
    assert sorted(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)) == sorted(ROWS)
    assert "210987654321" not in text
    assert f'| `sfn-depth` | holds | {{"70 constructors": "SUCCEEDED", "at": "{ACCOUNT}"}} |' in text
    assert "| `sfn-sync-errors` | not tried | no quota of 0 |" in text
    assert "| `sm-sigterm` | not tried | a spot interruption cannot be ordered |" in text
    keep({"sfn-depth": {"a": 1}}, tmp_path)
    assert json.loads((tmp_path / "sfn-depth.json").read_text(encoding="utf-8")) == {"a": 1}


def test_what_cannot_be_deleted_is_told_and_the_rest_is_deleted() -> None:
    aws = Fragile()
    left = clean(lambda _: aws, "Live", "live", pause=0)
    assert [each.partition(":")[0] for each in left] == ["the bucket kept", "the stack Live", "the bucket kept"]
    assert aws.deleted == ["group"]
    assert aws.asked > 1


class Fragile:
    """An AWS that does not let the bucket go, nor the stack that has it."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.asked = 0

    def get_paginator(self, operation: str) -> Any:
        if operation == "list_object_versions":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListObjectVersions")
        return self

    def paginate(self, **_: str) -> Any:
        named = {"AWS::S3::Bucket": "kept", "AWS::Logs::LogGroup": "group"}
        told = [{"ResourceType": kind, "PhysicalResourceId": name} for kind, name in named.items()]
        return [{"StackResourceSummaries": told}]

    def list_training_jobs(self, **_: object) -> Any:
        return {"TrainingJobSummaries": []}

    def delete_stack(self, **_: str) -> None:
        self.asked += 1

    def describe_stacks(self, **_: str) -> Any:
        return {"Stacks": [{"StackStatus": "DELETE_FAILED"}]}

    def delete_bucket(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": "BucketNotEmpty"}}, "DeleteBucket")

    def delete_log_group(self, *, logGroupName: str) -> None:  # noqa: N803
        self.deleted.append(logGroupName)


class Session:
    """A boto3 session that is signed in to an account."""

    region_name = "eu-west-1"

    def client(self, *_: str, **__: str) -> Any:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": ACCOUNT}


@pytest.mark.parametrize("named", ["", "1234", "999999999999", "yes"])
def test_fails_without_the_account_that_is_signed_in_to(named: str) -> None:
    with pytest.raises(RefusedError, match="LIVE_ACCOUNT"):
        allowed({"LIVE_ACCOUNT": named}, Session())


def test_what_is_done_and_what_it_costs_is_said_before() -> None:
    may = allowed({"LIVE_ACCOUNT": ACCOUNT, "AWS_REGION": "us-east-1"}, Session())
    assert all(part in may.plan for part in (ACCOUNT, "us-east-1", may.stack, f"at most ${MOST_DOLLARS:.2f}"))
    assert sum(COSTS.values()) <= MOST_DOLLARS < 1
    assert f"at most ${MOST_DOLLARS:.2f}," in (DOCS / "about" / "live.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "passes"), [("ValidationException", True), ("AccessDeniedException", False)])
def test_a_job_that_has_ended_just_now_does_not_end_the_cleaning(code: str, *, passes: bool) -> None:
    class SageMaker:
        def stop_training_job(self, **_: str) -> None:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "StopTrainingJob")

    with nullcontext() if passes else pytest.raises(ClientError):
        stop_job(SageMaker(), "job")
