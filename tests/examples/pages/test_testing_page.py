"""What people's own tests see of a training, however they have its template."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template

from constructs_lib import Capacity, SpotTraining, SpotTrainingTask, TrainingImage
from constructs_lib.testing import definition_of, first_request, requests_of
from tests.support.places import ROOT
from tests.support.templates import app_context

PAGE = (ROOT / "docs" / "guides" / "testing.md").read_text(encoding="utf-8")


def app(*, as_asset: bool = False) -> cdk.App:
    made = cdk.App(context=app_context())
    scope = cdk.Stack(made, "Stack")
    options: dict[str, Any] = {
        "image": TrainingImage.from_registry("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1.4"),
        "capacity": [Capacity.spot("ml.m5.xlarge"), Capacity.on_demand("ml.g5.xlarge")],
        "hyperparameters": {"root": "${HOME}"},
    }
    training = SpotTraining(
        scope, "Training", definition_as_asset=as_asset, state_machine_name="train-churn", **options
    )
    task = SpotTrainingTask(
        scope,
        "Train prices",
        role=training.role,
        checkpoint_bucket=training.checkpoint_bucket,
        output_bucket=training.output_bucket,
        **options,
    )
    sfn.StateMachine(scope, "Machine", definition_body=sfn.DefinitionBody.from_chainable(task))
    return made


@pytest.fixture(scope="module", params=["path", "text", "dict", "assertions", "asset"])
def template(request: pytest.FixtureRequest) -> Any:
    made = app(as_asset=request.param == "asset")
    stack = made.synth().get_stack_by_name("Stack")
    if request.param == "assertions":
        return Template.from_stack(made.node.find_child("Stack"))  # type: ignore[arg-type]
    path = stack.template_full_path
    return {"dict": stack.template, "text": path}.get(request.param, Path(path))


@pytest.mark.parametrize("training", ["train-churn", "Train prices"])
def test_the_request_is_a_plain_object(template: Any, training: str) -> None:
    spot, on_demand = requests_of(template, training, known={"AWS::Partition": "aws"})
    assert spot == first_request(template, training)
    assert (spot["EnableManagedSpotTraining"], spot["ResourceConfig"]["InstanceType"]) == (True, "ml.m5.xlarge")
    assert "EnableManagedSpotTraining" not in on_demand
    assert on_demand["ResourceConfig"]["InstanceType"] == "ml.g5.xlarge"
    assert spot["HyperParameters"] == {"root": "${HOME}"}
    assert re.fullmatch(r"<TrainingRole\w+\.Arn>", spot["RoleArn"])
    assert definition_of(template, training)["States"]


def test_an_input_and_known_values_are_taken(template: Any) -> None:
    bucket = first_request(template, "train-churn")["OutputDataConfig"]["S3OutputPath"].split("/")[2]
    found = first_request(
        template,
        "train-churn",
        run_input={"HyperParameters": {"epochs": 3}},
        known={bucket.strip("<>"): "team-models"},
    )
    assert found["HyperParameters"]["epochs"] == "3"
    assert found["OutputDataConfig"]["S3OutputPath"] == "s3://team-models/models"


def test_fails_as_the_run_would(template: Any) -> None:
    with pytest.raises(ValueError, match="EpochsPerDay"):
        first_request(template, "train-churn", run_input={"EpochsPerDay": 1})


def test_fails_unless_one_training_is_meant(template: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'training' must name one of .*'Train prices'.*, got None"):
        first_request(template)
    with pytest.raises(ValueError, match="got 'other'"):
        definition_of(template, "other")
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        definition_of(tmp_path / "none.json")


def test_fails_on_a_file_asset_without_a_path() -> None:
    document = app(as_asset=True).synth().get_stack_by_name("Stack").template
    with pytest.raises(ValueError, match="'Train prices'"):
        first_request(document, "train-churn")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_the_pages_code_runs(code: str, tmp_path: Path) -> None:
    path = tmp_path / "test_example.py"
    path.write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
