"""What `spot-training policy` prints of a template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from constructs_lib.runs.command.main import main
from tests.support.synthesised import write_template

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


def test_it_says_which_template_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("assembly-Prod/ProdApp", "Other"):
        marked = {**TEMPLATE, "Description": "spot_training_settings"}
        write_template(tmp_path / "cdk.out" / f"{name}.template.json", marked)
    result = CliRunner().invoke(main, ["policy", "--stack", "ProdApp"])
    assert result.exit_code == 0, result.output
    assert result.stderr.strip() == "read from cdk.out/assembly-Prod/ProdApp.template.json"
    result = CliRunner().invoke(main, ["policy", "--stack", "ProdApp", "--template", "x"])
    assert (result.exit_code, result.stderr.strip().endswith("got --template too; leave one out")) == (2, True)


def test_fails_in_one_sentence_without_a_template(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["policy", "--template", str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "cannot be read: No such file" in result.output
