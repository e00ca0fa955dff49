"""The example of a sweep: what its app synthesises is deployed by CloudFormation, and halves real runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.conftest import QUICK
from tests.local.machines import Machines, wait_for
from tests.support.engines.asl_checkers import faults
from tests.support.places import EXAMPLES

pytestmark = pytest.mark.npm

EXAMPLE = EXAMPLES / "sweep"


def test_it_is_deployed_and_halves(tmp_path: Path) -> None:
    context = json.loads((EXAMPLE / "cdk.json").read_text(encoding="utf-8"))["context"]
    # as the CLI tells an app where to write, and under which flags
    told = {"CDK_OUTDIR": str(tmp_path), "CDK_CONTEXT_JSON": json.dumps(context), "PYTHONPATH": str(EXAMPLES.parent)}
    subprocess.run([sys.executable, str(EXAMPLE / "app.py")], check=True, env={**os.environ, **told}, timeout=120)
    template = (tmp_path / "Sweeping.template.json").read_text(encoding="utf-8")
    program = [sys.executable, str(EXAMPLE / "train.py")]
    with EmbeddedAws(speed=200, timing=QUICK, programs={"slope:*": program}) as aws:
        bootstrapped = {"Name": "/cdk-bootstrap/hnb659fds/version", "Value": "30", "Type": "String"}
        aws.client("ssm").put_parameter(**bootstrapped)
        client = aws.client("cloudformation")
        client.create_stack(StackName="Sweeping", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
        (stack,) = wait_for(
            "the deployment",
            lambda: [s for s in client.describe_stacks()["Stacks"] if not s["StackStatus"].endswith("IN_PROGRESS")],
        )
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        (arn,) = (out["OutputValue"] for out in stack["Outputs"] if out["OutputKey"] == "StateMachineArn")
        machines = Machines(aws)
        assert faults(json.loads(machines.sfn.describe_state_machine(stateMachineArn=arn)["definition"])) == []
        given = json.dumps({"Grid": {"lr": [0.05, 0.1, 0.2, 0.3]}})
        ended = machines.end(machines.sfn.start_execution(stateMachineArn=arn, input=given)["executionArn"])
        assert ended["status"] == "SUCCEEDED", ended.get("cause")
        report = ended["output"]
        assert report["Best"][0]["HyperParameters"] == {"lr": 0.3, "epochs": 9}
        assert [rung["Entered"] for rung in report["Rungs"]] == [4, 2, 1]
