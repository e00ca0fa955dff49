"""What a program finds in its container: files, variables, data, and where its output goes."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.training_jobs.instance.namespace import Isolation, isolation
from tests.local.training_jobs.bench import BUCKET, LOOK, Bench, channel, failure, report


def names(directory: str) -> list[str] | None:
    path = Path(directory)
    return sorted(entry.name for entry in path.iterdir()) if path.is_dir() else None


def test_a_container_has_its_files_and_variables(s3: Any, tmp_path: Path, way: Isolation) -> None:
    with Bench(s3, tmp_path, isolation=way, environment={"AWS_ENDPOINT_URL": "http://localhost:1"}) as bench:
        bench.put("data/train/a.csv", "1")
        bench.put("data/train/deep/b.csv", "2")
        bench.put("checkpoints/old.json", "{}")
        request = bench.request(
            image=LOOK,
            hyperparameters={"batch-size": 32, "name": "net", "layers": "[1, 2]", "flag": "true"},
            Environment={"MINE": "yes", "AWS_ENDPOINT_URL": "http://localhost:2"},
            InputDataConfig=[channel("train", f"s3://{BUCKET}/{bench.prefix}/data/train/", ContentType="text/csv")],
        )
        found = report(bench, request)
        base, environment, files = found["environment"]["SAGEMAKER_BASE_DIR"], found["environment"], found["files"]

    assert (base == "/opt/ml") == bool(way.unshare)
    assert found["leads_its_group"]
    assert found["cwd"] == f"{base}/code"
    assert files["input/data/train/a.csv"] == "1"
    assert files["input/data/train/deep/b.csv"] == "2"
    assert files["checkpoints/old.json"] == "{}"
    assert json.loads(files["input/config/hyperparameters.json"]) == request["HyperParameters"]
    assert json.loads(files["input/config/checkpointconfig.json"]) == {
        "S3Uri": request["CheckpointConfig"]["S3Uri"],
        "LocalPath": f"{base}/checkpoints",
    }
    assert json.loads(files["input/config/inputdataconfig.json"]) == {
        "train": {
            "ContentType": "text/csv",
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
        }
    }
    resources = json.loads(files["input/config/resourceconfig.json"])
    assert (resources["current_host"], resources["hosts"], resources["current_instance_type"]) == (
        "algo-1",
        ["algo-1"],
        "ml.m5.xlarge",
    )
    expected = {
        "AWS_ENDPOINT_URL": "http://localhost:2",
        "AWS_REGION": "us-east-1",
        "MINE": "yes",
        "SM_CHANNELS": '["train"]',
        "SM_CHANNEL_TRAIN": f"{base}/input/data/train",
        "SM_CURRENT_HOST": "algo-1",
        "SM_HOSTS": '["algo-1"]',
        "SM_HPS": '{"batch-size":32,"flag":true,"layers":[1,2],"name":"net"}',
        "SM_HP_BATCH-SIZE": "32",
        "SM_HP_FLAG": "true",
        "SM_HP_NAME": "net",
        "SM_INPUT_CONFIG_DIR": f"{base}/input/config",
        "SM_INPUT_DIR": f"{base}/input",
        "SM_MODEL_DIR": f"{base}/model",
        "SM_NUM_CPUS": str(os.cpu_count()),
        "SM_OUTPUT_DATA_DIR": f"{base}/output/data",
        "SM_OUTPUT_DIR": f"{base}/output",
        "SM_USER_ARGS": '["--batch-size","32","--flag","True","--layers","[1, 2]","--name","net"]',
        "TRAINING_JOB_ARN": "arn:aws:sagemaker:us-east-1:123456789012:training-job/job-1",
        "TRAINING_JOB_NAME": "job-1",
    }
    assert {name: environment.get(name) for name in expected} == expected
    described = json.loads(environment["SM_TRAINING_ENV"])
    assert described["channel_input_dirs"] == {"train": f"{base}/input/data/train"}
    assert described["hyperparameters"]["batch-size"] == 32
    assert environment["SM_NUM_GPUS"].isdigit()


def test_a_program_sees_nothing_of_the_machines_own_variables(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for programs")
    with Bench(s3, tmp_path) as bench:
        assert "AWS_SECRET_ACCESS_KEY" not in report(bench, bench.request(image=LOOK))["environment"]


def test_a_namespace_shows_opt_ml_and_the_rest_of_opt(s3: Any, tmp_path: Path) -> None:
    before = names("/opt")
    with Bench(s3, tmp_path) as bench:
        found = report(bench, bench.request(image=LOOK))
        if isolation().unshare:
            assert found["hard_coded"] == ["checkpoints", "code", "input", "model", "output"]
            assert found["opt"] == sorted({*(before or []), "ml"})
            assert bench.jobs.isolation_limit == ""
        else:
            assert "mount" in bench.jobs.isolation_limit
    assert names("/opt") == before
    mounts = Path("/proc/self/mounts")
    assert not mounts.exists() or str(tmp_path) not in mounts.read_text()


@pytest.mark.parametrize(
    ("uri", "files"),
    [
        ("data/one.csv", ["one.csv"]),
        ("data/one", ["one.csv", "one2.csv"]),
        ("data", ["dir/two.csv", "one.csv", "one2.csv"]),
        ("data/dir/", ["two.csv"]),
    ],
)
def test_a_prefix_is_laid_out_as_file_mode_does(s3: Any, tmp_path: Path, uri: str, files: list[str]) -> None:
    with Bench(s3, tmp_path) as bench:
        for key in ("data/one.csv", "data/one2.csv", "data/dir/two.csv", "data/dir/"):
            bench.put(key, "x")
        request = bench.request(image=LOOK, InputDataConfig=[channel("c", f"s3://{BUCKET}/{bench.prefix}/{uri}")])
        found = report(bench, request)["files"]
    assert sorted(name.removeprefix("input/data/c/") for name in found if name.startswith("input/data/")) == files


def test_an_https_address_of_s3_is_read_too(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.put("data/a", "x")
        for number, host in enumerate((f"s3.us-east-1.amazonaws.com/{BUCKET}", f"{BUCKET}.s3.us-east-1.amazonaws.com")):
            uri = f"https://{host}/{bench.prefix}/data/"
            request = bench.request(f"job-{number}", image=LOOK, InputDataConfig=[channel("c", uri)])
            assert report(bench, request)["files"]["input/data/c/a"] == "x"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"S3Uri": f"s3://{BUCKET}/nothing/"}, "No S3 objects found under S3 URL"),
        ({"S3Uri": "s3://no-such-bucket/x"}, "Data download failed: NoSuchBucket"),
        ({"S3DataType": "ManifestFile"}, "has S3DataType ManifestFile; the embedded AWS reads S3Prefix only"),
    ],
)
def test_fails_on_data_that_cannot_be_had(s3: Any, tmp_path: Path, change: dict[str, str], says: str) -> None:
    with Bench(s3, tmp_path) as bench:
        uri = bench.put("data/a", "x")
        job = bench.run(bench.request(InputDataConfig=[channel("c", uri, source=change)]))
    assert job["FailureReason"].startswith("ClientError: ")
    assert says in job["FailureReason"]
    assert "TrainingTimeInSeconds" not in job


def test_fails_on_a_key_that_leads_out_of_its_channel(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bench.put("data/../../../../../escape", "x")
        reason = failure(bench, bench.request(InputDataConfig=[channel("c", f"s3://{BUCKET}/{bench.prefix}/data/")]))
    assert "leads out of its folder" in reason


def test_fails_on_pipe_mode_and_reads_fast_file_as_file(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        uri = bench.put("data/a", "x")
        piped = bench.request("pipe-1", InputDataConfig=[channel("c", uri, InputMode="Pipe")])
        assert "InputMode Pipe" in failure(bench, piped)
        fast = bench.request("fast-1", image=LOOK, InputDataConfig=[channel("c", uri, InputMode="FastFile")])
        assert report(bench, fast)["files"]["input/data/c/a"] == "x"


@pytest.mark.parametrize("path", ["/srv/checkpoints", "/opt/ml", "/opt/ml/../../etc"])
def test_fails_on_a_checkpoint_path_that_is_not_the_containers(s3: Any, tmp_path: Path, path: str) -> None:
    with Bench(s3, tmp_path) as bench:
        config = {"S3Uri": f"s3://{BUCKET}/{bench.prefix}/c/", "LocalPath": path}
        assert "must be a directory below /opt/ml" in failure(bench, bench.request(CheckpointConfig=config))


def test_checkpoints_can_have_a_path_of_their_own(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        config = {"S3Uri": f"s3://{BUCKET}/{bench.prefix}/own", "LocalPath": "/opt/ml/my/states/"}
        bench.run(bench.counting(arguments="--steps 1", CheckpointConfig=config))
        assert bench.keys("own") == ["step-1.json"]


def test_an_uncompressed_model_is_uploaded_as_files(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        output = {"S3OutputPath": f"s3://{BUCKET}/{bench.prefix}/models", "CompressionType": "NONE"}
        job = bench.run(bench.counting(arguments="--steps 1", OutputDataConfig=output))
        assert bench.keys("models/job-1/output/model") == ["model.json"]
        assert job["ModelArtifacts"]["S3ModelArtifacts"].endswith("/models/job-1/output/model/")


def test_the_same_model_gives_the_same_bytes(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        bodies = []
        for name in ("a-1", "b-1"):
            bench.run(bench.counting(name, arguments="--steps 2", CheckpointConfig={"S3Uri": f"s3://{BUCKET}/{name}/"}))
            key = f"{bench.prefix}/models/{name}/output/model.tar.gz"
            bodies.append(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        assert bodies[0] == bodies[1]
        with tarfile.open(fileobj=io.BytesIO(bodies[0])) as tar:
            assert [(member.name, member.mtime, member.uname) for member in tar] == [("model.json", 0, "")]
