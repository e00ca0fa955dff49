"""The real CDK CLI deploys a real app, and the machine that it deployed trains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.errors import LocalError
from tests.local.conftest import QUICK
from tests.local.machines import Machines
from tests.support.places import ROOT as REPOSITORY

pytestmark = pytest.mark.cdk_cli

APP = REPOSITORY / "tests" / "local" / "apps" / "counting"


@pytest.fixture(autouse=True)
def _library_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    # where the library is checked out and not installed
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedAws]:
    with EmbeddedAws(speed=20, timing=QUICK) as aws:
        yield aws


def test_an_app_is_deployed_twice_and_trains(embedded: EmbeddedAws) -> None:
    outputs = embedded.deploy(APP, context={"steps": "3"})
    machine = outputs["Counting"]["StateMachineArn"]
    machines = Machines(embedded)
    execution = machines.sfn.start_execution(stateMachineArn=machine)["executionArn"]
    description = machines.end(execution)
    assert description["status"] == "SUCCEEDED", description.get("cause")
    report = description["output"]
    assert report["Attempts"][0]["Verdict"] == "completed"
    assert report["CheckpointS3Uri"].startswith(f"s3://{outputs['Counting']['CheckpointBucketName']}/counting/")
    channel = embedded.client("sagemaker").describe_training_job(
        TrainingJobName=report["Attempts"][0]["TrainingJobName"]
    )
    assert files_at(embedded, channel["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"]) == {
        "more/numbers.csv": "5,6\n",
        "numbers.csv": "1,2\n3,4\n",
    }
    rules = embedded.client("s3").get_bucket_lifecycle_configuration(Bucket=outputs["Counting"]["CheckpointBucketName"])
    assert any("Expiration" in rule for rule in rules["Rules"])

    # the same machine, whose definition is a file from now on
    assert embedded.deploy(APP, context={"steps": "4", "as-asset": "yes"}) == outputs
    execution = machines.sfn.start_execution(stateMachineArn=machine)["executionArn"]
    description = machines.end(execution)
    assert description["status"] == "SUCCEEDED", description.get("cause")
    definition = machines.sfn.describe_state_machine(stateMachineArn=machine)["definition"]
    settings = json.loads(definition)["States"]["Prepare"]["Assign"]
    assert '"steps": "4"' in json.dumps(settings)


def files_at(embedded: EmbeddedAws, uri: str) -> dict[str, str]:
    """Return the objects below a URI, by their names after it."""
    s3 = embedded.client("s3")
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
    return {
        key.removeprefix(prefix): s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in sorted(keys)
    }


def test_fails_when_the_app_fails(embedded: EmbeddedAws, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(REPOSITORY / "node_modules")
    (tmp_path / "cdk.json").write_text('{"app": "python3 app.py"}')
    (tmp_path / "app.py").write_text("raise ValueError('my own mistake')\n")
    with pytest.raises(LocalError, match=r"cdk deploy of .* failed: ValueError: my own mistake") as raised:
        embedded.deploy(tmp_path)
    assert "\n" not in str(raised.value)
