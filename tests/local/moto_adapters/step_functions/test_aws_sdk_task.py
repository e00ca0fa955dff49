"""The AWS SDK integrations: names of members and errors, times, bodies, and conditional writes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.moto_adapters.step_functions.tasks.aws_sdk_task import java_name
from constructs_lib.local.moto_adapters.step_functions.tasks.shapes import iso_instant
from tests.local.machines import BUCKET, HOLDS, Machines, one_state, task, training_job, wait_for

INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?Z"


def sdk(machines: Machines, action: str, arguments: object) -> dict[str, Any]:
    """Run one task of the AWS SDK integrations."""
    return machines.run(one_state(**task(f"aws-sdk:{action}", arguments)))


@pytest.mark.parametrize(
    ("service_id", "name"),
    [
        ("SageMaker", "SageMaker"),
        ("S3", "S3"),
        ("SFN", "Sfn"),
        ("DynamoDB", "DynamoDb"),
        ("CloudWatch Logs", "CloudWatchLogs"),
    ],
)
def test_services_have_their_names_of_the_java_sdk(service_id: str, name: str) -> None:
    assert java_name(service_id) == name


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [(0, "2026-01-02T03:04:05Z"), (120_000, "2026-01-02T03:04:05.120Z"), (123_456, "2026-01-02T03:04:05.123456Z")],
)
def test_times_have_as_many_digits_as_they_need(microseconds: int, text: str) -> None:
    assert iso_instant(datetime(2026, 1, 2, 3, 4, 5, microseconds, tzinfo=UTC)) == text


def test_describe_gives_times_as_text(machines: Machines, aws: EmbeddedAws) -> None:
    aws.training_jobs.create(training_job("described"))
    job = aws.training_jobs.wait("described", 30)
    output = sdk(machines, "sagemaker:describeTrainingJob", {"TrainingJobName": "described"})["output"]
    assert set(output) == set(job)
    assert re.fullmatch(INSTANT, output["CreationTime"])
    assert datetime.fromisoformat(output["CreationTime"]) == job["CreationTime"]
    assert re.fullmatch(INSTANT, output["SecondaryStatusTransitions"][0]["StartTime"])


def test_stop_and_list(machines: Machines, aws: EmbeddedAws) -> None:
    aws.training_jobs.create(training_job("stops", arguments=HOLDS))
    assert sdk(machines, "sagemaker:stopTrainingJob", {"TrainingJobName": "stops"})["output"] == {}
    assert aws.training_jobs.wait("stops", 30)["TrainingJobStatus"] == "Stopped"
    output = sdk(machines, "sagemaker:listTrainingJobs", {"NameContains": "stops"})["output"]
    assert [job["TrainingJobName"] for job in output["TrainingJobSummaries"]] == ["stops"]


@pytest.mark.parametrize(
    ("action", "arguments", "error", "cause"),
    [
        (
            "sagemaker:describeTrainingJob",
            {"TrainingJobName": "nobody"},
            "SageMaker.SageMakerException",
            r"Requested resource not found\. \(Service: SageMaker, Status Code: 400, Request ID: \w+\) "
            r"\(SDK Attempt Count: 1\)",
        ),
        (
            "sagemaker:stopTrainingJob",
            {"TrainingJobName": "nobody"},
            "SageMaker.SageMakerException",
            r"Requested resource not found\. \(Service: SageMaker, .*",
        ),
        (
            "s3:getObject",
            {"Bucket": BUCKET, "Key": "nothing"},
            "S3.NoSuchKeyException",
            r"The specified key .* 404, .*",
        ),
        ("s3:getObject", {"Bucket": "no-such-bucket", "Key": "k"}, "S3.NoSuchBucketException", r".*bucket.*"),
        (
            "sfn:describeExecution",
            {"ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:none:none"},
            "Sfn.ExecutionDoesNotExistException",
            r"Execution Does Not Exist.*",
        ),
    ],
)
def test_errors_have_their_names(
    machines: Machines, action: str, arguments: dict[str, str], error: str, cause: str
) -> None:
    description = sdk(machines, action, arguments)
    assert description["error"] == error
    assert re.fullmatch(cause, description["cause"])


def test_an_object_is_written_once(machines: Machines) -> None:
    lock = {"Bucket": BUCKET, "Key": "lock", "Body": {"by": 'a "run"'}, "IfNoneMatch": "*"}
    first = sdk(machines, "s3:putObject", lock)["output"]
    assert first["ETag"].startswith('"')
    second = sdk(machines, "s3:putObject", lock)
    assert second["error"] == "S3.S3Exception"
    assert "Status Code: 412" in second["cause"]


def test_an_object_is_taken_over_by_its_etag(machines: Machines) -> None:
    where = {"Bucket": BUCKET, "Key": "taken-over"}
    etag = sdk(machines, "s3:putObject", {**where, "Body": "one"})["output"]["ETag"]
    taken = sdk(machines, "s3:putObject", {**where, "Body": "two", "IfMatch": etag})["output"]
    late = sdk(machines, "s3:putObject", {**where, "Body": "three", "IfMatch": etag})
    assert late["error"] == "S3.S3Exception"
    read = sdk(machines, "s3:getObject", where)["output"]
    assert (read["Body"], read["ETag"]) == ('"two"', taken["ETag"])
    assert re.fullmatch(INSTANT, read["LastModified"])


def test_a_body_is_text_that_an_expression_can_read(machines: Machines) -> None:
    where = {"Bucket": BUCKET, "Key": "document"}
    assert sdk(machines, "s3:putObject", {**where, "Body": {"a": [1, "é"]}})["status"] == "SUCCEEDED"
    state = task("aws-sdk:s3:getObject", where, Output="{% $parse($states.result.Body).a[1] %}")
    assert machines.output(one_state(**state)) == "é"


def test_an_object_is_deleted(machines: Machines) -> None:
    where = {"Bucket": BUCKET, "Key": "short-lived"}
    sdk(machines, "s3:putObject", {**where, "Body": "x"})
    assert sdk(machines, "s3:deleteObject", where)["status"] == "SUCCEEDED"
    assert sdk(machines, "s3:getObject", where)["error"] == "S3.NoSuchKeyException"


def test_another_execution_is_described(machines: Machines) -> None:
    other = machines.start(one_state(Type="Pass", Output={"a": 1}))
    machines.end(other)
    output = sdk(machines, "sfn:describeExecution", {"ExecutionArn": other})["output"]
    assert (output["ExecutionArn"], output["Status"], output["Output"]) == (other, "SUCCEEDED", '{"a":1}')
    assert re.fullmatch(INSTANT, output["StartDate"])


def test_a_null_member_is_absent_and_an_object_for_a_text_is_json(machines: Machines) -> None:
    put = {"Bucket": BUCKET, "Key": "typed", "Body": "x", "ContentType": {"a": "é"}, "ContentEncoding": None}
    assert sdk(machines, "s3:putObject", put)["status"] == "SUCCEEDED"
    read = sdk(machines, "s3:getObject", {"Bucket": BUCKET, "Key": "typed"})["output"]
    assert "ContentEncoding" not in read
    assert json.loads(read["ContentType"].encode("latin-1")) == {"a": "é"}


def test_fails_by_the_service_when_required_members_are_missing(machines: Machines) -> None:
    description = sdk(machines, "sagemaker:createEndpoint", {"Tags": [{"Key": "a"}]})
    assert description["error"] == "SageMaker.SageMakerException"
    assert description["cause"].startswith(
        "3 validation errors detected: Value null at 'endpointName' failed to satisfy constraint: Member must not be "
        "null; Value null at 'endpointConfigName' failed to satisfy constraint: Member must not be null; Value null at "
        "'tags.1.member.value' failed to satisfy constraint: Member must not be null (Service: SageMaker, "
    )


@pytest.mark.parametrize(
    ("action", "arguments", "says"),
    [
        (
            "s3:putObject",
            {"Bucket": BUCKET, "Key": "k", "Nonsense": 1},
            'The Parameters \'{"Bucket":"embedded-aws","Key":"k","Nonsense":1}\' could not be used to start the Task: '
            "[The field 'Nonsense' is not supported by Step Functions]",
        ),
        (
            "sagemaker:listTrainingJobs",
            {"MaxResults": "many"},
            "[The value of the field 'MaxResults' has an invalid format]",
        ),
        ("s3:noSuchAction", {}, "no action 'noSuchAction'"),
    ],
)
def test_fails_at_runtime_when_the_arguments_are_wrong(
    machines: Machines, action: str, arguments: dict[str, Any], says: str
) -> None:
    description = sdk(machines, action, arguments)
    assert description["error"] == "States.Runtime"
    assert says in description["cause"]


def test_many_tasks_at_once(machines: Machines) -> None:
    put = task("aws-sdk:s3:putObject", {"Bucket": BUCKET, "Key": "{% 'many/' & $string($states.input) %}", "Body": "x"})
    machine = one_state(Type="Map", Items="{% [1..20] %}", ItemProcessor=one_state(**put))
    execution = machines.start(machine)
    assert machines.end(execution)["status"] == "SUCCEEDED"
    s3 = machines.aws.client("s3")
    assert wait_for("the objects", lambda: s3.list_objects_v2(Bucket=BUCKET, Prefix="many/")["KeyCount"] == 20)
