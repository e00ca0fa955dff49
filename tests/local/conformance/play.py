"""Plays cases on an embedded AWS: all of a topic are started before the first is looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.conformance.case import Answer, Case, Level, distance, events_of
from tests.local.machines import ROLE, Machines

BUCKET = "conformance"
ENDS_WITHIN = 15.0
"""Wall seconds after which a case counts as one that does not end; all take less than one."""

OBJECTS = {
    "text": b"text data",
    "empty": b"",
    "list.json": b'[{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "c", "n": 3}]',
    "object.json": b'{"name": "a"}',
    "lines.jsonl": b'{"n": 1}\n{"n": 2}\n',
    "table.csv": b"name,n\na,1\nb,\n",
    "twice.csv": b"name,name\na,1\n",
    "listed/one.txt": b"1",
    "listed/two.txt": b"22",
}
"""What the cases find in the bucket."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a case.

    Attributes:
        case: The case.
        got: The answer.
        level: How far it is from AWS's.
    """

    case: Case
    got: Answer
    level: Level

    def story(self) -> str:
        """Say what was expected and what came."""
        return f"{self.case.name} ({self.case.source}): {self.level}\n  want {self.case.want}\n  got  {self.got}"


CHILDREN: dict[str, dict[str, Any]] = {
    "child-succeeds": {"Type": "Pass", "Output": {"Arg1": "argument1"}, "End": True},
    "child-echoes": {"Type": "Pass", "End": True},
    "child-fails": {"Type": "Fail", "Error": "SomeFailure", "Cause": "it was to fail"},
    "child-fails-silently": {"Type": "Fail"},
    "child-waits": {"Type": "Wait", "Seconds": 86_400, "End": True},
}
"""Machines of one state that the cases may start, by their names."""

VERSIONED = "versioned"
"""The machine that has versions."""


def arn_of(name: str) -> str:
    """Return the ARN of a machine."""
    return f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"


def furnish(aws: EmbeddedAws) -> None:
    """Put into an embedded AWS what the cases find there."""
    s3, sfn = aws.client("s3"), aws.client("stepfunctions")
    s3.create_bucket(Bucket=BUCKET)
    # what was recorded had been uploaded without a checksum
    keys = {
        name.lower(): value for name, value in aws.environment().items() if name.startswith("AWS_") and "KEY" in name
    }
    plain = boto3.client(
        "s3",
        endpoint_url=aws.endpoint_url,
        region_name=aws.region,
        config=Config(request_checksum_calculation="when_required"),
        **keys,
    )
    for key, body in OBJECTS.items():
        plain.put_object(Bucket=BUCKET, Key=key, Body=body)
    for name, state in CHILDREN.items():
        definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": state}})
        sfn.create_state_machine(name=name, definition=definition, roleArn=ROLE)
    _publish(sfn)


def _publish(sfn: Any) -> None:
    """Make a machine of two versions and a later revision, with an alias, and one without versions."""
    for name in (VERSIONED, "unversioned"):
        told = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "Result": 1, "End": True}}})
        sfn.create_state_machine(name=name, definition=told, roleArn=ROLE, publish=name == VERSIONED)
    for comment, more in (("second", {"publish": True, "versionDescription": "the second"}), ("third", {})):
        told = json.dumps({"Comment": comment, "StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
        sfn.update_state_machine(stateMachineArn=arn_of(VERSIONED), definition=told, **more)
    route = {"stateMachineVersionArn": f"{arn_of(VERSIONED)}:1", "weight": 100}
    sfn.create_state_machine_alias(name="live", description="what runs", routingConfiguration=[route])


def play(machines: Machines, cases: Sequence[Case]) -> list[Outcome]:
    """Play cases side by side."""
    begun = [_begin(machines, case) for case in cases]
    outcomes = []
    for case, started in zip(cases, begun, strict=True):
        got = started if isinstance(started, Answer) else _end(machines, started)
        outcomes.append(Outcome(case=case, got=got, level=distance(case.want, got)))
    return outcomes


def _begin(machines: Machines, case: Case) -> Answer | str:
    """Call, or start an execution and return its ARN."""
    try:
        if case.machine is not None:
            return machines.start(case.machine, case.run_input)
        assert case.call is not None, f"{case.name} asks nothing"
        operation, parameters = case.call
        return Answer(status="OK", output=_document(getattr(machines.sfn, operation)(**parameters)))
    except ClientError as error:
        told = error.response["Error"]
        return Answer(status="REFUSED", error=told["Code"], cause=told["Message"])


def _end(machines: Machines, execution: str) -> Answer:
    """Wait for an execution's end; one that does not end is an answer too."""
    try:
        ended = machines.end(execution, seconds=ENDS_WITHIN)
    except AssertionError:
        machines.sfn.stop_execution(executionArn=execution)
        ended = {"status": "RUNNING"}
    return Answer(
        status=ended["status"],
        output=ended.get("output"),
        error=ended.get("error"),
        cause=ended.get("cause"),
        events=events_of([event["type"] for event in machines.events(execution)]),
    )


def _document(response: Mapping[str, Any]) -> object:
    return json.loads(json.dumps({k: v for k, v in response.items() if k != "ResponseMetadata"}, default=str))
