"""The app: synthesised as it is, and clean by every checker."""

from __future__ import annotations

import json
import runpy
import subprocess
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks
from syrupy.assertion import SnapshotAssertion

from tests.support.engines.asl_checkers import faults
from tests.support.places import ROOT
from tests.support.templates import app_context, definition, validated

APP: dict[str, Any] = runpy.run_path(str(ROOT / "app.py"))

# CDK itself writes the dependency on the role that the ARN of the role implies
CFN_LINT = ["cfn-lint", "--ignore-checks", "W3005", "--"]


@pytest.fixture(scope="module")
def app() -> cdk.App:
    made = validated(cdk.App(context=app_context()))
    APP["SpotTrainingStack"](made, "SpotTraining")
    return made


@pytest.fixture(scope="module")
def template(app: cdk.App) -> dict[str, Any]:
    document: dict[str, Any] = app.synth().get_stack_by_name("SpotTraining").template
    return document


def test_it_synthesises_without_a_warning(app: cdk.App) -> None:
    assert app.synth().get_stack_by_name("SpotTraining").messages == []


def test_it_belongs_to_no_account_and_no_region(app: cdk.App) -> None:
    environment = app.synth().get_stack_by_name("SpotTraining").environment
    assert (environment.account, environment.region) == ("unknown-account", "unknown-region")


def test_cdk_nag_finds_nothing(app: cdk.App) -> None:
    found = AwsSolutionsChecks(app).validate_scope(app).violations
    assert [violation.rule_name for violation in found or []] == []


def test_cfn_lint_finds_nothing(template: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(template))
    subprocess.run([*CFN_LINT, str(path)], check=True, timeout=120)


@pytest.mark.npm
def test_the_checkers_of_definitions_find_nothing(template: dict[str, Any]) -> None:
    assert faults(definition(cdk.assertions.Template.from_json(template))) == []


def test_its_outputs_say_where_everything_is(template: dict[str, Any]) -> None:
    assert set(template["Outputs"]) == {
        "StateMachineArn",
        "StateMachineConsoleUrl",
        "CheckpointBucketName",
        "OutputBucketName",
    }


def test_the_template_is_the_one_we_know(template: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    assert template == snapshot


@pytest.mark.parametrize("text", ["ml.m5.xlarge", "spto:ml.m5.xlarge", "spot:ml.m5.xlarge:1:2"])
def test_fails_on_a_capacity_that_reads_wrong(text: str) -> None:
    with pytest.raises(ValueError, match="a capacity must be spot:<type>"):
        APP["SpotTrainingStack"](cdk.App(context={**app_context(), "spot-training:capacity": text}), "SpotTraining")


def test_fails_on_a_setting_that_is_missing() -> None:
    with pytest.raises(ValueError, match="context value 'spot-training:image-repository' is missing"):
        APP["SpotTrainingStack"](cdk.App(), "SpotTraining")
