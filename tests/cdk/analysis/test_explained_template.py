"""`run --explain` reads what CDK really writes: tokens inside of texts, parameters, a task inside another machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template
from click.testing import CliRunner, Result

from constructs_lib import (
    Capacity,
    CheckpointBucket,
    OutputBucket,
    SpotTraining,
    SpotTrainingTask,
    TrainingChannel,
    TrainingImage,
    TrainingRole,
)
from constructs_lib.runs.command.main import main
from constructs_lib.training_job.rules.problems import request_problems
from tests.support.synthesised import write_template
from tests.support.templates import stack


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = stack()
    tag = cdk.CfnParameter(made, "Tag", default="1.4").value_as_string
    given: dict[str, Any] = {
        "image": TrainingImage.from_registry(f"{made.account}.dkr.ecr.{made.region}.amazonaws.com/churn:{tag}"),
        "channels": {"train": TrainingChannel.from_bucket(s3.Bucket(made, "Data"), "train/")},
        "hyperparameters": {"text": 'with "quotes" and \\', "bucket": s3.Bucket(made, "Other").bucket_name},
    }
    capacity = [Capacity.spot("ml.m5.xlarge", tries=2), Capacity.on_demand("ml.m5.xlarge")]
    SpotTraining(made, "Training", capacity=capacity, **given)
    task = SpotTrainingTask(
        made,
        "Train churn",
        capacity=capacity[1:],
        role=TrainingRole(made, "Role"),
        checkpoint_bucket=CheckpointBucket(made, "Checkpoints"),
        output_bucket=OutputBucket(made, "Models"),
        run_input="{% $states.input.training %}",
        **given,
    )
    sfn.StateMachine(made, "Theirs", definition_body=sfn.DefinitionBody.from_chainable(task))
    return write_template(tmp_path_factory.mktemp("synth") / "t.json", Template.from_stack(made).to_json())


def call(template: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["run", "--explain", "--template", str(template), *words])


def named(template: Path, path: str) -> str:
    """Return the logical id of a construct: its path, and CDK's hash."""
    names = json.loads(template.read_text())["Resources"]
    (found,) = (name for name in names if re.fullmatch(f"{path}[0-9A-F]{{8}}", name))
    return str(found)


def test_the_machine_is_explained(template: Path) -> None:
    known = {
        named(template, "Data"): "churn-data",
        named(template, "Other"): "other-bucket",
        "Tag": "1.5",
        "AWS::AccountId": "123456789012",
        f"{named(template, 'TrainingRole')}.Arn": "arn:aws:iam::123456789012:role/training",
        named(template, "TrainingCheckpointBucket"): "checkpoints",
        named(template, "TrainingOutputBucket"): "models",
    }
    words = [word for name, value in known.items() for word in ("--known", f"{name}={value}")]
    result = call(template, "--state-machine", named(template, "TrainingStateMachine"), "--region", "eu-west-1", *words)
    assert result.exit_code == 0, result.output
    request = json.loads(result.stdout)
    assert request_problems(request) == []
    assert request["AlgorithmSpecification"]["TrainingImage"] == (
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.5"
    )
    assert request["HyperParameters"] == {"text": 'with "quotes" and \\', "bucket": "other-bucket"}
    assert request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://churn-data/train/"
    assert "entry 1 of 2: spot ml.m5.xlarge x1, up to 2 jobs," in result.stderr


def test_what_only_cloudformation_knows_is_shown_by_its_name(template: Path) -> None:
    result = call(template, "--state-machine", "Train churn", "--hyperparameter", "epochs=3")
    assert result.exit_code == 0, result.output
    request = json.loads(result.stdout)
    assert request["HyperParameters"]["bucket"] == f"<{named(template, 'Other')}>"
    assert request["HyperParameters"]["epochs"] == "3"
    assert request["RoleArn"] == f"<{named(template, 'Role')}.Arn>"
    assert request["AlgorithmSpecification"]["TrainingImage"].startswith("<AWS::AccountId>.dkr.ecr.<AWS::Region>.")
    assert "EnableManagedSpotTraining" not in request


def test_fails_on_two_that_could_be_meant(template: Path) -> None:
    result = call(template)
    assert result.exit_code == 2
    assert "has 2 state machines or tasks; pass --state-machine, one of" in result.stderr
