"""What an embedded AWS forgets of what has ended, and what it never does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import FakeKey
from moto.stepfunctions.parser.utils import TMP_THREADS

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.moto_adapters.emulation import Kept
from tests.local.conftest import QUICK
from tests.local.machines import BUCKET, Machines, one_state, task, training_job, wait_for

KEPT = Kept(executions=3, jobs=2, log_streams=2, log_events=5, metric_data=4, calls=3)
LONG = one_state(Type="Wait", Seconds=99_999)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    programs = {"count:*": ["true"]}
    with EmbeddedAws(speed=100, programs=programs, timing=QUICK, kept=KEPT) as embedded:
        embedded.client("s3").create_bucket(Bucket=BUCKET)
        yield embedded


def test_fails_for_less_than_one() -> None:
    with pytest.raises(ValueError, match="'jobs' must be at least 1, got 0; 'calls' must be at least 1, got -1"):
        Kept(jobs=0, calls=-1)


def test_the_oldest_executions_that_ended_are_forgotten(machines: Machines) -> None:
    running = machines.start(LONG)
    machine = machines.create(one_state(Type="Parallel", Branches=[one_state(Type="Pass")]))
    ended = []
    for number in range(5):
        ended.append(machines.sfn.start_execution(stateMachineArn=machine, name=f"run-{number}")["executionArn"])
        machines.end(ended[-1])
    for forgotten in ended[:2]:
        for ask in (machines.sfn.describe_execution, machines.sfn.get_execution_history):
            with pytest.raises(machines.sfn.exceptions.ExecutionDoesNotExist):
                ask(executionArn=forgotten)
    listed = machines.sfn.list_executions(stateMachineArn=machine)["executions"]
    assert sorted(execution["executionArn"] for execution in listed) == ended[2:]
    assert [machines.events(execution)[-1]["type"] for execution in ended[2:]] == ["ExecutionSucceeded"] * 3
    assert machines.sfn.describe_execution(executionArn=running)["status"] == "RUNNING"
    assert not TMP_THREADS
    machines.sfn.stop_execution(executionArn=running)


def test_the_oldest_jobs_that_ended_are_forgotten(aws: EmbeddedAws) -> None:
    sagemaker = aws.client("sagemaker")
    paths = []
    for number in range(4):
        made = sagemaker.create_training_job(**training_job(f"job-{number}"))
        aws.training_jobs.wait(f"job-{number}", 30)
        paths.append(aws.training_jobs.log_path(f"job-{number}"))
    assert [path.exists() for path in paths] == [False, True, True, True]  # the newest had not ended when it came
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.describe_training_job(TrainingJobName="job-0")
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.list_tags(ResourceArn=f"{made['TrainingJobArn'][:-1]}0")
    listed = sagemaker.list_training_jobs()["TrainingJobSummaries"]
    assert sorted(job["TrainingJobName"] for job in listed) == ["job-1", "job-2", "job-3"]


def messages(logs: Any, stream: str) -> list[str]:
    found = logs.get_log_events(logGroupName="group", logStreamName=stream, startFromHead=True)["events"]
    return [event["message"] for event in found]


def test_the_oldest_events_and_streams_of_a_log_group_are_forgotten(aws: EmbeddedAws) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="group")

    def put(stream: str, *texts: str) -> None:
        now = int(aws.clock.now().timestamp() * 1000)
        events = [{"timestamp": now, "message": text} for text in texts]
        logs.put_log_events(logGroupName="group", logStreamName=stream, logEvents=events)

    for stream in ("a", "b"):
        logs.create_log_stream(logGroupName="group", logStreamName=stream)
    put("a", "1", "2", "3")
    put("b", "4", "5")
    put("a", "6", "7")
    assert (messages(logs, "a"), messages(logs, "b")) == (["3", "6", "7"], ["4", "5"])
    put("b", "8", "9")
    assert (messages(logs, "a"), messages(logs, "b")) == (["6", "7"], ["5", "8", "9"])
    logs.create_log_stream(logGroupName="group", logStreamName="c")
    found = logs.describe_log_streams(logGroupName="group")["logStreams"]
    assert [stream["logStreamName"] for stream in found] == ["b", "c"]


def test_the_oldest_values_of_metrics_are_forgotten(aws: EmbeddedAws) -> None:
    cloudwatch = aws.client("cloudwatch")
    for number in range(6):
        cloudwatch.put_metric_data(Namespace="kept", MetricData=[{"MetricName": f"m{number}", "Value": 1}])
    found = cloudwatch.list_metrics(Namespace="kept")["Metrics"]
    assert [metric["MetricName"] for metric in found] == ["m2", "m3", "m4", "m5"]


def test_the_oldest_calls_are_forgotten(machines: Machines, aws: EmbeddedAws) -> None:
    names = ["x1", "x2", "x3", "x4", "x5"]
    for name in names:
        machines.end(
            machines.start(one_state(**task("aws-sdk:sagemaker:describeTrainingJob", {"TrainingJobName": name})))
        )
    assert [call.resource.rpartition("/")[2] for call in aws.calls] == names[-3:]


def test_objects_that_were_deleted_are_not_kept(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")

    def living() -> int:
        gc.collect()
        tracked: Any = vars(FakeKey)["instances_tracked"]
        return sum(key.name.startswith("gone") for key in tracked)

    for number in range(3):
        s3.put_object(Bucket=BUCKET, Key=f"gone-{number}", Body=b"x")
    assert living() == 3
    for number in range(3):
        s3.delete_object(Bucket=BUCKET, Key=f"gone-{number}")
    wait_for("the handlers of the requests", lambda: living() == 0)
