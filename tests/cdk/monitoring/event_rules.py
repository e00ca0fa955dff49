"""Which events the rules of a template match, found by the matcher of the embedded AWS."""

from __future__ import annotations

import json
import re
from typing import Any

from aws_cdk.assertions import Template
from moto.events.models import EventPattern

from tests.cdk.monitoring.sample_events import STATE_MACHINE, job_event, risk_event, run_event

OTHER = "arn:aws:states:eu-west-1:123456789012:stateMachine:prices"

EVENTS = {
    **{status: run_event(status) for status in ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")},
    "another machine's": run_event("FAILED", state_machine=OTHER),
    "interrupted": job_event("InProgress", "Interrupted"),
    "training": job_event("InProgress", "Training"),
    "failed job": job_event("Failed", "Failed"),
    "another job's": job_event("InProgress", "Interrupted", job="churning-0123456789ab-1"),
    "at risk": risk_event(),
    "another deployment's risk": risk_event(base_job_name="churning"),
    "an impostor's": {**risk_event(), "source": "aws.states"},
}
"""What happens, by a name for it."""


def rules(template: Template) -> dict[str, dict[str, Any]]:
    """Return the properties of each rule by logical id, with the state machine's ARN as it is in the events."""
    found = {}
    for name, resource in template.find_resources("AWS::Events::Rule").items():
        text = re.sub(r'\{"Ref": "TrainingStateMachine[0-9A-F]+"\}', json.dumps(STATE_MACHINE), json.dumps(resource))
        found[name] = json.loads(text)["Properties"]
    return found


def matched(rule: dict[str, Any]) -> set[str]:
    """Name the events that a rule matches."""
    pattern = EventPattern(json.dumps(rule["EventPattern"]), rule["EventPattern"])
    return {name for name, event in EVENTS.items() if pattern.matches_event(event)}  # type: ignore[arg-type]
