"""What static analysers find in the templates: nothing that is not acknowledged, and nothing acknowledged in vain.

cdk-nag's findings are acknowledged beside their resources, cfripper's here, because it reads templates only.
"""

from __future__ import annotations

import logging
import re
import runpy
from collections.abc import Iterator, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pycfmodel
import pytest
from cdk_nag import AwsSolutionsChecks
from cfripper.config.config import Config
from cfripper.rule_processor import RuleProcessor
from cfripper.rules import DEFAULT_RULES

from tests.permissions.deployments import DEPLOYMENTS, deployment
from tests.support.cloudformation import ACCOUNT, DeployedTemplate
from tests.support.places import ROOT
from tests.support.session.once import once_a_session
from tests.support.templates import app_context

APP: dict[str, Any] = runpy.run_path(str(ROOT / "app.py"))

TEMPLATES = ("the app", *DEPLOYMENTS)

CFRIPPER_ACKNOWLEDGED = {
    ("S3ObjectVersioningRule", "CheckpointBucket"): (
        "SageMaker deletes a checkpoint in S3 when the program deletes it; versions would keep, and bill, all there "
        "ever were"
    ),
    ("WildcardResourceRule", "logs:CreateLogDelivery"): "log deliveries have no ARN",
    ("WildcardResourceRule", "logs:DeleteLogDelivery"): "log deliveries have no ARN",
    ("WildcardResourceRule", "logs:DescribeLogGroups"): "Step Functions looks for the log group among all",
    ("WildcardResourceRule", "logs:DescribeResourcePolicies"): "policies of CloudWatch Logs have no ARN",
    ("WildcardResourceRule", "logs:GetLogDelivery"): "log deliveries have no ARN",
    ("WildcardResourceRule", "logs:ListLogDeliveries"): "log deliveries have no ARN",
    ("WildcardResourceRule", "logs:PutResourcePolicy"): "policies of CloudWatch Logs have no ARN",
    ("WildcardResourceRule", "logs:UpdateLogDelivery"): "log deliveries have no ARN",
    ("WildcardResourceRule", "sagemaker:ListTags"): "AWS's own policy for .sync asks for it on any resource",
    ("WildcardResourceRule", "sagemaker:ListTrainingJobs"): "a list has no resource type, so AWS takes it on * only",
    ("WildcardResourceRule", "ssmmessages:CreateControlChannel"): "channels of Systems Manager have no ARN",
    ("WildcardResourceRule", "ssmmessages:CreateDataChannel"): "channels of Systems Manager have no ARN",
    ("WildcardResourceRule", "ssmmessages:OpenControlChannel"): "channels of Systems Manager have no ARN",
    ("WildcardResourceRule", "ssmmessages:OpenDataChannel"): "channels of Systems Manager have no ARN",
    ("GenericResourceWildcardPolicyRule", "Key"): (
        "CDK's own policy of a key leaves it to IAM, as AWS advises; the keys are the tests'"
    ),
}
"""cfripper's findings that are as they should be, by the rule and the action or the kind of resource."""

NAG_ACKNOWLEDGED = {
    ("Role", "AwsSolutions-IAM5[Resource::*]"),
    ("Role", "AwsSolutions-IAM5[Resource::<checkpoint bucket>/digits/*]"),
    ("Role", "AwsSolutions-IAM5[Resource::<output bucket>/models/*]"),
    ("Role/Resource", "AwsSolutions-IAM5[Resource::*]"),
    ("Role/Resource", "AwsSolutions-IAM5[Resource::<arn>:logs:<here>:log-group:/aws/sagemaker/TrainingJobs:*]"),
    ("CheckpointBucket", "AwsSolutions-S1"),
    ("OutputBucket", "AwsSolutions-S1"),
    ("StateMachine", "AwsSolutions-IAM5[Resource::*]"),
    ("StateMachine", "AwsSolutions-SF2"),
    ("StateMachine", "AwsSolutions-IAM5[Resource::<arn>:sagemaker:<here>:training-job/digits-*]"),
}
"""cdk-nag's findings that are acknowledged in the app, by where in the training and what."""


NAG_OF_A_MACHINE_OF_ONES_OWN = {
    "AwsSolutions-SF1",
    "AwsSolutions-SF2",
    "AwsSolutions-IAM5[Resource::*]",
    "AwsSolutions-IAM5[Resource::<arn>:sagemaker:<here>:training-job/churn-*]",
}
"""What is left to who puts a `SpotTrainingTask` into a machine: the machine, its logs, its traces and its role."""


@cache
def app() -> tuple[cdk.App, cdk.Stack]:
    made = cdk.App(context=app_context(), analytics_reporting=False)
    return made, APP["SpotTrainingStack"](made, "SpotTraining")


def template(name: str) -> dict[str, Any]:
    if name != "the app":
        return deployment(name).template
    document: dict[str, Any] = app()[0].synth().get_stack_by_name("SpotTraining").template
    return document


def resolved(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template that leaves cfripper nothing to guess."""
    deployed = DeployedTemplate(document)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            logical_id: {"Type": resource["Type"], "Properties": deployed.value(resource.get("Properties", {}))}
            for logical_id, resource in document["Resources"].items()
        },
    }


def analysed(document: Mapping[str, Any]) -> Any:
    config = Config(rules=list(DEFAULT_RULES), aws_account_id=ACCOUNT, stack_name="Stack")
    rules = [DEFAULT_RULES[rule](config) for rule in config.rules]
    return RuleProcessor(*rules).process_cf_template(pycfmodel.parse(document).resolve(), config)


@once_a_session
def cfripper_findings(name: str) -> frozenset[tuple[str, str]]:
    # it logs what it does not resolve, and is given nothing to resolve
    logging.disable(logging.CRITICAL)
    try:
        found = analysed(resolved(template(name)))
    finally:
        logging.disable(logging.NOTSET)
    assert found.exceptions == []
    return frozenset((failure.rule, place(failure)) for failure in found.failures)


def place(failure: Any) -> str:
    """Return the action that a finding is about, or the kind of its resource."""
    action = re.search(r'for "([a-z0-9]+:\w+)"', failure.reason)
    if action is not None:
        return action[1]
    (resource_id,) = failure.resource_ids
    kinds = ("CheckpointBucket", "Checkpoints", "OutputBucket", "Models", "Key")
    kind = next((kind for kind in kinds if kind in resource_id), resource_id)
    return {"Checkpoints": "CheckpointBucket", "Models": "OutputBucket"}.get(kind, kind)


@pytest.mark.parametrize("name", TEMPLATES)
def test_cfripper_finds_nothing_that_is_not_acknowledged(name: str) -> None:
    assert cfripper_findings(name) - set(CFRIPPER_ACKNOWLEDGED) == frozenset()


def test_everything_that_is_acknowledged_is_still_found() -> None:
    found = {finding for name in TEMPLATES for finding in cfripper_findings(name)}
    assert set(CFRIPPER_ACKNOWLEDGED) <= found


def test_fails_when_a_template_is_really_wrong() -> None:
    wrong = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]
            }
        },
    }
    assert [failure.rule for failure in analysed({"Resources": {"Wrong": wrong}}).failures] != []


def acknowledged() -> Iterator[tuple[str, str]]:
    """Yield where and what is acknowledged in the app, with the names of the deployment taken out."""
    for construct in app()[1].node.find_all():
        for entry in construct.node.metadata:
            if entry.type == "aws:cdk:acknowledged-rules":
                for rule, reason in entry.data.items():
                    assert len(reason) > 20, reason
                    yield construct.node.path.removeprefix("SpotTraining/Training/"), plain(rule)


def plain(rule: str) -> str:
    rule = rule.removeprefix("Annotation::").replace("arn:<AWS::Partition>", "<arn>")
    rule = rule.replace("<AWS::Region>:<AWS::AccountId>", "<here>")
    rule = re.sub(r"<\w*Checkpoint(s|Bucket)\w*\.Arn>", "<checkpoint bucket>", rule)
    return re.sub(r"<\w*OutputBucket\w*\.Arn>", "<output bucket>", rule)


def test_what_is_acknowledged_for_cdk_nag_is_a_closed_list() -> None:
    assert set(acknowledged()) == NAG_ACKNOWLEDGED


def test_what_is_acknowledged_for_cdk_nag_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = SimpleNamespace(acknowledge=lambda *_: None)
    monkeypatch.setattr(cdk.Validations, "of", lambda _: nothing)
    made = cdk.App(context=app_context(), analytics_reporting=False)
    APP["SpotTrainingStack"](made, "SpotTraining")
    found = {plain(violation.rule_name) for violation in AwsSolutionsChecks(made).validate_scope(made).violations or []}
    assert found == {rule for _, rule in NAG_ACKNOWLEDGED}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_cdk_nag_finds_nothing_that_is_not_acknowledged(name: str) -> None:
    found = {plain(rule) for rule in deployment(name).nag}
    assert found == (NAG_OF_A_MACHINE_OF_ONES_OWN if name == "task" else set())
