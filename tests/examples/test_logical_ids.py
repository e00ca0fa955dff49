"""No release replaces what holds data or is named elsewhere: its logical ids stay, and so do the names that replace it.

CloudFormation deletes, or leaves behind, a resource whose logical id is gone, and makes another. A change here is for a
major version, and is told at the top of the changelog (docs/about/versions.md).
"""

from __future__ import annotations

import runpy
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from tests.support.places import EXAMPLES, ROOT
from tests.support.templates import app_context

BUCKET, KEY, LOG_GROUP = "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup"
ROLE, STATE_MACHINE = "AWS::IAM::Role", "AWS::StepFunctions::StateMachine"

REPLACED_BY = {
    BUCKET: ("BucketName", "BucketNamePrefix", "BucketNamespace"),
    KEY: (),
    LOG_GROUP: ("LogGroupName",),
    ROLE: ("Path", "RoleName"),
    STATE_MACHINE: ("StateMachineName", "StateMachineType"),
}
"""What holds data or is named elsewhere, and the properties whose change CloudFormation answers by a new one, as the
pages of each type have them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
"""

CREATED = {
    "TrainingCheckpointBucket374C77C0": BUCKET,
    "TrainingLog536B79EB": LOG_GROUP,
    "TrainingOutputBucketD42020DC": BUCKET,
    "TrainingRole4C1607BC": ROLE,
    "TrainingStateMachineEAE34FB3": STATE_MACHINE,
    "TrainingStateMachineRoleC2A5852B": ROLE,
}
IDS = {
    "app": CREATED,
    "smallest": CREATED,
    "bring_your_own": {
        "Data666C94C7": BUCKET,
        "Key961B73FD": KEY,
        "Log95422804": LOG_GROUP,
        "Role1ABCC5F0": ROLE,
        "TrainingStateMachineEAE34FB3": STATE_MACHINE,
        "TrainingStateMachineRoleC2A5852B": ROLE,
    },
    "own_state_machine": {
        "Checkpoints620E2F20": BUCKET,
        "Machine6FC8AE80": STATE_MACHINE,
        "MachineRoleD2D3D395": ROLE,
        "ModelsC55D3500": BUCKET,
        "Role1ABCC5F0": ROLE,
    },
}

_FIRST_PART_OF_STACK_ID = {
    "Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]}]
}
NAMES = {
    "TrainingLog536B79EB": {
        "LogGroupName": {"Fn::Join": ["", ["/aws/vendedlogs/states/SpotTraining-E91752BE-", _FIRST_PART_OF_STACK_ID]]}
    },
}
"""What of REPLACED_BY the app's resources say."""


def resources(name: str) -> dict[str, dict[str, Any]]:
    """Return what holds data or is named elsewhere in the stack of an example, by its logical ids."""
    if name == "app":
        app = cdk.App(context=app_context())
        stack: Any = runpy.run_path(str(ROOT / "app.py"))["SpotTrainingStack"](app, "SpotTraining")
    else:
        stack = runpy.run_path(str(EXAMPLES / name / "app.py"))["stack"]
    found: dict[str, dict[str, Any]] = Template.from_stack(stack).to_json()["Resources"]
    return {key: each for key, each in found.items() if each["Type"] in REPLACED_BY}


@pytest.mark.parametrize("name", IDS)
def test_the_logical_ids_are_what_they_were(name: str) -> None:
    assert {key: each["Type"] for key, each in resources(name).items()} == IDS[name]


def test_nothing_is_replaced_for_its_name() -> None:
    found = {
        key: {name: value for name, value in each.get("Properties", {}).items() if name in REPLACED_BY[each["Type"]]}
        for key, each in resources("app").items()
    }
    assert {key: names for key, names in found.items() if names} == NAMES


def test_what_holds_data_stays_when_its_stack_goes() -> None:
    kept = {key: each.get("DeletionPolicy") for key, each in resources("app").items()}
    assert {key for key, policy in kept.items() if policy == "Retain"} == {
        key for key, kind in CREATED.items() if kind in (BUCKET, LOG_GROUP)
    }
