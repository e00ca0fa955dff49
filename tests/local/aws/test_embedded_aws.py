"""An embedded AWS begins empty, ends without a trace, and says in one sentence why it cannot begin."""

from __future__ import annotations

import importlib.metadata
import logging
import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.errors import LocalError
from constructs_lib.local.moto_adapters import patching
from constructs_lib.local.moto_adapters.not_emulated import NOT_EMULATED
from constructs_lib.local.moto_adapters.patching import MotoChangedError
from tests.local.conftest import PROGRAMS, QUICK
from tests.local.machines import BUCKET, HOLDS, Machines, one_state, task, training_job, wait_for
from tests.support.places import DOCS


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_its_endpoint_reads_localhost_and_is_on_the_loopback_only() -> None:
    with EmbeddedAws() as aws:
        host, _, port = aws.endpoint_url.removeprefix("http://").partition(":")
        assert host == "localhost"
        with socket.create_connection(("127.0.0.1", int(port)), timeout=30) as connection:
            assert connection.getpeername()[0] == "127.0.0.1"
        assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no address ::1")
def test_nobody_else_can_listen_where_localhost_leads_too() -> None:
    with EmbeddedAws() as aws:
        port = int(aws.endpoint_url.rpartition(":")[2])
        with socket.socket(socket.AF_INET6) as another, pytest.raises(OSError, match="in use"):
            another.bind(("::1", port))
        with socket.create_connection(("::1", port), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 403 ")
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::1", 0))
        taken.listen()
        with pytest.raises(LocalError, match=r"cannot be used .*choose another with --port"):
            EmbeddedAws(port=taken.getsockname()[1])


def test_it_forgets_everything() -> None:
    with EmbeddedAws() as aws:
        aws.client("s3").create_bucket(Bucket="kept")
        Machines(aws).create(one_state(Type="Succeed"))
    with EmbeddedAws() as aws:
        assert aws.client("s3").list_buckets()["Buckets"] == []
        assert aws.client("stepfunctions").list_state_machines()["stateMachines"] == []


def test_it_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOTO_PORT", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = {thread.name for thread in threading.enumerate()}
    environment = dict(os.environ)
    level = logging.getLogger("moto").level
    with EmbeddedAws(programs=PROGRAMS, timing=QUICK) as aws:
        aws.client("s3").create_bucket(Bucket=BUCKET)
        machines = Machines(aws)
        held = machines.start(
            one_state(**task("sagemaker:createTrainingJob.sync", training_job("held", arguments=HOLDS)))
        )
        waits = machines.start(one_state(Type="Wait", Seconds=99_999))
        wait_for("training", lambda: "begin" in log_of(aws, "held"))
        assert {machines.sfn.describe_execution(executionArn=arn)["status"] for arn in (held, waits)} == {"RUNNING"}
        assert os.environ["MOTO_PORT"] in aws.endpoint_url
        assert list(tmp_path.iterdir())
        client = aws.client("s3")
    assert dict(os.environ) == environment
    assert logging.getLogger("moto").level == level
    assert list(tmp_path.iterdir()) == []
    wait_for("the threads", lambda: {thread.name for thread in threading.enumerate()} <= before)
    with pytest.raises(EndpointConnectionError):
        client.list_buckets()


def test_closing_twice_is_closing_once() -> None:
    aws = EmbeddedAws()
    aws.close()
    aws.close()
    with EmbeddedAws():
        aws.close()


def test_fails_to_be_two() -> None:
    with EmbeddedAws(), pytest.raises(LocalError, match="an embedded AWS in this process already"):
        EmbeddedAws()


def test_fails_on_a_busy_port_and_lets_the_next_one_begin() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=f"port {port} cannot be used .*choose another with --port"):
            EmbeddedAws(port=port)
    with EmbeddedAws(port=port) as aws:
        assert aws.endpoint_url == f"http://localhost:{port}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"market": "sometimes"}, "'market' must be"),
        ({"speed": 0}, "'speed' must be"),
        ({"spot_discount": 2}, "'spot_discount' must be"),
    ],
)
def test_fails_with_a_wrong_argument_and_lets_the_next_one_begin(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        EmbeddedAws(**arguments)  # type: ignore[arg-type]
    with EmbeddedAws():
        pass


@pytest.mark.parametrize("version", ["5.2.4", "4.9", "5.3.0rc1", "6"])
def test_fails_with_another_moto(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    with pytest.raises(MotoChangedError, match=f"it is {version}, and must be >=5.2.5,<5.3; install 'moto==5.2.5'"):
        EmbeddedAws()
    monkeypatch.undo()
    with EmbeddedAws():
        pass


@pytest.mark.parametrize("version", ["5.2.5", "5.2.12"])
def test_a_patch_release_of_moto_is_taken_as_long_as_what_is_replaced_is_the_same(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    patching.check([])
    with pytest.raises(MotoChangedError, match=rf"this moto, {version}: .*check is \(patches\), not absent"):
        patching.check([patching.Patch(owner=patching, name="check", signature=patching.ABSENT, make=lambda _: None)])


def test_its_clients_do_not_care_about_this_machines_aws_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with EmbeddedAws(region="eu-west-1") as aws:
        assert aws.client("s3").meta.region_name == "eu-west-1"
        assert aws.client("s3").list_buckets()["Buckets"] == []


def test_regions_are_apart() -> None:
    with EmbeddedAws(region="eu-west-1") as aws:
        Machines(aws).create(one_state(Type="Succeed"))
        assert aws.client("stepfunctions", "us-east-1").list_state_machines()["stateMachines"] == []


def test_the_clock_is_the_jobs_clock() -> None:
    with EmbeddedAws(speed=2000, programs=PROGRAMS, timing=QUICK, market="scripted:+5000") as aws:
        aws.client("s3").create_bucket(Bucket=BUCKET)
        before = aws.clock.now()
        spot: dict[str, Any] = {
            "EnableManagedSpotTraining": True,
            "StoppingCondition": {"MaxRuntimeInSeconds": 86400, "MaxWaitTimeInSeconds": 86400},
        }
        aws.training_jobs.create(training_job("waits", **spot))
        job = aws.training_jobs.wait("waits", 30)
        assert job["TrainingJobStatus"] == "Completed"
        assert (job["TrainingStartTime"] - before).total_seconds() >= 5000


def test_the_environment_points_at_it() -> None:
    with EmbeddedAws(region="eu-west-1") as aws:
        environment = aws.environment()
        assert environment["AWS_ENDPOINT_URL"] == aws.endpoint_url
        assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
        assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= set(environment)
    with EmbeddedAws() as another:
        assert another.environment()["AWS_ACCESS_KEY_ID"] != environment["AWS_ACCESS_KEY_ID"]


def log_of(aws: EmbeddedAws, name: str) -> str:
    """What a job has written, as soon as there is one."""
    try:
        aws.client("sagemaker").describe_training_job(TrainingJobName=name)
    except ClientError:
        return ""
    return aws.training_jobs.log(name)


def test_the_docs_print_everything_that_is_not_emulated() -> None:
    text = " ".join((DOCS / "guides" / "local.md").read_text(encoding="utf-8").split())
    missing = [sentence for sentence in NOT_EMULATED if f"- {' '.join(sentence.split())}." not in text]
    assert missing == []
