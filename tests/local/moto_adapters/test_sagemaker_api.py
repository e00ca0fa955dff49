"""Any AWS client that is pointed at the endpoint deals with real training jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.training_jobs.faults import ERROR_BEFORE_CREATE, CreateFault
from tests.local.machines import HOLDS, training_job


@pytest.fixture(scope="module")
def sagemaker(aws: EmbeddedAws) -> Any:
    return aws.client("sagemaker")


def test_a_job_from_creation_to_its_end(aws: EmbeddedAws, sagemaker: Any) -> None:
    arn = sagemaker.create_training_job(**training_job("whole"))["TrainingJobArn"]
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="whole", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    described = sagemaker.describe_training_job(TrainingJobName="whole")
    del described["ResponseMetadata"]
    own = aws.training_jobs.describe("whole")
    assert described == own
    assert described["TrainingJobArn"] == arn
    bucket, _, key = described["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://").partition("/")
    assert aws.client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"] > 0


def test_a_job_is_stopped(aws: EmbeddedAws, sagemaker: Any) -> None:
    sagemaker.create_training_job(**training_job("held", arguments=HOLDS))
    sagemaker.stop_training_job(TrainingJobName="held")
    assert aws.training_jobs.wait("held", 30)["TrainingJobStatus"] == "Stopped"


def test_jobs_are_listed(aws: EmbeddedAws, sagemaker: Any) -> None:
    for number in range(3):
        sagemaker.create_training_job(**training_job(f"listed-{number}"))
    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains="listed-", SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    names = [job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]]
    assert names == ["listed-0", "listed-1", "listed-2"]
    now = aws.clock.now()
    for window, count in (({"CreationTimeAfter": now + timedelta(days=1)}, 0), ({"CreationTimeBefore": now}, 3)):
        found = sagemaker.list_training_jobs(NameContains="listed-", **window)["TrainingJobSummaries"]
        assert len(found) == count


def test_tags(sagemaker: Any) -> None:
    arn = sagemaker.create_training_job(**training_job("has-tags"))["TrainingJobArn"]
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_tags_of_other_things_stay_motos(sagemaker: Any) -> None:
    made = sagemaker.create_model(ModelName="other", ExecutionRoleArn="arn:aws:iam::123456789012:role/model")
    sagemaker.add_tags(ResourceArn=made["ModelArn"], Tags=[{"Key": "a", "Value": "1"}])
    assert sagemaker.list_tags(ResourceArn=made["ModelArn"])["Tags"] == [{"Key": "a", "Value": "1"}]


def test_fails_as_the_service_fails(sagemaker: Any) -> None:
    sagemaker.create_training_job(**training_job("only-one"))
    with pytest.raises(sagemaker.exceptions.ResourceInUse) as raised:
        sagemaker.create_training_job(**training_job("only-one"))
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    for call in (sagemaker.describe_training_job, sagemaker.stop_training_job):
        with pytest.raises(ClientError) as unknown:
            call(TrainingJobName="nobody")
        assert unknown.value.response["Error"] == {
            "Code": "ValidationException",
            "Message": "Requested resource not found.",
        }


class OneFault:
    """Trouble for one job name."""

    def on_create(self, number: int, request: Any) -> CreateFault | None:
        return ERROR_BEFORE_CREATE if request["TrainingJobName"] == "unlucky" else None

    def on_job(self, number: int, request: Any) -> None:
        return None


def test_fails_with_the_status_of_the_fault(aws: EmbeddedAws, sagemaker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws.training_jobs, "_faults", OneFault())
    with pytest.raises(ClientError) as raised:
        sagemaker.create_training_job(**training_job("unlucky"))
    assert raised.value.response["Error"]["Code"] == "InternalFailure"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


@pytest.mark.parametrize(
    ("service", "operation", "asked", "status", "code"),
    [
        ("sagemaker", "delete_training_job", {"TrainingJobName": "x"}, 400, "UnknownOperationException"),
        ("sagemaker", "list_labeling_jobs", {}, 400, "UnknownOperationException"),
        ("sagemaker", "search", {"Resource": "TrainingJob"}, 400, "ValidationException"),
        ("pricing", "describe_services", {}, 400, "UnknownOperationException"),
        ("appconfig", "list_extensions", {}, 400, "UnknownOperationException"),
        ("cloudformation", "list_types", {}, 400, "InvalidAction"),
        ("ec2", "describe_id_format", {}, 400, "InvalidAction"),
    ],
)
def test_fails_in_awss_form_on_an_operation_that_is_not_emulated(
    aws: EmbeddedAws, service: str, operation: str, asked: dict[str, Any], status: int, code: str
) -> None:
    client = aws.client(service)
    with pytest.raises(ClientError) as error:
        getattr(client, operation)(**asked)
    answer = error.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (status, code)
    assert answer["Error"]["Message"].startswith("the embedded AWS ")


def test_fails_in_s3s_form_too(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: Any) -> None:
        raise NotImplementedError("no buckets")

    monkeypatch.setattr("moto.s3.responses.S3Response.all_buckets", missing)
    with pytest.raises(ClientError) as error:
        aws.client("s3").list_buckets()
    answer = error.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (405, "MethodNotAllowed")
    assert answer["Error"]["Message"] == "the embedded AWS does not have this operation: s3 GET / (no buckets)"


def test_a_defect_is_told_in_awss_form(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("moto.sts.responses.TokenResponse.get_caller_identity", broken)
    with pytest.raises(ClientError) as error:
        aws.client("sts").get_caller_identity()
    answer = error.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (500, "InternalFailure")
    assert "the embedded AWS failed at sts POST /: KeyError('lost')" in answer["Error"]["Message"]
