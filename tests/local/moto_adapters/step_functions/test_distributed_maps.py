"""A distributed Map counts its failures, reads JSON Lines and writes its results."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local.machines import BUCKET, Machines, one_state

_FAILS_IF_ODD = {
    "StartAt": "Choose",
    "States": {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input % 2 = 1 %}", "Next": "Stop"}],
            "Default": "Go",
        },
        "Stop": {"Type": "Fail", "Error": "Odd", "Cause": "it is odd"},
        "Go": {"Type": "Pass", "Output": "{% $states.input * 10 %}", "End": True},
    },
}


def distributed(**more: Any) -> dict[str, Any]:
    """Return a machine with a distributed Map that fails for odd numbers."""
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}
    return one_state(Type="Map", ItemProcessor={**config, **_FAILS_IF_ODD}, **more)


@pytest.mark.parametrize(
    "tolerated",
    [{"ToleratedFailureCount": 2}, {"ToleratedFailurePercentage": 50}, {"ToleratedFailurePercentage": "{% 99 %}"}],
)
def test_failures_are_tolerated(machines: Machines, tolerated: dict[str, Any]) -> None:
    assert machines.output(distributed(Items=[0, 1, 2, 3], **tolerated)) == [0, 20]


@pytest.mark.parametrize(
    "tolerated",
    [
        {},
        {"ToleratedFailureCount": 1},
        {"ToleratedFailurePercentage": 49},
        {"ToleratedFailurePercentage": 100, "ToleratedFailureCount": 1},
    ],
)
def test_fails_when_more_fail_than_are_tolerated(machines: Machines, tolerated: dict[str, Any]) -> None:
    execution = machines.start(distributed(Items=[0, 1, 2, 3], MaxConcurrency=1, **tolerated))
    description = machines.end(execution)
    assert description["error"] == "States.ExceedToleratedFailureThreshold"
    assert description["cause"] == "The specified tolerated failure threshold was exceeded"
    assert [e["type"] for e in machines.events(execution)][-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]


def test_json_lines_are_read(machines: Machines) -> None:
    machines.aws.client("s3").put_object(Bucket=BUCKET, Key="numbers.jsonl", Body=b"2\n\n4\n6\n")
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "Arguments": {"Bucket": BUCKET, "Key": "numbers.jsonl"},
        "ReaderConfig": {"InputType": "JSONL", "MaxItems": 2},
    }
    assert machines.output(distributed(ItemReader=reader)) == [20, 40]


def test_results_are_written(machines: Machines) -> None:
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Arguments": {"Bucket": BUCKET, "Prefix": "{% $states.input.prefix %}"},
    }
    machine = distributed(Items="{% [0, 1, 2] %}", ResultWriter=writer, ToleratedFailureCount=1)
    where = machines.output(machine, {"prefix": "results"})["ResultWriterDetails"]
    s3 = machines.aws.client("s3")

    def read(key: str) -> Any:
        return json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    manifest = read(where["Key"])
    files = manifest["ResultFiles"]
    assert where["Key"].startswith("results/")
    assert [result["Output"] for result in read(files["SUCCEEDED"][0]["Key"])] == ["0", "20"]
    (failed,) = read(files["FAILED"][0]["Key"])
    assert (failed["Status"], failed["Error"], failed["Cause"], failed["Input"]) == ("FAILED", "Odd", "it is odd", "1")


@pytest.mark.parametrize(("key", "body"), [("none.jsonl", None), ("bad.jsonl", b"{")])
def test_what_cannot_be_read_fails_by_its_name(machines: Machines, key: str, body: bytes | None) -> None:
    # https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    if body is not None:
        machines.aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "Arguments": {"Bucket": BUCKET, "Key": key},
        "ReaderConfig": {"InputType": "JSONL"},
    }
    machine = distributed(ItemReader=reader)
    assert machines.end(machines.start(machine))["error"] == "States.ItemReaderFailed"
    (name,) = machine["States"]
    machine["States"][name]["Catch"] = [{"ErrorEquals": ["States.ItemReaderFailed"], "Output": "told", "Next": "Told"}]
    machine["States"]["Told"] = {"Type": "Succeed"}
    assert machines.output(machine) == "told"
