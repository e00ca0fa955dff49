"""What the doctor asks of IAM's simulator is what a run does: a policy that lacks a part of it is found out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from constructs_lib.runs.calls.policies import evaluate
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.checks.roles import simulated
from constructs_lib.runs.doctor.reading import of_template
from constructs_lib.runs.doctor.subject import Subject
from tests.permissions.deployments import DEPLOYMENTS, deployment
from tests.support.cloudformation import ACCOUNT, REGION

pytestmark = pytest.mark.npm

BEYOND_RUNS = {"logs:CreateLogDelivery", "xray:PutTraceSegments", "sts:AssumeRole"}
"""Actions of statements that no call of a run needs: the logs and traces of the state machine."""


class Simulator:
    """IAM's SimulateCustomPolicy, without the way to it."""

    def simulate_custom_policy(
        self,
        **asked: Any,
    ) -> dict[str, Any]:
        context = {entry["ContextKeyName"].lower(): entry["ContextKeyValues"] for entry in asked["ContextEntries"]}
        policies = [json.loads(text) for text in asked["PolicyInputList"]]
        verdict = evaluate(policies, asked["ActionNames"][0], asked["ResourceArns"][0], context)
        return {"EvaluationResults": [{"EvalDecision": verdict.decision}]}


def asking() -> Any:
    caller = f"arn:aws:iam::{ACCOUNT}:user/me"
    clients: Any = SimpleNamespace(region=REGION)
    made = Asking(clients=clients)
    made.__dict__["caller"] = caller
    made._made["iam"] = Simulator()
    return made


def subject_of(document: dict[str, Any], directory: Path) -> Subject:
    path = directory / "t.template.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    (found,) = of_template(asking(), path, None)
    return found


def problems(document: dict[str, Any], directory: Path, *statuses: str) -> list[str]:
    found = simulated.look(asking(), subject_of(document, directory))
    return [each.text for each in found if each.status.value in (statuses or ("problem",))]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_synthesised_deployment_has_no_problem(name: str, tmp_path: Path) -> None:
    assert problems(deployment(name).template, tmp_path, "problem", "warning", "could not look") == []


@pytest.mark.parametrize("name", ["plain", "network"])
def test_each_statement_that_is_taken_away_is_missed(name: str, tmp_path: Path) -> None:
    template = deployment(name).template
    unmissed = []
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != "AWS::IAM::Policy" or "Handler" in logical_id:
            continue
        statements: Sequence[Any] = resource["Properties"]["PolicyDocument"]["Statement"]
        for index, statement in enumerate(statements):
            left = [*statements[:index], *statements[index + 1 :]]
            changed = json.loads(json.dumps(template))
            changed["Resources"][logical_id]["Properties"]["PolicyDocument"]["Statement"] = left
            if not problems(changed, tmp_path):
                unmissed.append(statement["Action"])
    assert [
        actions for actions in unmissed if not BEYOND_RUNS & {*([actions] if isinstance(actions, str) else actions)}
    ] == []


@pytest.mark.parametrize("role", ["job", "state machine"])
def test_a_role_that_may_do_everything_is_told(role: str, tmp_path: Path) -> None:
    template = json.loads(json.dumps(deployment("plain").template))
    found = subject_of(template, tmp_path)
    arn = (found.job_role if role == "job" else found.machine_role).arn
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = {
        "PolicyDocument": {"Statement": [everything]},
        "Roles": [{"Ref": arn.rpartition("/")[2]}],
        "PolicyName": "p",
    }
    template["Resources"]["Everything"] = {"Type": "AWS::IAM::Policy", "Properties": policy}
    told = problems(template, tmp_path, "problem", "warning")
    assert len(told) > 4
    assert all(f"the {role} role" in each and "which no run does" in each for each in told)
