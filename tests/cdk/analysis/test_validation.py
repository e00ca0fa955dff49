"""CloudFormation's own rules find nothing in a stack that has everything, and something in one that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    OutputBucket,
    SpotTraining,
    SpotTrainingDashboard,
    SpotTrainingTask,
    TrainingChannel,
    TrainingImage,
    TrainingOptions,
    TrainingSource,
)
from tests.support.places import PROGRAMS
from tests.support.templates import app_context, validated

REGIONS = [None, "eu-west-1", "cn-north-1", "us-gov-west-1"]


def findings(app: cdk.App) -> list[str]:
    """Synthesise, and return the rules that are broken, warnings too."""
    report = json.loads((Path(validated(app).synth().directory) / "validation-report.json").read_text(encoding="utf-8"))
    return [violation["ruleName"] for plugin in report["pluginReports"] for violation in plugin["violations"]]


def everything(scope: cdk.Stack) -> None:
    key = kms.Key(scope, "Key")
    network = ec2.Vpc(scope, "Network", max_azs=2)
    data = s3.Bucket(scope, "Data")
    topic = sns.Topic(scope, "Topic")
    training = SpotTraining(
        scope,
        "Training",
        image=TrainingImage.from_built_in_algorithm("xgboost", "1.7-1"),
        capacity=[Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.m5.xlarge")],
        base_job_name="churn",
        capacity_patience=cdk.Duration.minutes(10),
        channels={"train": TrainingChannel.from_bucket(data, "in/")},
        checkpoint_bucket=CheckpointBucket(scope, "Checkpoints", encryption_key=key),
        output_bucket=OutputBucket(scope, "Models", transition_after=cdk.Duration.days(90)),
        output_key=key,
        state_machine_key=key,
        state_machine_name="train-churn",
        tags={"team": "churn"},
        vpc=network,
    )
    training.notify("Operators", email="operators@example.com")
    training.notify("Others", topic=topic)
    training.on_run_failed("OnFailed")
    training.failures_query("Failures")
    for alarm in (
        training.alarm_on_run_failed("Failed", action=actions.SnsAction(topic)),
        training.alarm_on_last_capacity("LastCapacity", action=actions.SnsAction(topic)),
        training.alarm_on_interruptions("Interruptions", action=actions.SnsAction(topic), threshold=3),
        training.alarm_on_long_run("Long", action=actions.SnsAction(topic), longer_than=cdk.Duration.hours(3)),
    ):
        assert alarm.alarm_arn
    plain = SpotTraining(
        scope,
        "Plain",
        image=TrainingImage.from_framework("pytorch", "2.6.0", accelerator="cpu"),
        capacity=[Capacity.spot("ml.m5.xlarge")],
        source=TrainingSource.from_directory(PROGRAMS, entry_point="count.py"),
    )
    SpotTrainingDashboard(scope, "Dashboard", trainings=[training, plain])


@pytest.mark.parametrize("region", REGIONS)
def test_nothing_is_wrong_with_everything(region: str | None) -> None:
    app = cdk.App(context=app_context())
    everything(cdk.Stack(app, "Stack", env=cdk.Environment(region=region) if region else None))
    assert findings(app) == []


def test_nothing_is_wrong_with_texts_that_have_dollars_and_braces() -> None:
    app = cdk.App(context=app_context())
    scope = cdk.Stack(app, "Stack")
    options: TrainingOptions = {
        "image": TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
        "capacity": [Capacity.spot("ml.m5.xlarge")],
        "container_entrypoint": ["/bin/sh", "-c"],
        "container_arguments": ["python train.py --out ${SM_MODEL_DIR} --in ${A} " + scope.region],
        "environment": {"CACHE": "${HOME}/cache"},
        "hyperparameters": {"root": "${oc.env:HOME}/x", "${name}": "a"},
    }
    training = SpotTraining(scope, "Training", **options)
    task = SpotTrainingTask(
        scope,
        "Train",
        role=training.role,
        checkpoint_bucket=training.checkpoint_bucket,
        output_bucket=training.output_bucket,
        run_input="{% {'Environment': {'A': '${A}'}} %}",
        **options,
    )
    sfn.StateMachine(scope, "Machine", definition_body=sfn.DefinitionBody.from_chainable(task))
    assert findings(app) == []


@pytest.mark.parametrize("properties", [{"BucketName": 5}, {"Nonsense": True}])
def test_fails_on_a_template_that_is_wrong(properties: dict[str, Any]) -> None:
    app = cdk.App(context=app_context())
    cdk.CfnResource(cdk.Stack(app, "Stack"), "Bucket", type="AWS::S3::Bucket", properties=properties)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        findings(app)
