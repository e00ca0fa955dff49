"""What a job runs: the source of a framework image, the program that stands in for an image, or an entry point."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.instance.framework.hyperparameters import decoded, to_arguments
from constructs_lib.local.training_jobs.instance.namespace import Isolation, isolation
from tests.local.training_jobs.bench import (
    BUCKET,
    IMAGE,
    LOOK,
    PLAIN,
    Bench,
    channel,
    failure,
    report,
    source_archive,
)
from tests.support.places import PROGRAMS, training_program


@pytest.mark.parametrize("program", ["train.py", "run.sh", "train"])
def test_a_framework_source_runs_as_the_toolkit_runs_it(s3: Any, tmp_path: Path, program: str, way: Isolation) -> None:
    look = (PROGRAMS / "look.py").read_text()
    shell = f'exec "{sys.executable}" look.py "$@"'
    with Bench(s3, tmp_path, isolation=way) as bench:
        files = {"look.py": look, program: look if program == "train.py" else f"#!/bin/sh\n{shell}\n"}
        source = bench.put("source/sourcedir.tar.gz", source_archive(files))
        hyperparameters = {
            "sagemaker_program": json.dumps(program),
            "sagemaker_submit_directory": source,
            "sagemaker_container_log_level": "20",
            "epochs": 3,
            "x": 1,
            "note": "it's $HOME",
        }
        found = report(bench, bench.request(image="some/framework:1", hyperparameters=hyperparameters))
    assert found["arguments"] == ["--epochs", "3", "--note", "it's $HOME", "-x", "1"]
    assert found["environment"]["SM_MODULE_NAME"] == program.removesuffix(".py")
    assert found["environment"]["SM_USER_ENTRY_POINT"] == program
    assert json.loads(found["environment"]["SM_HPS"]) == {"epochs": 3, "note": "it's $HOME", "x": 1}
    assert found["files"]["code/look.py"] == look


def test_a_package_source_runs_as_a_module(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        files = {"setup.py": "", "train.py": (PROGRAMS / "look.py").read_text(), "requirements.txt": "numpy"}
        source = bench.put("source.tar.gz", source_archive(files))
        request = bench.request(hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": source})
        assert report(bench, request)["arguments"] == []
        assert "requirements.txt is not installed" in bench.jobs.log("job-1")


def test_a_source_can_lie_in_a_channel(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.put("code/train.py", (PROGRAMS / "look.py").read_text())
        request = bench.request(
            Environment={"SAGEMAKER_PROGRAM": "train.py"},
            HyperParameters={"sagemaker_submit_directory": "/opt/ml/input/data/code"},
            InputDataConfig=[channel("code", f"s3://{BUCKET}/{bench.prefix}/code")],
        )
        assert report(bench, request)["environment"]["SM_USER_ENTRY_POINT"] == "train.py"


def test_an_archive_can_lie_in_a_channel_as_an_isolated_container_needs_it(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        archive = source_archive({"train.py": (PROGRAMS / "look.py").read_text()})
        uri = bench.put("assets/0123abcd.gz", archive)
        location = "/opt/ml/input/data/code/0123abcd.gz"
        request = bench.request(
            hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": location},
            EnableNetworkIsolation=True,
            InputDataConfig=[channel("code", uri)],
        )
        assert report(bench, request)["environment"]["SM_USER_ENTRY_POINT"] == "train.py"


def test_fails_where_only_a_variable_says_where_the_source_lies_as_the_toolkit_does(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        variables = {"SAGEMAKER_PROGRAM": "train.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/input/data/code"}
        reason = failure(bench, bench.request(Environment=variables))
    assert "it is the hyperparameter 'sagemaker_submit_directory' that says where it lies" in reason


def test_a_program_finds_its_siblings_from_a_folder_of_the_source(s3: Any, tmp_path: Path, way: Isolation) -> None:
    with Bench(s3, tmp_path, isolation=way) as bench:
        text = "import os, sibling\nprint(os.environ['PYTHONPATH'])\n"
        archive = source_archive({"deep/train.py": text, "sibling.py": ""})
        request = bench.request(
            Environment={"PYTHONPATH": "/own"},
            hyperparameters={
                "sagemaker_program": "deep/train.py",
                "sagemaker_submit_directory": bench.put("source.tar.gz", archive),
            },
        )
        assert bench.run(request)["TrainingJobStatus"] == "Completed"
        assert bench.jobs.log("job-1").strip().endswith("/code:/own")


def test_fails_with_what_no_process_can_be_started_with(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        source = bench.put("source.tar.gz", source_archive({"train.py": ""}))
        own = {"sagemaker_program": "train.py", "sagemaker_submit_directory": source, "a=b": 1}
        reason = failure(bench, bench.request(hyperparameters=own))
        assert reason.startswith("AlgorithmError: Framework Error: 'SM_HP_A=B' with the value '1' cannot be a variable")
        assert report(bench, bench.request("stand-in", image=LOOK, hyperparameters={"a=b": 1}))["arguments"] == []


def test_fails_with_the_end_of_a_framework_programs_traceback(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        source = bench.put("source.tar.gz", source_archive({"train.py": "raise KeyError('label')"}))
        request = bench.request(
            hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": source, "epochs": 1}
        )
        reason = failure(bench, request)
    assert reason.startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage ")
    assert "KeyError: 'label'" in reason
    assert reason.endswith('-- train.py --epochs 1", exit code: 1')


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"other.py": ""}, r"'sagemaker_program' names 'train\.py', but s3://.* holds other\.py"),
        ({"../../escape.py": "", "train.py": ""}, "holds a member that is not safe to unpack"),
    ],
)
def test_fails_on_a_source_that_is_wrong(s3: Any, tmp_path: Path, files: dict[str, str], says: str) -> None:
    with Bench(s3, tmp_path) as bench:
        source = bench.put("source.tar.gz", source_archive(files))
        request = bench.request(hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": source})
        assert re.search(says, failure(bench, request))
        assert not list(tmp_path.rglob("escape.py"))


def test_fails_on_a_source_that_is_no_archive_or_not_there(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        for name, source in (("a-1", bench.put("no.tar.gz", b"no")), ("b-1", f"s3://{BUCKET}/none.tar.gz")):
            request = bench.request(
                name, hyperparameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": source}
            )
            reason = failure(bench, request)
            assert reason.startswith("ClientError: ")
            assert "not a tar.gz archive" in reason or "NoSuchKey" in reason


def test_fails_without_a_program_and_says_which_setting_to_give(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, programs={}) as bench:
        reason = failure(bench, bench.request())
    assert reason.startswith("ClientError: the embedded AWS does not know what to run for the image '123456789012.dkr")
    assert "programs={'count:1': ['python', '/path/to/train.py']}" in reason


def test_fails_on_a_program_that_does_not_exist(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, programs={"count:1": ["/no/such/program"]}, isolation=PLAIN) as bench:
        assert "cannot be started" in failure(bench, bench.request())


def test_a_program_is_found_by_uri_name_or_part_and_the_first_counts(s3: Any, tmp_path: Path) -> None:
    look = training_program("look.py")
    for number, pattern in enumerate(("*.dkr.ecr.*/look:1", "look:?", "ecr.us-east-1")):
        programs = {"nothing:*": ["false"], pattern: look, "*": ["false"]}
        with Bench(s3, tmp_path / str(number), programs=programs) as bench:
            assert report(bench, bench.request(image=LOOK))["arguments"] == []


def test_a_container_entrypoint_runs_where_no_program_stands_in(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, programs={}) as bench:
        request = bench.request()
        request["AlgorithmSpecification"] |= {
            "ContainerEntrypoint": training_program("look.py"),
            "ContainerArguments": ["a", "b c"],
        }
        assert report(bench, request)["arguments"] == ["a", "b c"]


def entered(bench: Bench, name: str = "job-1", **changes: Any) -> dict[str, Any]:
    """Return a request that is run as the SageMaker SDK's ModelTrainer has it run: by a script in a channel."""
    drivers = "/opt/ml/input/data/sm_drivers"
    request = bench.request(
        name, InputDataConfig=[channel("sm_drivers", f"s3://{BUCKET}/{bench.prefix}/drivers/")], **changes
    )
    request["AlgorithmSpecification"] |= {
        "ContainerEntrypoint": ["/bin/bash"],
        "ContainerArguments": ["-c", f"chmod +x {drivers}/sm_train.sh && {drivers}/sm_train.sh"],
    }
    return request


ENTRY_SCRIPT = """#!/bin/bash
set -e
handle_error() {
    status=$?
    [ -s /opt/ml/output/failure ] || echo "Training failed: $TRAINING_JOB_NAME" >> /opt/ml/output/failure
    exit $status
}
trap 'handle_error' ERR
python=$(command -v python3)
$python -c 'import json; json.load(open("/opt/ml/input/config/resourceconfig.json"))["hosts"]'
echo 'export FROM_SCRIPT=yes' > /opt/ml/input/own.env
source /opt/ml/input/own.env
$python /opt/ml/input/data/sm_drivers/train.py one
"""


@pytest.mark.skipif(not isolation().unshare, reason="an entry script has /opt/ml in its text")
def test_an_entry_script_in_a_channel_runs_as_the_sdk_has_it_run(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, programs={}) as bench:
        bench.put("drivers/sm_train.sh", ENTRY_SCRIPT)
        bench.put("drivers/train.py", (PROGRAMS / "look.py").read_text())
        found = report(bench, entered(bench, hyperparameters={"sagemaker_program": "not-looked-for.py"}))
        assert found["arguments"] == ["one"]
        assert found["environment"]["FROM_SCRIPT"] == "yes"
        assert found["hard_coded"] is not None
        bench.put("drivers/train.py", "import sys; sys.exit(5)")
        assert failure(bench, entered(bench, "fails")) == "AlgorithmError: Training failed: fails, exit code: 5"


def test_an_entry_point_comes_before_a_source_and_a_named_program_before_it(s3: Any, tmp_path: Path) -> None:
    look = training_program("look.py")
    with Bench(s3, tmp_path, programs={"look:*": look}) as bench:
        source = bench.put("source.tar.gz", source_archive({"train.py": "raise SystemExit(1)"}))
        for name, image, entry_point in (("entry", IMAGE, look), ("named", LOOK, ["/app/of-the-image"])):
            own = {"sagemaker_program": "train.py", "sagemaker_submit_directory": source}
            request = bench.request(name, image=image, hyperparameters=own)
            request["AlgorithmSpecification"] |= {"ContainerEntrypoint": entry_point, "ContainerArguments": ["a"]}
            assert report(bench, request)["arguments"] == ["a"]


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1), ("true", True), ("s3://b/k", "s3://b/k"), ('"x"', "x"), ("", ""), ("nan", "nan")]
)
def test_hyperparameters_are_decoded_as_json_or_taken_as_they_are(text: str, value: object) -> None:
    assert decoded({"name": text}) == {"name": value}


def test_arguments_are_written_as_the_toolkit_writes_them() -> None:
    values = {"b": 2, "a-b": {"y": 2, "x": 1}, "none": None, "list": [1, "z"]}
    assert to_arguments(values) == ["--a-b", "x=1,y=2", "-b", "2", "--list", "[1, 'z']", "--none", ""]
