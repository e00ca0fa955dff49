"""SageMaker's API for training jobs: errors and their order, answers' shapes, lists, tags."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from constructs_lib.local.training_jobs.api.errors import SageMakerError
from constructs_lib.local.training_jobs.faults import (
    ACCESS_DENIED,
    ERROR_AFTER_CREATE,
    ERROR_BEFORE_CREATE,
    THROTTLED,
    ScriptedFaults,
)
from constructs_lib.local.training_jobs.not_emulated import NOT_EMULATED
from constructs_lib.local.training_jobs.quotas import Quotas
from constructs_lib.local.training_jobs.service import TrainingJobs
from tests.local.training_jobs.bench import BUCKET, ENDS_WITHIN, Bench

MODEL = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))


def refused(bench: Bench, request: dict[str, Any]) -> SageMakerError:
    with pytest.raises(SageMakerError) as error:
        bench.jobs.create(request)
    return error.value


def test_create_answers_with_the_arn(waiting: Bench) -> None:
    assert waiting.jobs.create(waiting.request("a-1")) == {
        "TrainingJobArn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/a-1"
    }


def test_fails_with_all_that_is_wrong_in_a_request(waiting: Bench) -> None:
    request = waiting.request("no_underscores", max_runtime=100, max_wait=50)
    error = refused(waiting, request)
    assert (error.code, error.http_status) == ("ValidationException", 400)
    assert error.message.startswith("2 validation errors detected: ")
    assert "no_underscores" in error.message
    assert "MaxWaitTimeInSeconds" in error.message
    assert waiting.jobs.list()["TrainingJobSummaries"] == []


def test_fails_on_a_name_that_exists(waiting: Bench) -> None:
    waiting.jobs.create(waiting.request("a-1"))
    error = refused(waiting, waiting.request("a-1"))
    assert (error.code, error.http_status) == ("ResourceInUse", 400)
    assert error.message == (
        "Training job names must be unique within an AWS account and region, and a training job with this name already "
        "exists (arn:aws:sagemaker:us-east-1:123456789012:training-job/a-1)"
    )


def test_fails_over_a_quota_until_a_job_ends(s3: Any, tmp_path: Path) -> None:
    quotas = Quotas({("ml.m5.xlarge", "spot"): 2})
    with Bench(s3, tmp_path, market="never", quotas=quotas) as bench:
        bench.jobs.create(bench.request("a-1"))
        two = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 1}
        error = refused(bench, bench.request("b-1", ResourceConfig=two))
        assert (error.code, error.http_status) == ("ResourceLimitExceeded", 400)
        assert error.message.startswith(
            "The account-level service limit 'ml.m5.xlarge for spot training job usage' is 2 Instances, "
            "with current utilization of 1 Instances and a request delta of 2 Instances."
        )
        assert refused(bench, bench.request("a-1", ResourceConfig=two)).code == "ResourceInUse"
        bench.jobs.create(bench.request("c-1"))
        bench.jobs.stop("a-1")
        bench.jobs.stop("c-1")
        for name in ("a-1", "c-1"):
            bench.jobs.wait(name, ENDS_WITHIN)
        bench.jobs.create(bench.request("b-1", ResourceConfig=two))


def test_quotas_count_spot_and_on_demand_apart_and_can_change(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="never", quotas=Quotas({("ml.m5.xlarge", "on-demand"): 0})) as bench:
        bench.jobs.create(bench.request("spot-1"))
        error = refused(bench, bench.counting("on-demand-1", arguments="--steps 1", spot=False))
        assert "'ml.m5.xlarge for training job usage' is 0 Instances" in error.message
        bench.jobs.quotas.set("ml.m5.xlarge", "on-demand", 1)
        assert (
            bench.run(bench.counting("on-demand-1", arguments="--steps 1", spot=False))["TrainingJobStatus"]
            == "Completed"
        )
        bench.jobs.quotas.set("ml.m5.xlarge", "spot", 0)
        bench.jobs.quotas.set("ml.m5.xlarge", "spot", None)
        bench.jobs.create(bench.request("spot-2"))


def test_faults_come_before_validation_and_an_ambiguous_create_has_created(s3: Any, tmp_path: Path) -> None:
    faults = ScriptedFaults(
        creates={1: THROTTLED, 2: ACCESS_DENIED, 3: ERROR_BEFORE_CREATE, 4: ERROR_AFTER_CREATE, 6: ERROR_AFTER_CREATE}
    )
    with Bench(s3, tmp_path, market="never", faults=faults) as bench:
        throttled = refused(bench, {"TrainingJobName": "_"})
        assert (throttled.code, throttled.message, throttled.http_status) == (
            "ThrottlingException",
            "Rate exceeded",
            400,
        )
        assert refused(bench, bench.request("a-1")).code == "AccessDeniedException"
        assert refused(bench, bench.request("a-1")).http_status == 500
        assert bench.jobs.list()["TrainingJobSummaries"] == []
        assert refused(bench, bench.request("a-1")).http_status == 500
        assert bench.jobs.describe("a-1")["TrainingJobStatus"] == "InProgress"
        assert refused(bench, bench.request("a-1")).code == "ResourceInUse"
        assert refused(bench, {"TrainingJobName": "_"}).code == "ValidationException"


@pytest.mark.parametrize("call", ["describe", "stop", "wait", "log"])
def test_fails_on_a_job_that_does_not_exist(waiting: Bench, call: str) -> None:
    with pytest.raises(SageMakerError) as error:
        getattr(waiting.jobs, call)("none-1")
    assert (error.value.code, error.value.message) == ("ValidationException", "Requested resource not found.")


def test_fails_to_stop_a_job_that_has_ended(waiting: Bench) -> None:
    waiting.jobs.create(waiting.request("a-1"))
    waiting.jobs.stop("a-1")
    waiting.jobs.wait("a-1", ENDS_WITHIN)
    with pytest.raises(SageMakerError) as error:
        waiting.jobs.stop("a-1")
    assert error.value.code == "ValidationException"
    assert error.value.message == "The request was rejected because the training job is in status Stopped."


def test_description_has_the_shape_and_echoes_the_request(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        request = bench.counting(
            "a-1",
            arguments="--steps 2",
            Environment={"A": "b"},
            Tags=[{"Key": "team", "Value": "x"}],
            RetryStrategy={"MaximumRetryAttempts": 2},
            InputDataConfig=[
                {
                    "ChannelName": "train",
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": bench.put("data/a", "1")}},
                }
            ],
        )
        request["AlgorithmSpecification"]["MetricDefinitions"] = [
            {"Name": "loss", "Regex": r"loss=([0-9.]+);"},
            {"Name": "nothing", "Regex": "nowhere=(.*)"},
            {"Name": "broken", "Regex": "(["},
        ]
        job = bench.run(request)
        shape = MODEL.operation_model("DescribeTrainingJob").output_shape
        assert ParamValidator().validate(job, shape).generate_report() == ""
        assert set(job) <= set(shape.members)
        for name in set(request) - {"Tags", "AlgorithmSpecification", "InputDataConfig", "OutputDataConfig"}:
            assert job[name] == request[name], name
        assert job["AlgorithmSpecification"] == {
            **request["AlgorithmSpecification"],
            "EnableSageMakerMetricsTimeSeries": False,
        }
        assert job["OutputDataConfig"] == {**request["OutputDataConfig"], "KmsKeyId": "", "CompressionType": "GZIP"}
        (channel,) = job["InputDataConfig"]
        assert channel == {**request["InputDataConfig"][0], "CompressionType": "None", "RecordWrapperType": "None"}
        assert "Tags" not in job
        assert job["ModelArtifacts"] == {
            "S3ModelArtifacts": f"s3://{BUCKET}/{bench.prefix}/models/a-1/output/model.tar.gz"
        }
        assert [(metric["MetricName"], metric["Value"]) for metric in job["FinalMetricDataList"]] == [("loss", 0.5)]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "Disabled"),
        ({"ProfilerConfig": {"S3OutputPath": "s3://b/p"}}, "Enabled"),
        ({"ProfilerConfig": {"DisableProfiler": True}}, "Disabled"),
    ],
)
def test_what_a_request_leaves_out_is_told_and_what_it_says_is_kept(
    waiting: Bench, changes: dict[str, Any], status: str
) -> None:
    output = {"S3OutputPath": "s3://b/p", "KmsKeyId": "alias/own", "CompressionType": "NONE"}
    waiting.jobs.create(waiting.request("a-1", OutputDataConfig=output, **changes))
    job = waiting.jobs.describe("a-1")
    assert job["OutputDataConfig"] == output
    assert job["ProfilingStatus"] == status


def test_times_follow_each_other(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path, market="scripted:checkpoints=1+20") as bench:
        job = bench.run(bench.counting(arguments="--steps 2 --hold 1"))
    transitions = job["SecondaryStatusTransitions"]
    for before, after in itertools.pairwise(transitions):
        assert before["EndTime"] == after["StartTime"] >= before["StartTime"]
    assert transitions[0]["StartTime"] == job["CreationTime"] <= job["TrainingStartTime"] == transitions[1]["StartTime"]
    assert (
        transitions[-1]["EndTime"] == transitions[-1]["StartTime"] == job["TrainingEndTime"] == job["LastModifiedTime"]
    )
    on_instance = sum(
        (
            entry["EndTime"] - entry["StartTime"]
            for entry in transitions
            if entry["Status"]
            in ("Downloading", "Training", "Uploading")  # the instance is the job's from one to the other
        ),
        timedelta(),
    )
    assert job["TrainingTimeInSeconds"] == pytest.approx(on_instance.total_seconds(), abs=1)
    assert all(entry["StatusMessage"] for entry in transitions)


def test_description_is_the_callers_own(waiting: Bench) -> None:
    request = waiting.request("a-1")
    waiting.jobs.create(request)
    request["StoppingCondition"]["MaxRuntimeInSeconds"] = 1
    waiting.jobs.describe("a-1")["ResourceConfig"]["InstanceCount"] = 99
    job = waiting.jobs.describe("a-1")
    assert job["StoppingCondition"]["MaxRuntimeInSeconds"] == 86400
    assert job["ResourceConfig"]["InstanceCount"] == 1


def test_many_jobs_at_once_have_a_name_each(waiting: Bench) -> None:
    outcomes: list[str] = []

    def create() -> None:
        try:
            waiting.jobs.create(waiting.request("same-1"))
            outcomes.append("created")
        except SageMakerError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENDS_WITHIN)
    assert sorted(outcomes) == ["ResourceInUse"] * 7 + ["created"]


def test_fails_on_a_discount_that_is_none(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'spot_discount' must be from 0 to 1, got 70"):
        Bench(s3, tmp_path, spot_discount=70)


def test_fails_to_create_after_close(s3: Any, tmp_path: Path) -> None:
    with Bench(s3, tmp_path) as bench:
        jobs: TrainingJobs = bench.jobs
    with pytest.raises(SageMakerError) as error:
        jobs.create(bench.request())
    assert error.value.http_status == 503


def test_what_is_not_emulated_is_said_in_sentences() -> None:
    assert len(set(NOT_EMULATED)) == len(NOT_EMULATED) > 5
    assert all(len(sentence) > 20 and not sentence.endswith(".") for sentence in NOT_EMULATED)
