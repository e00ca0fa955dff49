"""The command `spot-training local`: what it prints, how it ends, and one sentence for everything that is wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner

from constructs_lib.local.command.data import Put, parse_data, put_data
from constructs_lib.local.command.main import local
from constructs_lib.local.command.models import compare
from constructs_lib.local.command.resumes import ResumeBook, step_of
from constructs_lib.local.command.up import instructions
from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.errors import LocalError
from constructs_lib.runs.calls.recorded import Call
from constructs_lib.runs.command.exit_status import INTERRUPTED
from tests.support.places import ROOT as REPOSITORY

COMMAND = [sys.executable, "-c", "from constructs_lib.local.command.main import local; local()"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["up", "--market", "sometimes"], "'market' must be always, never"),
        (["up", "--speed", "0"], "'speed' must be a positive number"),
        (["up", "--program", "image"], "--program must be IMAGE=CMD"),
        (["up", "--program", "image='"], "--program must be IMAGE=CMD, and CMD cannot be read"),
        (["up", "--program", "=python"], "--program must be IMAGE=CMD"),
        (["up", "--python", "/no/python"], "--python must be a Python interpreter that runs"),
        (["demo", "--python", "/bin/true"], "--python must be a Python interpreter that runs"),
        (["up", "--data", "bucket"], "--data must be BUCKET=DIR"),
        (["up", "--data", "bucket=/nowhere"], "there is no file or directory /nowhere"),
        (["up", "--data", "Unknown=/etc/hostname"], "no stack has a bucket or an output 'Unknown'; there are: none"),
        (["up", "--deploy", "/nowhere"], "there is no cdk.json in /nowhere"),
        (["demo", "--app", "/nowhere"], "there is no cdk.json in /nowhere"),
        (["demo", "--market", "sometimes"], "'market' must be always, never"),
    ],
)
def test_fails_in_one_sentence(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(local, arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output
    (problem,) = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert result.output.rstrip().endswith(problem)


@pytest.mark.parametrize(
    ("place", "arguments"),
    [
        ("constructs_lib.local.command.up.EmbeddedAws", ["up"]),
        ("constructs_lib.local.command.demo.EmbeddedAws", ["demo", "--app", str(REPOSITORY)]),
    ],
)
def test_requirements_are_installed_where_it_is_asked_for(
    place: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(**options: object) -> None:
        raise LocalError(f"asked with {options['install_requirements']}")

    monkeypatch.setattr(place, told)
    assert "asked with False" in CliRunner().invoke(local, arguments).output
    assert "asked with True" in CliRunner().invoke(local, [*arguments, "--install-requirements"]).output


def test_fails_on_a_busy_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(local, ["up", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 2
    assert "choose another with --port" in result.output


def test_help_needs_no_moto() -> None:
    code = "import sys; from constructs_lib.local.command.main import local; sys.exit('moto' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0
    assert "embedded AWS" in CliRunner().invoke(local, ["--help"]).output


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_up_runs_until_it_is_told_to_stop(sent: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "up"],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        exported: dict[str, str] = {}
        for line in process.stdout:
            if match := re.fullmatch(r"export (\w+)=(.*)\n", line):
                exported[match[1]] = match[2]
            elif line.startswith("unset"):
                break
        client = boto3.client(
            "stepfunctions",
            endpoint_url=exported["AWS_ENDPOINT_URL"],
            region_name=exported["AWS_REGION"],
            aws_access_key_id=exported["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=exported["AWS_SECRET_ACCESS_KEY"],
        )
        assert client.list_state_machines()["stateMachines"] == []
        page = (REPOSITORY / "docs/guides/local.md").read_text(encoding="utf-8")
        assert list(exported) == re.findall(r"^export (\w+)=", page, re.MULTILINE)
        assert Path(exported["CDK_HOME"]).stat().st_mode & 0o777 == 0o700
        process.send_signal(sent)
        _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == INTERRUPTED
    assert "stopped; nothing is left behind" in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
    port = int(exported["AWS_ENDPOINT_URL"].rpartition(":")[2])
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def test_the_instructions_name_what_was_deployed() -> None:
    lines = instructions({"AWS_REGION": "eu-west-1"}, {"Mine": {"StateMachineArn": "arn:machine"}})
    assert lines[0] == "export AWS_REGION=eu-west-1"
    assert any("spot-training run --stack Mine --watch" in line for line in lines)
    assert any("--state-machine-arn arn:machine" in line for line in lines)


def test_the_instructions_name_every_stack() -> None:
    outputs = {"Data": {"BucketName": "d"}, "One": {"StateMachineArn": "arn:1"}, "Two": {"StateMachineArn": "arn:2"}}
    lines = "\n".join(instructions({}, outputs))
    for said in ("# Data:\n#   BucketName = d", "--stack One --watch", "--stack Two --watch", "arn:2"):
        assert said in lines


def test_data_finds_its_bucket_by_name_logical_id_or_output(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.csv", "deep/b.csv"):
        (tmp_path / name).write_text(name)
    template = {
        "Resources": {"Train1234ABCD": {"Type": "AWS::S3::Bucket"}, "Raw": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {"RawBucketName": {"Value": {"Ref": "Raw"}}},
    }
    with EmbeddedAws() as aws:
        aws.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))
        s3 = aws.client("s3")
        raw, train = sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])

        def put(text: str) -> tuple[Put, list[str]]:
            done = put_data(aws, parse_data(text))
            bucket, _, prefix = done.uri.removeprefix("s3://").partition("/")
            listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
            return done, [item["Key"] for item in listed]

        assert put(f"Train/data={tmp_path}") == (
            Put(f"s3://{train}/data/", 2, made=False),
            ["data/a.csv", "data/deep/b.csv"],
        )
        assert put(f"RawBucketName={tmp_path / 'a.csv'}") == (Put(f"s3://{raw}/", 1, made=False), ["a.csv"])
        assert put(f"{train}/x={tmp_path}")[0] == Put(f"s3://{train}/x/", 2, made=False)
        assert put(f"somebody-elses={tmp_path}")[0] == Put("s3://somebody-elses/", 2, made=True)
        with pytest.raises(LocalError, match="there are: Raw, RawBucketName, Train1234ABCD"):
            put(f"Nothing={tmp_path}")
        (tmp_path / "empty").mkdir()
        with pytest.raises(LocalError, match="there is no file in"):
            put(f"Raw={tmp_path / 'empty'}")


@pytest.mark.parametrize(
    ("one", "other", "same", "says"),
    [
        ({"a": b"1"}, {"a": b"1"}, True, "byte for byte (a)"),
        ({}, {}, False, "no file in either model"),
        ({"a": b"1"}, {"b": b"1"}, False, "one model has a, the other has b"),
        ({"a": b"1"}, {"a": b"2"}, False, "a differ"),
        ({"a": b"1", "m.json": b'{"x": 1}'}, {"a": b"2", "m.json": b'{"x":1}'}, True, "metric for metric (m.json)"),
        ({"a": b"1", "m.json": b'{"x": 1}'}, {"a": b"1", "m.json": b'{"x":2}'}, False, "m.json differ"),
        ({"m.json": b"{"}, {"m.json": b"}"}, False, "m.json differ"),
    ],
)
def test_models_are_compared(one: dict[str, bytes], other: dict[str, bytes], same: bool, says: str) -> None:
    comparison = compare(one, other)
    assert comparison.same is same
    assert says in comparison.text


@pytest.mark.parametrize(
    ("name", "step"),
    [("checkpoint-00000422.npz", 422), ("step-7.tar.gz", 7), ("epoch3", 3), ("weights.bin", 0), ("", 0), ("v2-x", 0)],
)
def test_a_step_is_the_number_that_ends_a_name(name: str, step: int) -> None:
    assert step_of(name) == step


class TwoPages:
    """An S3 with two pages of checkpoints."""

    def get_paginator(self, name: str) -> TwoPages:
        assert name == "list_objects_v2"
        return self

    def paginate(self, **asked: str) -> list[dict[str, list[dict[str, str]]]]:
        assert asked == {"Bucket": "b", "Prefix": "p/"}
        return [{"Contents": [{"Key": "p/step-9.npz"}]}, {"Contents": [{"Key": "p/step-10.npz"}]}]


def test_the_book_notes_each_return_once() -> None:
    book = ResumeBook(TwoPages())
    for statuses in (["Training"], ["Training", "Interrupted"], ["Training", "Interrupted", "Training"]) * 2:
        book.see(
            {
                "TrainingJobName": "job",
                "CheckpointConfig": {"S3Uri": "s3://b/p/"},
                "SecondaryStatusTransitions": [{"Status": status} for status in statuses],
            }
        )
    assert [(resume.checkpoint, resume.step) for resume in book.of("job")] == [("step-10.npz", 10)]
    assert book.of("other") == []


@pytest.mark.parametrize(
    ("written", "resumed", "text"),
    [
        ("step-11.npz", True, "10 (step-10.npz)"),
        ("step-10.npz", True, "10 (step-10.npz)"),
        ("last.npz", True, "10 (step-10.npz)"),
        ("step-1.npz", False, "10 (step-10.npz), but then it wrote step-1.npz"),
    ],
)
def test_the_book_tells_who_began_anew(written: str, resumed: bool, text: str) -> None:
    book = ResumeBook(TwoPages())
    book.see(
        {
            "TrainingJobName": "job",
            "CheckpointConfig": {"S3Uri": "s3://b/p/"},
            "SecondaryStatusTransitions": [{"Status": status} for status in ("Training", "Interrupted", "Training")],
        }
    )
    for name in ("q/step-2.npz", f"p/{written}", "p/step-3.npz"):
        book.hear(Call(role_arn="role", action="s3:PutObject", resource=f"arn:aws:s3:::b/{name}"))
    assert [(resume.resumed, resume.text) for resume in book.of("job")] == [(resumed, text)]
