"""DescribeTrainingJob's answer, exactly in its shape.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from botocore.loaders import Loader

from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.lifecycle import Lifecycle, Transition

Metrics = Sequence[tuple[str, float, datetime]]
"""The last value of each metric, with its time."""


@cache
def _echoed() -> frozenset[str]:
    """Members that both the request and the answer have, read from botocore's model."""
    shapes: dict[str, Any] = Loader().load_service_model("sagemaker", "service-2")["shapes"]
    return frozenset(shapes["CreateTrainingJobRequest"]["members"]) & frozenset(
        shapes["DescribeTrainingJobResponse"]["members"]
    )


def describe(
    request: JobRequest, arn: str, life: Lifecycle, *, now: datetime, spot_discount: float, metrics: Metrics
) -> dict[str, Any]:
    """Describe a job.

    Args:
        request: What was asked for.
        arn: The job's ARN.
        life: What has happened so far.
        now: The time of the answer.
        spot_discount: The part of the training time that spot does not bill, between 0 and 1.
        metrics: The final metrics.
    """
    answer: dict[str, Any] = {
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        "EnableManagedSpotTraining": False,
    }
    answer.update((name, copy.deepcopy(request.raw[name])) for name in _echoed() if name in request.raw)
    _fill_in(answer)
    answer["StoppingCondition"] = {"MaxRuntimeInSeconds": request.max_runtime, **answer.get("StoppingCondition", {})}
    if request.raw.get("ResourceConfig", {}).get("InstancePreferences") and life.training_start:
        selected_type, selected_count = request.instances[0]
        answer["ResourceConfig"] |= {"SelectedInstanceType": selected_type, "SelectedInstanceCount": selected_count}
    answer |= {
        "TrainingJobArn": arn,
        "TrainingJobStatus": life.status,
        "SecondaryStatus": life.secondary,
        "SecondaryStatusTransitions": [_transition(transition) for transition in life.transitions],
        "ModelArtifacts": {"S3ModelArtifacts": request.model_uri},
        "CreationTime": _milliseconds(life.created),
        "LastModifiedTime": _milliseconds(life.modified),
    }
    optional = {
        "TrainingStartTime": life.training_start and _milliseconds(life.training_start),
        "TrainingEndTime": life.training_end and _milliseconds(life.training_end),
        "FailureReason": life.failure_reason,
        "FinalMetricDataList": [
            {"MetricName": name, "Value": value, "Timestamp": _milliseconds(at)} for name, value, at in metrics
        ],
    }
    answer.update((name, value) for name, value in optional.items() if value)
    trained = life.training_seconds(now)
    if trained is not None and life.ended:
        answer["TrainingTimeInSeconds"] = trained
        answer["BillableTimeInSeconds"] = math.ceil(trained * (1 - spot_discount)) if request.spot else trained
    return answer


def _fill_in(answer: dict[str, Any]) -> None:
    """Add what AWS answers where a request leaves it out, as recorded answers of 2023 and 2025 have it."""
    if "AlgorithmSpecification" in answer:
        answer["AlgorithmSpecification"].setdefault("EnableSageMakerMetricsTimeSeries", False)
    for channel in answer.get("InputDataConfig", []):
        channel.setdefault("CompressionType", "None")
        channel.setdefault("RecordWrapperType", "None")
    answer["OutputDataConfig"] = {"KmsKeyId": "", "CompressionType": "GZIP", **answer["OutputDataConfig"]}
    profiler = answer.get("ProfilerConfig", {"DisableProfiler": True})
    answer["ProfilingStatus"] = "Disabled" if profiler.get("DisableProfiler") else "Enabled"


def summarize(description: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ListTrainingJobs says about a described job."""
    names = (
        "TrainingJobName",
        "TrainingJobArn",
        "CreationTime",
        "TrainingEndTime",
        "LastModifiedTime",
        "TrainingJobStatus",
        "SecondaryStatus",
    )
    return {name: description[name] for name in names if name in description}


def _transition(transition: Transition) -> dict[str, Any]:
    entry = {
        "Status": transition.status,
        "StartTime": _milliseconds(transition.start),
        "StatusMessage": transition.message,
    }
    return entry if transition.end is None else {**entry, "EndTime": _milliseconds(transition.end)}


def _milliseconds(at: datetime) -> datetime:
    """Cut a time to the milliseconds that the API sends."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
