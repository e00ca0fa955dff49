"""What has come of the live checks: a page that a person can commit, and the answers as files; no account ids."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.runs.aws.errors import RunsError
from constructs_lib.version import VERSION
from tests.live.checks.all_checks import CHECKS
from tests.live.checks.check import Check, NotTriedError
from tests.live.checks.reasons import NONE
from tests.live.run import NoJobError
from tests.live.world import World
from tests.support.places import ROOT

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
RECORDED = ROOT / "tests/live/recorded"
"""Where the answers are that AWS has given; there are none until somebody with an account has asked."""

ACCOUNT = "123456789012"
"""Stands for each account."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What has come of a check.

    Attributes:
        row: The row's id.
        result: `holds`, `does not hold`, or `not tried`.
        said: The answer as JSON, or why it was not tried.
        rests: The code that rests on it.
    """

    row: str
    result: str
    said: str
    rests: str = ""


def tried(check: Check, world: World) -> tuple[Outcome, Any]:
    """Make a check; return what came of it, and the answer."""
    try:
        answer = json.loads(without_accounts(json.dumps(check.observe(world), default=str)))
    except (NotTriedError, ClientError, NoJobError, RunsError, TimeoutError) as error:
        # what could not be provoked says nothing of what is assumed
        return Outcome(row=check.row, result="not tried", said=str(error), rests=check.rests), None
    result = "holds" if check.holds(answer) else "does not hold"
    return Outcome(row=check.row, result=result, said=json.dumps(answer), rests=check.rests), answer


def hold(outcome: Outcome) -> None:
    """Fail where something does not hold, and name the code that rests on it."""
    assert outcome.result != "does not hold", f"{outcome.row}: {outcome.said}; on it rests {outcome.rests}"


def result_of(check: Check, directory: Path) -> str:
    """Return how a check comes out by the answer that AWS has given, where one is recorded, and else as is assumed.

    What AWS has answered counts in the tests of the embedded AWS, and not what was thought.
    """
    recorded = directory / f"{check.row}.json"
    if not recorded.is_file() or check.holds(json.loads(recorded.read_text(encoding="utf-8"))):
        return "holds"
    return "does not hold"


def without_accounts(text: str) -> str:
    """Put an account id that is nobody's in place of each."""
    return _ACCOUNT.sub(ACCOUNT, text)


def page(outcomes: Sequence[Outcome], region: str, now: datetime) -> str:
    """Return `docs/about/verified.md`."""
    versions = {"spot-training-constructs": VERSION, "Python": platform.python_version()}
    versions |= {name: metadata.version(name) for name in ("boto3", "aws-cdk-lib")}
    made = {outcome.row for outcome in outcomes}
    rows = [*outcomes, *_without(made)]
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n".join(
        [
            "# What was verified on AWS",
            "",
            f"Written by `make live` on {now.astimezone(UTC).date()} in {region}, with {told}. The ids are those of",
            "[assumptions.md](assumptions.md).",
            "",
            "| id | result | evidence |",
            "|---|---|---|",
            *(f"| `{row.row}` | {row.result} | {_cell(row.said)} |" for row in rows),
            "",
        ]
    )


def keep(answers: Mapping[str, Any], directory: Path) -> None:
    """Write each answer into a file of its own, which the tests of the embedded AWS read."""
    directory.mkdir(exist_ok=True)
    for row, answer in answers.items():
        (directory / f"{row}.json").write_text(f"{json.dumps(answer, indent=2)}\n", encoding="utf-8")


def _without(made: set[str]) -> list[Outcome]:
    missed = {check.row: "the tests ended first" for check in CHECKS if check.row not in made}
    return [Outcome(row=row, result="not tried", said=why) for row, why in (missed | NONE).items()]


def _cell(text: str) -> str:
    return without_accounts(text).replace("|", "\\|").replace("\n", " ")
