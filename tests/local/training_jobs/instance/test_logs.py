"""What a program writes is in CloudWatch Logs, in the streams that SageMaker would have."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from constructs_lib.local.clock import Clock
from constructs_lib.local.command.up import JobNews
from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.log_stream import GROUP, LogStream
from tests.local.training_jobs.bench import Bench


@pytest.fixture(scope="module")
def logs(s3: Any) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client("logs", endpoint_url=s3.meta.endpoint_url, region_name="us-east-1", **keys)


def streams(logs: Any, job: str) -> list[str]:
    found = logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{job}/", orderBy="LogStreamName")
    return [stream["logStreamName"] for stream in found["logStreams"]]


def messages(logs: Any, stream: str) -> list[str]:
    found = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
    return [event["message"] for event in found["events"]]


def test_each_launch_has_a_stream_with_its_output(s3: Any, logs: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:checkpoints=1+20", logs=logs) as bench:
        bench.run(bench.counting("seen-1", arguments="--steps 2 --hold 1"))
    first, second = streams(logs, "seen-1")
    assert re.fullmatch(r"seen-1/algo-1-\d{10}", first)
    assert messages(logs, first)[:2] == ["begin at 0", "step=1 loss=1.000;"]
    assert messages(logs, second) == ["begin at 1", "step=2 loss=0.500;"]


def test_output_of_a_program_that_fails_or_is_killed_is_there(s3: Any, logs: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, logs=logs) as bench:
        bench.run(bench.counting("failed-1", arguments="--steps 1 --fail silent"))
        bench.jobs.create(bench.counting("stopped-1", arguments="--steps 2 --hold 2 --on-term ignore"))
        while "step-2.json" not in bench.keys("checkpoints"):
            time.sleep(0.05)
        bench.jobs.stop("stopped-1")
        bench.jobs.wait("stopped-1", 30)
    assert "step=1 loss=1.000;" in messages(logs, streams(logs, "failed-1")[0])
    assert "step=2 loss=0.500;" in messages(logs, streams(logs, "stopped-1")[0])


def test_lines_arrive_whole_in_order_and_within_the_limits_of_an_event(logs: Any, tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_bytes(b"before\n")
    stream = LogStream(logs, "a-1/algo-1", Clock(), file=file, offset=len("before\n"), wall_seconds=3600)
    stream.start()
    long = "é" * 300_000
    lines = ["one", "", "  ", *(f"line {number}" for number in range(10_100)), long, "last, without an end"]
    file.write_bytes(b"before\n" + "\n".join(lines).encode())
    stream.finish()
    stream.finish()
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = logs.get_log_events(logGroupName=GROUP, logStreamName=stream.name, startFromHead=True, **token)
        if not page["events"]:
            break
        found += [event["message"] for event in page["events"]]
        token = {"nextToken": page["nextForwardToken"]}
    assert found[:10_101] == ["one", *lines[3:10_103]]
    assert "".join(found[10_101:]) == long + "last, without an end"
    assert all(len(message.encode()) <= 262_118 for message in found)


def test_a_job_goes_on_where_there_are_no_logs(s3: Any, tmp_path: Path) -> None:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    nowhere = boto3.client("logs", endpoint_url="http://127.0.0.1:1", region_name="us-east-1", **keys)
    with Bench(s3, tmp_path, logs=nowhere) as bench:
        assert bench.run(bench.counting(arguments="--steps 1"))["TrainingJobStatus"] == "Completed"


def test_up_says_where_the_output_is_and_why_a_job_failed(
    s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Bench(s3, tmp_path, market="scripted:checkpoints=1+20") as bench:
        bench.jobs.subscribe(JobNews(bench.jobs))
        bench.run(bench.counting("told-1", arguments="--steps 2 --hold 1 --fail silent"))
        path = bench.jobs.log_path("told-1")
    said = capsys.readouterr().err
    assert said.count(f"# told-1 trains; its output: {path}, and the log group {GROUP}") == 1
    assert "# told-1 failed: AlgorithmError: " in said


def test_up_says_that_a_fast_clock_has_used_up_a_budget(
    s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Bench(s3, tmp_path, speed=200) as bench:
        bench.jobs.subscribe(JobNews(bench.jobs, 200))
        job = bench.run(bench.counting("slow-1", arguments="--steps 1 --hold 1", spot=False, max_runtime=100))
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"
    assert "slow-1 has used up its MaxRuntimeInSeconds: at --speed 200 a second of its work counts as 200" in (
        capsys.readouterr().err
    )


def test_the_embedded_logs_go_by_the_embedded_clock() -> None:
    # the last one here: it empties the moto of this process
    with EmbeddedAws(speed=1_000_000) as aws:
        logs = aws.client("logs")
        logs.create_log_group(logGroupName=GROUP)
        logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
        event = {"timestamp": int(aws.clock.now().timestamp() * 1000), "message": "x"}
        answer = logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=[event])
        assert "rejectedLogEventsInfo" not in answer
        assert messages(logs, "s") == ["x"]
