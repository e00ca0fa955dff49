"""What a rehearsal takes from an app's own training, and what it says where that is not enough."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.rehearsal import rehearse
from constructs_lib.local.rehearsal.deployed import Deployed, synthesised
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.definition import run_definition
from tests.support.run_documents import channel, run_settings, shared_request
from tests.support.synthesised import template, write_template

ASSETS = "s3://cdk-hnb659fds-assets-123456789012-us-east-1"
SOURCE = {"sagemaker_program": '"learn.py"', "sagemaker_submit_directory": f'"{ASSETS}/1a.gz"', "epochs": "20"}
DATA = (channel("train", f"{ASSETS}/2b.csv"), channel("test", "s3://data-bucket/test/"))
APP = Path("app")


def machine(name: str, request: dict[str, Any], count: int = 2) -> dict[str, Any]:
    capacity = Capacity.spot("ml.m5.xlarge", instance_count=count)
    return run_definition(run_settings(capacity, base_job_name=name, request=request, checkpoint_bucket="<Bucket>"))


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """An assembly with two stacks, the first with two trainings."""
    place = tmp_path / "cdk.out"
    framework = shared_request(hyperparameters=SOURCE, environment={"LOG": "info"}, channels=DATA)
    framework["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
    machines = {"Churn": machine("churn", framework), "Fraud": machine("fraud", shared_request())}
    write_template(place / "One.template.json", template(**machines))
    write_template(place / "Two.template.json", template(Spam=machine("spam", shared_request())))
    write_template(place / "Three.template.json", {"Description": "a stack that has nothing"})
    files = {"1a.gz": "asset.1a.tar.gz", "2b.csv": "asset.2b.csv"}
    document = {
        "files": {
            key: {"source": {"path": path}, "destinations": {"here": {"objectKey": key}}} for key, path in files.items()
        }
    }
    (place / "One.assets.json").write_text(json.dumps(document))
    with tarfile.open(place / "asset.1a.tar.gz", "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("learn.py"), io.BytesIO())
    (place / "asset.2b.csv").write_text("1,2")
    return place


def test_everything_is_taken_from_the_training_and_what_is_given_goes_over_it(assembly: Path, tmp_path: Path) -> None:
    given = RehearsedProgram(channels={"test": tmp_path}, hyperparameters={"epochs": "2"}, metrics={})
    own = synthesised(APP, assembly, training="churn")
    found = own.under(given, tmp_path)
    assert (found.source, found.entry_point) == (tmp_path / "program", "learn.py")
    assert (tmp_path / "program/learn.py").is_file()
    assert found.hyperparameters == {"epochs": "2"}
    assert found.environment == {"LOG": "info"}
    assert found.metric_definitions == {"loss": "loss=([0-9.]+)"}
    assert (tmp_path / "channels/train/2b.csv").read_text() == "1,2"
    assert found.channels == {"train": tmp_path / "channels/train", "test": tmp_path}
    assert (own.instance_count, own.request.checkpoint_path) == (2, "/opt/ml/checkpoints")
    assert found.title == "training 'churn' (learn.py)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {},
            "the app in app has 3 such trainings ('churn' of the stack 'One', 'fraud' of the stack 'One', 'spam' of "
            "the stack 'Two'); name one with --training, or its stack with --stack",
        ),
        ({"stack": "One"}, "the stack 'One' of the app in app has 2 such trainings"),
        (
            {"training": "chrun"},
            "'training' must be one of the app in app ('churn' of the stack 'One', ",
        ),
        ({"stack": "Four"}, "the stack 'Four' of the app in app has no training of spot-training-constructs"),
    ],
)
def test_fails_where_it_is_not_clear_which_training_is_meant(
    assembly: Path, words: dict[str, str], message: str
) -> None:
    with pytest.raises(RehearsalError) as refused:
        synthesised(APP, assembly, **words)
    assert message in str(refused.value)
    assert synthesised(APP, assembly, stack="Two").label == "spam"
    assert synthesised(APP, assembly, training="Fraud").label == "fraud"


def test_fails_where_the_program_or_its_data_is_not_in_the_app(assembly: Path, tmp_path: Path) -> None:
    def why(own: Deployed, **given: Any) -> str:
        with pytest.raises(RehearsalError) as refused:
            own.under(RehearsedProgram(**given), tmp_path / "scratch")
        return str(refused.value)

    churn, fraud = (synthesised(APP, assembly, training=name) for name in ("churn", "fraud"))
    assert "trains what is in its image, 123456789012.dkr.ecr.eu-west-1.amazonaws.com/train:1" in why(fraud)
    assert "say what the image runs: --program 'python train.py'" in why(fraud)
    told = why(churn)
    assert "channel 'test' reads s3://data-bucket/test/; give it here: --channel test=PATH" in told
    with pytest.raises(RehearsalError, match="'training' and 'stack' choose in an app"):
        rehearse(source=tmp_path, training="churn")
