"""Every example is deployed by the real CDK CLI, and what it deployed trains.

The CLI runs one of them itself, as its user does; the others are run here, and it takes what they have synthesised.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.examples.assembled import assembled
from tests.local.conftest import QUICK
from tests.local.machines import Machines
from tests.support.engines.asl_checkers import faults
from tests.support.places import EXAMPLES, training_program

pytestmark = pytest.mark.cdk_cli

BY_ITSELF = "sweep"
"""Deployed in `test_sweep.py`, without the CLI."""

NAMES = ["smallest", "bring_your_own", "own_state_machine", "nightly", "on_new_data", "chat"]
BY_THE_CLI = "smallest"
PROGRAM = training_program("count.py")


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(speed=100, timing=QUICK, programs={"churn:*": PROGRAM}) as aws:
        s3 = aws.client("s3")
        for bucket in ("team-checkpoints", "team-models"):
            s3.create_bucket(Bucket=bucket)
        yield aws


def test_the_list_is_whole() -> None:
    assert sorted(path.parent.name for path in EXAMPLES.glob("*/app.py")) == sorted([*NAMES, BY_ITSELF])


@pytest.mark.parametrize("name", NAMES)
def test_it_is_deployed_and_trains(
    embedded: EmbeddedAws, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # where the library is checked out and not installed
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parent))
    app = EXAMPLES / name
    (outputs,) = embedded.deploy(app if name == BY_THE_CLI else assembled(app, tmp_path)).values()
    if "DataBucketName" in outputs:
        for key in ("churn/train/a.csv", "incoming/day-1/a.csv"):
            embedded.client("s3").put_object(Bucket=outputs["DataBucketName"], Key=key, Body=b"1,2\n")
    machines = Machines(embedded)
    described = machines.sfn.describe_state_machine(stateMachineArn=outputs["StateMachineArn"])
    assert faults(json.loads(described["definition"])) == []
    execution = machines.sfn.start_execution(stateMachineArn=outputs["StateMachineArn"])["executionArn"]
    description = machines.end(execution)
    assert description["status"] == "SUCCEEDED", description.get("cause")
    assert "completed" in str(description["output"])
