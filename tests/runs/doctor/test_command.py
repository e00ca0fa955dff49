"""The command `doctor`: what it looks at, what it prints, how it ends, and that it goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.runs.command.main import main
from constructs_lib.runs.doctor import examine
from constructs_lib.runs.doctor.finding import Finding, exit_status, not_looked, ok, problem
from constructs_lib.runs.doctor.subject import Subject
from constructs_lib.workflow.definition import run_definition
from tests.runs.doctor.full import NEARLY_FULL
from tests.support.run_documents import run_settings
from tests.support.synthesised import template, write_template

pytestmark = pytest.mark.usefixtures("asking")

FINE = ok("quotas", "there are enough")
WRONG = problem("image", "there is no image x", "push it", "https://example.com")
UNSEEN = not_looked("roles", "these credentials may not")


def looks(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> list[Subject]:
    seen: list[Subject] = []

    def look(_: Any, subject: Subject) -> Iterable[Finding]:
        seen.append(subject)
        return findings

    monkeypatch.setattr(examine, "CHECKS", {})
    monkeypatch.setattr(examine.examine, "__defaults__", ({"one": look},))
    return seen


def written(directory: Path) -> Path:
    machine = template(Machine=run_definition(run_settings(**NEARLY_FULL)))
    machine["Resources"]["Machine"]["Properties"]["RoleArn"] = {"Fn::GetAtt": ["Role", "Arn"]}
    machine["Resources"]["Role"] = {"Type": "AWS::IAM::Role", "Properties": {}}
    return write_template(directory / "t.template.json", machine)


@pytest.mark.parametrize(
    ("findings", "status"),
    [((FINE,), 0), ((FINE, WRONG, UNSEEN), 1), ((FINE, UNSEEN), 2)],
)
def test_the_exit_status_tells_the_worst(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, findings: tuple[Finding, ...], status: int
) -> None:
    seen = looks(monkeypatch, *findings)
    result = CliRunner().invoke(main, ["doctor", "--template", str(written(tmp_path))])
    assert result.exit_code == exit_status(findings) == status, result.output
    assert seen[0].machine_role.arn == "arn:aws:iam::123456789012:role/Role"
    assert not seen[0].machine_role.exists
    assert seen[0].job_role.exists
    assert ("problem         image         there is no image x; push it; https://example.com" in result.output) == (
        WRONG in findings
    )
    listed = CliRunner().invoke(main, ["doctor", "--json", "--template", str(written(tmp_path))])
    document = json.loads(listed.stdout)
    assert (document["ExitStatus"], len(document["Findings"])) == (status, len(findings))


def test_what_is_deployed_is_looked_at(monkeypatch: pytest.MonkeyPatch, aws: EmbeddedAws) -> None:
    seen = looks(monkeypatch, FINE)
    role = "arn:aws:iam::123456789012:role/machine"
    definition = json.dumps(run_definition(run_settings()))
    aws.client("stepfunctions").create_state_machine(name="churn", definition=definition, roleArn=role)
    result = CliRunner().invoke(main, ["doctor", "--state-machine", "churn"])
    assert result.exit_code == 0, result.output
    assert [(one.label, one.machine_role.arn, one.machine_role.exists) for one in seen] == [("churn", role, True)]


def test_a_look_that_cannot_be_made_is_told_and_the_next_is_made(tmp_path: Path) -> None:
    # the embedded AWS has neither quotas nor Access Analyzer
    result = CliRunner().invoke(main, ["doctor", "--json", "--template", str(written(tmp_path))])
    found = json.loads(result.stdout)["Findings"]
    unseen = {each["Check"] for each in found if each["Status"] == "could not look"}
    assert {"quotas"} <= unseen
    assert {"versions", "image", "buckets", "roles", "definition", "expressions"} <= {each["Check"] for each in found}
    assert result.exit_code == 1


def test_fails_with_two_things_to_look_at(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["doctor", "--template", str(written(tmp_path)), "--stack", "Churn"])
    assert result.exit_code == 2
    assert "leave one out" in result.output


def test_fails_without_a_training(tmp_path: Path) -> None:
    path = write_template(tmp_path / "t.json", {"Resources": {}})
    result = CliRunner().invoke(main, ["doctor", "--template", str(path)])
    assert (result.exit_code, "has no state machine of spot-training-constructs" in result.output) == (2, True)
