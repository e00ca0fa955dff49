"""An embedded AWS with the chaos stack deployed on it, where seeds are played one after the other."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.instance.host import Timing
from constructs_lib.local.training_jobs.quotas import Quotas
from tests.chaos.app import STACK, machine_output, sweep_output
from tests.chaos.invariants.ledger import Ledger
from tests.chaos.trouble import Trouble

PROGRAM = Path(__file__).with_name("program.py")
SPEED = 150.0
"""Clock seconds in a second of the wall."""

DEPLOYS_WITHIN = 240.0

_TIMING = Timing(
    starting_seconds=2,
    downloading_seconds=1,
    shortest_grace_wall_seconds=1.5,
    longest_grace_wall_seconds=1.5,
    sync_wall_seconds=0.02,
)


class Stage:
    """What a seed is played on."""

    def __init__(self, aws: EmbeddedAws, trouble: Trouble, outputs: Mapping[str, str]) -> None:
        self.aws, self.trouble = aws, trouble
        self.sfn = aws.client("stepfunctions")
        self.s3 = aws.client("s3")
        self.sagemaker = aws.client("sagemaker")
        self.checkpoints, self.models = outputs["CheckpointBucket"], outputs["ModelBucket"]
        self._outputs = outputs
        self._twins: dict[tuple[str, int], str] = {}
        self.ledger = Ledger(aws.client("s3"), self.checkpoints)
        self.unsubscribe = aws.training_jobs.subscribe(self.ledger.note)

    def machine(self, plan: str) -> str:
        """Return the ARN of a plan's machine."""
        return self._outputs[machine_output(plan)]

    def sweep(self, plan: str) -> str:
        """Return the ARN of the machine of the sweep that trains by a plan."""
        return self._outputs[sweep_output(plan)]

    def twin(self, plan: str, number: int) -> str:
        """Return the ARN of a machine like a plan's, where every name is free: as after 90 days."""
        if (plan, number) not in self._twins:
            found = self.sfn.describe_state_machine(stateMachineArn=self.machine(plan))
            made = self.sfn.create_state_machine(
                name=f"{found['name'][:60]}-{number}", definition=found["definition"], roleArn=found["roleArn"]
            )
            self._twins[plan, number] = made["stateMachineArn"]
        return self._twins[plan, number]

    def start(self, machine: str, name: str, run_input: Mapping[str, Any]) -> str:
        """Start a run; return the execution's ARN."""
        started = self.sfn.start_execution(stateMachineArn=machine, name=name, input=json.dumps(dict(run_input)))
        return str(started["executionArn"])

    def describe(self, arn: str) -> dict[str, Any]:
        """Describe an execution."""
        described: dict[str, Any] = self.sfn.describe_execution(executionArn=arn)
        return described

    def history(self, arn: str) -> list[dict[str, Any]]:
        """Return all of an execution's events."""
        pages = self.sfn.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]


@contextmanager
def stage(template: str, *, stopped_jobs_fail: bool, speed: float = SPEED) -> Iterator[Stage]:
    """Start an embedded AWS and deploy the stack by CloudFormation."""
    trouble = Trouble()
    with EmbeddedAws(
        market=trouble,
        faults=trouble,
        quotas=Quotas(),
        speed=speed,
        timing=_TIMING,
        programs={"chaos:*": [sys.executable, "-I", "-S", str(PROGRAM)]},
        stopped_jobs_fail=stopped_jobs_fail,
    ) as aws:
        yield Stage(aws, trouble, _deploy(aws, template))


def _deploy(aws: EmbeddedAws, template: str) -> dict[str, str]:
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=template, Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    )
    until = time.monotonic() + DEPLOYS_WITHIN
    while (found := cloudformation.describe_stacks(StackName=STACK)["Stacks"][0])["StackStatus"] != "CREATE_COMPLETE":
        if time.monotonic() > until or "FAILED" in found["StackStatus"]:
            raise RuntimeError(f"the chaos stack was not deployed, it is {found['StackStatus']}")
        time.sleep(0.05)
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
