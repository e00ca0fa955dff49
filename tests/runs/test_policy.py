"""What `spot-training policy` prints of a template."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from constructs_lib.runs.command.main import main

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::Join": ["", [{"Ref": "Data"}, "/in/*"]]}}
TEMPLATE = {
    "Metadata": {
        "spot-training:required-policies": {
            "App/Training": {"Role": "arn:aws:iam::123456789012:role/mine", "RoleStatements": [STATEMENT]}
        }
    },
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"Policies": [{"PolicyDocument": {"Statement": [STATEMENT]}}]},
        },
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {"Roles": [{"Ref": "Role"}, "theirs"], "PolicyDocument": {"Statement": [STATEMENT]}},
        },
    },
}
PLAIN = {**STATEMENT, "Resource": "<Data>/in/*"}


def test_it_prints_what_is_granted_and_what_is_required(tmp_path: Path) -> None:
    path = tmp_path / "App.template.json"
    path.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    result = CliRunner().invoke(main, ["policy", "--template", str(path)])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "Granted": {"Role": [PLAIN, PLAIN], "theirs": [PLAIN]},
        "Required": {"App/Training": {"Role": "arn:aws:iam::123456789012:role/mine", "RoleStatements": [PLAIN]}},
    }


def test_fails_in_one_sentence_without_a_template(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["policy", "--template", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "cannot be read: No such file" in result.output
