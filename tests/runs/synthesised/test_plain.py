"""`spot-training template` writes the template that comes with the library, and the command can read it again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.runs.command.main import main
from constructs_lib.runs.synthesised.plain.shipped import FILE
from constructs_lib.testing import requests_of


def test_it_writes_the_template_to_standard_output() -> None:
    result = CliRunner().invoke(main, ["template"])
    assert result.exit_code == 0
    assert result.stdout == FILE.read_text(encoding="utf-8")
    assert set(json.loads(result.stdout)) >= {"Parameters", "Resources", "Outputs"}


def test_it_writes_it_to_a_file_and_says_where(tmp_path: Path) -> None:
    place = tmp_path / "training.json"
    result = CliRunner().invoke(main, ["template", "--output", str(place)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote {place}\n"
    assert place.read_bytes() == FILE.read_bytes()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "training.json"
    result = CliRunner().invoke(main, ["template", "--output", str(place)])
    assert result.exit_code == 2
    assert result.stderr == f"Error: --output '{place}' cannot be written: No such file or directory\n"


def test_it_needs_no_cdk() -> None:
    program = (
        "import sys; from constructs_lib.runs.command.main import main;"
        "main(['template'], standalone_mode=False); assert not {'aws_cdk', 'jsii'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == FILE.read_text(encoding="utf-8")


def asked(command: str, *words: str, template: Path = FILE) -> Result:
    return CliRunner().invoke(main, [*command.split(), "--template", str(template), *words])


def test_a_run_of_it_is_explained_by_the_defaults_of_its_parameters_and_by_what_is_told() -> None:
    words = (
        "--known",
        "SpotInstanceType=ml.g5.xlarge",
        "--known",
        "DataBucket=my-data",
        "--known",
        "VolumeSizeInGB=50",
    )
    result = asked("run --explain", *words)
    assert result.exit_code == 0, result.stderr
    request = json.loads(result.stdout)
    assert instances(request) == {"VolumeSizeInGB": 50, "InstanceType": "ml.g5.xlarge", "InstanceCount": 1}
    assert request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://my-data/"
    told = "the parameters have their defaults, other values are told by --known: DataPrefix=, BaseJobName=training, On"
    assert told in result.stderr
    assert "SpotInstanceType=" not in result.stderr
    assert "entry 2 of 2: on-demand ml.m5.xlarge x1" in result.stderr
    assert "known when it is deployed, or by --known: Image, TrainingCheckpointBucket" in result.stderr


def test_the_plan_goes_by_its_condition() -> None:
    result = asked("run --explain", "--known", "OnDemandInstanceType=")
    assert "entry 1 of 1: spot ml.m5.xlarge x1" in result.stderr


def test_a_wait_that_every_run_would_refuse_is_found_before_it_is_deployed() -> None:
    result = asked("run --explain", "--known", "MaxRuntimeInSeconds=200000")
    assert result.exit_code == 1
    assert "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (200000), got 172800" in result.stderr


def test_a_unit_test_sees_its_requests() -> None:
    assert [request["VolumeSizeInGB"] for request in map(instances, requests_of(FILE))] == [30, 30]
    document = json.loads(FILE.read_text(encoding="utf-8"))
    (request,) = requests_of(document, known={"OnDemandInstanceType": "", "VolumeSizeInGB": "50"})
    assert instances(request) == {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50}


def instances(request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = request["ResourceConfig"]
    return found


def test_the_policy_of_an_operator_says_that_it_has_the_defaults() -> None:
    result = asked("policy --operator")
    assert ":training-job/training-*" in result.stdout
    assert result.stderr == f"read from {FILE}, with the defaults of its parameters\n"


@pytest.mark.parametrize("command", ["run --explain", "policy --operator"])
def test_a_plan_that_only_a_deployment_decides_is_one_sentence(command: str, tmp_path: Path) -> None:
    document = json.loads(FILE.read_text(encoding="utf-8"))
    del document["Parameters"]["OnDemandInstanceType"]["Default"]
    place = tmp_path / "training.json"
    place.write_text(json.dumps(document), encoding="utf-8")
    result = asked(command, template=place)
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: {place} has a definition that goes by the condition 'HasOnDemand', which is not known before it is "
        "deployed; tell 'run --explain' the values of its parameters by --known, or deploy it and pass --stack\n"
    )
