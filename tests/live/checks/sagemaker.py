"""The checks of what is assumed of SageMaker, and of what the embedded AWS makes like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from tests.live.checks.check import Check
from tests.live.world import Run, World

_REQUEST = (
    "AlgorithmSpecification", "RoleArn", "OutputDataConfig", "ResourceConfig", "StoppingCondition", "HyperParameters",
    "Environment",
)  # fmt: skip
_FILLED_IN = {"KmsKeyId": "", "CompressionType": "GZIP"}


def _again(world: World, name: str) -> Mapping[str, Any]:
    """Return a request like that of a job, on demand, under a name."""
    job = world.plain.jobs[0]
    request = {member: job[member] for member in _REQUEST if member in job}
    stopping = {"MaxRuntimeInSeconds": job["StoppingCondition"]["MaxRuntimeInSeconds"]}
    return {**request, "StoppingCondition": stopping, "TrainingJobName": name}


def _answer(error: ClientError) -> dict[str, str]:
    told = error.response["Error"]
    return {"Code": told["Code"], "Message": told["Message"][:300]}


def _names(world: World) -> Any:
    try:
        world.client("sagemaker").create_training_job(**_again(world, world.plain.jobs[0]["TrainingJobName"]))
    except ClientError as error:
        return _answer(error)
    return {"Code": "", "Message": "a second job was created"}


def _at_once(world: World) -> Any:
    return world.once("at once", lambda: _created(world))


def _created(world: World) -> Any:
    sagemaker, name = world.client("sagemaker"), f"{world.base_job_name}-at-once"
    sagemaker.create_training_job(**_again(world, name))
    try:
        told = world.describe(name)
    except ClientError as error:
        return _answer(error)
    finally:
        sagemaker.stop_training_job(TrainingJobName=name)
    return {"Environment": told.get("Environment", {}).get("LIVE"), "times": [n for n in _TIMES if n in told]}


_TIMES = ("TrainingTimeInSeconds", "BillableTimeInSeconds")


def _missing(world: World) -> Any:
    try:
        world.describe("live-that-never-was")
    except ClientError as error:
        return _answer(error)
    return {"Code": "", "Message": "it is there"}


def _reason(world: World) -> Any:
    return {"FailureReason": world.failing.jobs[0].get("FailureReason", "")[:100]}


def _times(world: World) -> Any:
    job = world.plain.jobs[0]
    counted = [each for each in job["SecondaryStatusTransitions"] if each["Status"] in _COUNTED and "EndTime" in each]
    between = (counted[-1]["EndTime"] - counted[0]["StartTime"]).total_seconds()
    return {"TrainingTimeInSeconds": job["TrainingTimeInSeconds"], "Downloading to Uploading": between}


_COUNTED = ("Downloading", "Training", "Uploading")


def _described(world: World) -> Any:
    output = world.plain.jobs[0]["OutputDataConfig"]
    return {name: output.get(name) for name in _FILLED_IN}


def _streams(world: World) -> Any:
    name = world.plain.jobs[0]["TrainingJobName"]
    told = world.client("logs").describe_log_streams(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"{name}/"
    )
    return [stream["logStreamName"].removeprefix(f"{name}/") for stream in told["logStreams"]]


def _metrics(world: World) -> Any:
    put = [each for each in world.plain.details("taskSucceeded") if each["resource"] == "putMetricData"]
    return {"putMetricData succeeded": len(put)}


def _uploads(world: World) -> Any:
    return {name: _has_model(world, run) for name, run in (("stopped", world.stopped), ("failed", world.failing))}


def _has_model(world: World, run: Run) -> bool:
    job = run.jobs[0]
    bucket, _, prefix = job["OutputDataConfig"]["S3OutputPath"].removeprefix("s3://").partition("/")
    below = "/".join(part for part in (prefix.strip("/"), job["TrainingJobName"], "output/model") if part)
    return bool(world.client("s3").list_objects_v2(Bucket=bucket, Prefix=below)["KeyCount"])


CHECKS = (
    Check(
        row="sm-names-taken",
        observe=_names,
        holds=lambda told: told["Code"] == "ResourceInUse",
        otherwise={"Code": "", "Message": "a second job was created"},
        rests="constructs_lib/workflow/jsonata/plan/job_prefix.jsonata",
    ),
    Check(
        row="sm-describe-at-once",
        observe=_at_once,
        holds=lambda told: told.get("Environment") == "yes",
        otherwise={"Code": "ValidationException", "Message": "Requested resource not found."},
        rests="constructs_lib/workflow/jsonata/judge/step.jsonata",
    ),
    Check(
        row="sm-times-absent",
        observe=_at_once,
        holds=lambda told: told.get("times") == [],
        otherwise={"Environment": "yes", "times": ["TrainingTimeInSeconds"]},
        rests="constructs_lib/workflow/jsonata/judge/attempt.jsonata",
    ),
    Check(
        row="sm-missing-job",
        observe=_missing,
        holds=lambda told: told["Code"] == "ValidationException" and "not found" in told["Message"].lower(),
        otherwise={"Code": "ResourceNotFound", "Message": "no such job"},
        rests="constructs_lib/workflow/jsonata/judge/step.jsonata; constructs_lib/runs/aws/errors.py",
    ),
    Check(
        row="sm-failure-reason",
        observe=_reason,
        holds=lambda told: told["FailureReason"].startswith("AlgorithmError"),
        otherwise={"FailureReason": "the program failed"},
        rests="constructs_lib/workflow/jsonata/judge/verdict.jsonata",
    ),
    Check(
        row="sm-training-time",
        observe=_times,
        holds=lambda told: abs(told["TrainingTimeInSeconds"] - told["Downloading to Uploading"]) <= 5,
        otherwise={"TrainingTimeInSeconds": 60, "Downloading to Uploading": 180.0},
        rests="constructs_lib/workflow/jsonata/judge/attempt.jsonata",
    ),
    Check(
        row="sm-stopped-uploads",
        observe=_uploads,
        holds=lambda told: told == {"stopped": True, "failed": False},
        otherwise={"stopped": False, "failed": True},
        rests="constructs_lib/local/training_jobs/instance/outputs.py",
    ),
    Check(
        row="local-describe",
        observe=_described,
        holds=lambda told: told == _FILLED_IN,
        otherwise={"KmsKeyId": None, "CompressionType": None},
        rests="constructs_lib/local/training_jobs/api/description.py",
    ),
    Check(
        row="local-log-streams",
        observe=_streams,
        holds=lambda told: bool(told) and all(name.rpartition("-")[0] == "algo-1" for name in told),
        otherwise=["algo-1"],
        rests="constructs_lib/local/training_jobs/log_stream.py",
    ),
    Check(
        row="cw-metric-data",
        observe=_metrics,
        holds=lambda told: told["putMetricData succeeded"] == 1,
        otherwise={"putMetricData succeeded": 0},
        rests="constructs_lib/workflow/states/run.py",
    ),
)
