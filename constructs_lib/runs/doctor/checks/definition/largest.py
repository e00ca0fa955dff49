"""The largest legitimate input of a training, and what it leads to at its largest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.training_job.limits import INPUT_LIMITS, MAX_ATTEMPTS, MAX_REQUEST_BYTES

_PIECE = '"xé€'
_DECODED_PIECE = '\n"x\u2028'
"""Characters that take more room in JSON than others, and more steps of an expression; line breaks are for images that
decode their hyperparameters."""

_MOST_PIECES = 65
_BYTES_OF_A_PIECE = 16
"""In JSON, written as a text of JSON once more for images that decode their hyperparameters."""

TRANSITIONS = [
    {"Status": status, "StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T00:00:01Z"}
    for _ in range(30)
    for status in ("Starting", "Downloading", "Training", "Interrupted")
]
"""A job that was interrupted thirty times."""

ATTEMPT = {
    "TrainingJobName": "n" * 63, "InstanceCount": 2, "Market": "spot", "TrainingJobStatus": "Stopped",
    "SecondaryStatus": "MaxWaitTimeExceeded", "Verdict": "no capacity", "Reason": "r" * 1000,
    "TrainingTimeInSeconds": 1, "BillableTimeInSeconds": 1, "Interruptions": 9,
}  # fmt: skip
"""The line of an attempt with the longest reason; its instance type stands beside."""

CONTEXT = {
    "Execution": {
        "Id": "arn:aws:states:eu-west-1:123456789012:execution:machine:doctor",
        "Name": "doctor",
        "StartTime": "2026-01-01T00:00:00Z",
    },
    "State": {"EnteredTime": "2026-01-01T00:00:01.5Z"},
}
"""The context object of a run, as far as a definition reads it."""


def largest_input(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input that is as large as a run of this deployment may have.

    Args:
        settings: What the deployment fixes for all runs.
    """
    request = settings["Request"]
    own = {field: len(request.get(field, {})) for field in ("HyperParameters", "Environment")}
    parameters = INPUT_LIMITS["HyperParameters"]["Entries"] - own["HyperParameters"]
    variables = INPUT_LIMITS["Environment"]["Entries"] - own["Environment"]
    room = MAX_REQUEST_BYTES - len(json.dumps(request)) - 150 * max(variables, 0)
    pieces = max(1, min(_MOST_PIECES, room // (max(parameters, 1) * _BYTES_OF_A_PIECE)))
    piece = _DECODED_PIECE if settings["DecodesHyperParameters"] else _PIECE
    given: dict[str, Any] = {
        "HyperParameters": {f"parameter-{number}": piece * pieces for number in range(parameters)},
        "Environment": {f"VARIABLE_{number}": "y" * 100 for number in range(variables)},
    }
    entries = [
        {"InstanceType": each["InstanceType"], "Market": each["Market"], "InstanceCount": each["InstanceCount"]}
        for each in settings["AllowedCapacities"]
    ]
    # an entry that brings settings of its own may add to them what is no more within the limits
    if entries and not any("HyperParameters" in each or "Environment" in each for each in settings["Capacities"]):
        given["Capacity"] = entries[:16]
    return given


def late(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run's state before its last attempt is judged."""
    plan = run["Plan"]
    attempts = [
        {**ATTEMPT, "InstanceType": plan[number % len(plan)].get("InstanceType", "ml.m5.24xlarge")}
        for number in range(MAX_ATTEMPTS - 1)
    ]
    return {**run, "Attempts": attempts, "Entry": len(plan) - 1, "Number": MAX_ATTEMPTS}


def failed_job(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what SageMaker tells of a job that was interrupted often and failed in the end."""
    return {
        **request,
        "TrainingJobStatus": "Failed",
        "SecondaryStatus": "Failed",
        "FailureReason": "AlgorithmError: " + "x" * 1000,
        "CreationTime": "2026-01-01T00:01:00.123Z",
        "LastModifiedTime": "2026-01-01T02:00:00.123456Z",
        "SecondaryStatusTransitions": TRANSITIONS,
    }
