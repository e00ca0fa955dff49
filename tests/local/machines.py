"""What the tests of the embedded AWS stand on: small state machines run by real clients, and training jobs."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.support.embedded.executions import is_running

ROLE = "arn:aws:iam::123456789012:role/machine"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/count:1"
BUCKET = "embedded-aws"
ENDS_WITHIN = 240.0
"""Wall seconds after which a test gives up on an execution."""

POLL = 0.1
"""Wall seconds between two looks: each takes the embedded AWS time that it needs for what is looked at."""

_numbers = itertools.count(1)


def wait_for(what: str, condition: Callable[[], Any], seconds: float = ENDS_WITHIN) -> Any:
    """Look again and again until a condition gives something; fail after a while."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"gave up waiting for {what}"
        time.sleep(POLL)
    return found


class Machines:
    """Makes state machines in an embedded AWS and runs them."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.sfn = aws.client("stepfunctions")

    def create(self, definition: Mapping[str, Any]) -> str:
        """Make a state machine; return its ARN. JSONata is the language unless the definition says otherwise."""
        made = self.sfn.create_state_machine(
            name=f"machine-{next(_numbers)}",
            definition=json.dumps({"QueryLanguage": "JSONata", **definition}),
            roleArn=ROLE,
        )
        return str(made["stateMachineArn"])

    def start(self, definition: Mapping[str, Any], run_input: object = None, **start: Any) -> str:
        """Make a state machine and start it; return the execution's ARN."""
        started = self.sfn.start_execution(
            stateMachineArn=self.create(definition),
            input=json.dumps(run_input if run_input is not None else {}),
            **start,
        )
        return str(started["executionArn"])

    def end(self, execution: str, seconds: float = ENDS_WITHIN) -> dict[str, Any]:
        """Wait for an execution's end; return its description, with the output read."""
        wait_for("the execution", lambda: not is_running(execution), seconds)
        description: dict[str, Any] = self.sfn.describe_execution(executionArn=execution)
        if "output" in description:
            description["output"] = json.loads(description["output"])
        return description

    def run(self, definition: Mapping[str, Any], run_input: object = None) -> dict[str, Any]:
        """Run a state machine to its end."""
        return self.end(self.start(definition, run_input))

    def output(self, definition: Mapping[str, Any], run_input: object = None) -> Any:
        """Run a state machine that succeeds; return its output."""
        description = self.run(definition, run_input)
        assert description["status"] == "SUCCEEDED", description.get("cause")
        return description["output"]

    def evaluate(self, expression: str, run_input: object = None) -> dict[str, Any]:
        """Evaluate one expression in a machine of one state; return the execution's description."""
        return self.run(one_state(Type="Pass", Output=f"{{% {expression} %}}"), run_input)

    def events(self, execution: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return an execution's history."""
        pages = self.sfn.get_paginator("get_execution_history").paginate(executionArn=execution, **parameters)
        return [event for page in pages for event in page["events"]]

    def entered(self, execution: str, state: str) -> bool:
        """Say whether a state has been entered."""
        return any(event.get("stateEnteredEventDetails", {}).get("name") == state for event in self.events(execution))


def one_state(**state: Any) -> dict[str, Any]:
    """Return a machine of one state."""
    ends = {} if state["Type"] in ("Succeed", "Fail") else {"End": True}
    return {"StartAt": "Only", "States": {"Only": {**ends, **state}}}


def task(resource: str, arguments: object, **more: Any) -> dict[str, Any]:
    """Return a task state that ends the machine."""
    return {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": arguments, "End": True, **more}


def training_job(name: str, *, arguments: str = "", **changes: Any) -> dict[str, Any]:
    """Return a request for the counting program, on demand."""
    request: dict[str, Any] = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/job",
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/{name}/models/"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/{name}/checkpoints/"},
        **changes,
    }
    if arguments:
        request["AlgorithmSpecification"]["ContainerArguments"] = arguments.split()
    return request


HOLDS = "--steps 9 --hold 1"
"""Arguments of a training program that never ends by itself."""
