"""The Maps of a sweep: each item has a child of its own, and a thousand of them take few events of its history."""

from __future__ import annotations

from typing import Any, Literal

from constructs_lib.workflow.jsonata.expressions import expression
from constructs_lib.workflow.sweep import names

State = dict[str, Any]

MOST_LISTED_ITEMS = f"{{% [${names.SWEEP}.Entrants] %}}"


def distributed(
    states: dict[str, State], kind: Literal["STANDARD", "EXPRESS"], *, at_once: int, selector: State | None = None
) -> State:
    """Render a Map whose children are executions, which begin with the first of the states.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html

    Args:
        states: The states of a child.
        kind: `EXPRESS` children may last five minutes and cost next to nothing, `STANDARD` ones as long as a run.
        at_once: How many run at once.
        selector: What a child is given. Defaults to the item as it is.
    """
    return {
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": next(iter(states)),
            "States": states,
        },
        **({} if selector is None else {"ItemSelector": selector}),
        "MaxConcurrency": at_once,
    }


def chosen_item(**more: Any) -> State:
    """Render what a child is given: its item, made of the sweep's input, which the child cannot read."""
    call = f"$sweepItem(${names.SETTINGS}, ${names.INPUT}, ${names.SWEEP}, $states.context.Map.Item.Value)"
    return {"Item": expression(call), **more}


def fetch(partition: str) -> State:
    """Read the input of an item that was kept in S3."""
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:s3:getObject",
        "Arguments": {"Bucket": "{% $states.input.Bucket %}", "Key": expression("$keptKey($states.input.Item)")},
        "Retry": RETRY,
    }


def put(partition: str, bucket: str, key: str, body: str) -> State:
    """Write a JSON object; https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html."""
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::aws-sdk:s3:putObject",
        "Arguments": {"Bucket": bucket, "Key": key, "Body": body, "ContentType": "application/json"},
        "Retry": RETRY,
    }


RETRY: list[State] = [
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 5, "BackoffRate": 2, "JitterStrategy": "FULL"}
]
"""For calls that change nothing, or the same thing twice."""
