"""The checks of what is assumed of SageMaker, and of what the embedded AWS makes like it."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from tests.live.checks.asking import answer, ended, like_plain, trained
from tests.live.checks.check import Check
from tests.live.cleaning import stop_job
from tests.live.run import Run
from tests.live.world import World

_IN_USE = "SpotTraining.CheckpointInUse"
_FILLED_IN = {"KmsKeyId": "", "CompressionType": "GZIP"}


def _names(world: World) -> Any:
    try:
        name = world.plain.job["TrainingJobName"]
        world.client("sagemaker").create_training_job(**{**like_plain(world, "again"), "TrainingJobName": name})
        told = {"Code": "", "Message": "a second job was created"}
    except ClientError as error:
        told = answer(error)
    return {**told, "two runs": sorted(run.description.get("error", run.status) for run in world.both)}


def _at_once(world: World) -> Any:
    return world.once("at once", lambda: _created(world))


def _created(world: World) -> Any:
    sagemaker, request = world.client("sagemaker"), like_plain(world, "at-once")
    sagemaker.create_training_job(**request)
    name = request["TrainingJobName"]
    try:
        told = world.describe(name)
        described = {
            "Environment": told.get("Environment", {}).get("LIVE"),
            "times": [time for time in _TIMES if time in told],
        }
    except ClientError as error:
        described = {**answer(error)}
    try:
        return {**described, **_listed(world, name)}
    finally:
        stop_job(sagemaker, name)


def _listed(world: World, name: str) -> dict[str, Any]:
    """Look for a job among those that are listed, newest first, until it is."""
    for look in range(1, _LOOKS + 1):
        told = world.client("sagemaker").list_training_jobs(NameContains=world.base_job_name, MaxResults=100)
        listed = told["TrainingJobSummaries"]
        if name in [job["TrainingJobName"] for job in listed]:
            times = [job["CreationTime"] for job in listed]
            return {"looks": look, "newest first unasked": times == sorted(times, reverse=True)}
        time.sleep(world.pause)
    return {"looks": 0}


_LOOKS = 6
_TIMES = ("TrainingTimeInSeconds", "BillableTimeInSeconds")


def _missing(world: World) -> Any:
    try:
        world.describe("live-that-never-was")
    except ClientError as error:
        return answer(error)
    return {"Code": "", "Message": "it is there"}


def _denied(world: World) -> dict[str, Any]:
    """Return the job whose data its role may not read."""
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{world.data}/denied/"}
    channel = {"ChannelName": "denied", "DataSource": {"S3DataSource": source}}
    return trained(world, "denied", InputDataConfig=[channel])


def _reason(world: World) -> Any:
    jobs = {"program": world.failing.job, "bucket": _denied(world)}
    return {name: job.get("FailureReason", "")[:200] for name, job in jobs.items()}


def _absent(world: World) -> Any:
    denied = _denied(world)
    return {"status": denied["TrainingJobStatus"], "of an ended job": [name for name in _TIMES if name in denied]} | {
        "of a live job": _at_once(world).get("times")
    }


def _waited(world: World) -> Any:
    jobs = [job["SecondaryStatus"] for job in world.impatient.jobs]
    return {"jobs": jobs, "error": world.impatient.description.get("error", world.impatient.status)}


def _times(world: World) -> Any:
    job = world.plain.job
    counted = [each for each in job["SecondaryStatusTransitions"] if each["Status"] in _COUNTED and "EndTime" in each]
    between = (counted[-1]["EndTime"] - counted[0]["StartTime"]).total_seconds()
    return {"TrainingTimeInSeconds": job["TrainingTimeInSeconds"], "Downloading to Uploading": between}


_COUNTED = ("Downloading", "Training", "Uploading")


def _described(world: World) -> Any:
    output = world.plain.job["OutputDataConfig"]
    return {name: output.get(name) for name in _FILLED_IN}


def _streams(world: World) -> Any:
    name = world.plain.job["TrainingJobName"]
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
    job = run.job
    bucket, _, prefix = job["OutputDataConfig"]["S3OutputPath"].removeprefix("s3://").partition("/")
    below = "/".join(part for part in (prefix.strip("/"), job["TrainingJobName"], "output/model") if part)
    return bool(world.client("s3").list_objects_v2(Bucket=bucket, Prefix=below)["KeyCount"])


def _look_out(world: World) -> Any:
    """Have a spot job that does nothing; how long it takes to come is no question of the check."""

    def ended_by_itself() -> dict[str, Any]:
        request = like_plain(
            world,
            "look-out",
            EnableManagedSpotTraining=True,
            StoppingCondition={"MaxRuntimeInSeconds": 300, "MaxWaitTimeInSeconds": 1800},
        )
        request["AlgorithmSpecification"] = {
            **{name: request["AlgorithmSpecification"][name] for name in ("TrainingImage", "TrainingInputMode")},
            "ContainerEntrypoint": ["true"],
        }
        asked = {name: value for name, value in request.items() if name not in _NOT_OF_A_LOOK_OUT}
        world.client("sagemaker").create_training_job(**asked)
        return ended(world, request["TrainingJobName"], patience=2400)

    job = world.once("look-out", ended_by_itself)
    return {
        "status": job["TrainingJobStatus"],
        "had instances": "TrainingStartTime" in job,
        "billed": job.get("BillableTimeInSeconds"),
    }


_NOT_OF_A_LOOK_OUT = ("CheckpointConfig", "HyperParameters", "InputDataConfig")

CHECKS = (
    Check(
        row="sm-names-taken",
        observe=_names,
        holds=lambda told: told["Code"] == "ResourceInUse" and told["two runs"] == ["SUCCEEDED", _IN_USE],
        otherwise={"Code": "", "Message": "a second job was created", "two runs": ["SUCCEEDED", "SUCCEEDED"]},
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
        observe=_absent,
        holds=lambda told: told["of a live job"] == [] and told["status"] == "Failed",
        otherwise={"status": "Failed", "of an ended job": [], "of a live job": ["TrainingTimeInSeconds"]},
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
        holds=lambda told: told["program"].startswith("AlgorithmError") and told["bucket"].startswith("ClientError"),
        otherwise={"program": "the program failed", "bucket": "the bucket may not be read"},
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
        row="sm-stopped-why",
        observe=_waited,
        # whatever the secondary status is: a wait that has run out is no capacity
        holds=lambda told: told["jobs"] != [] and told["error"] == "SpotTraining.CapacityExhausted",
        otherwise={"jobs": ["Stopped"], "error": "SpotTraining.Stopped"},
        rests="constructs_lib/workflow/jsonata/judge/verdict.jsonata",
    ),
    Check(
        row="sm-look-out",
        observe=_look_out,
        holds=lambda told: told["status"] == "Completed" and told["had instances"] and 0 <= told["billed"] <= 300,
        otherwise={"status": "Failed", "had instances": False, "billed": None},
        rests="constructs_lib/workflow/jsonata/deadline/look_out",
    ),
    Check(
        row="sm-list-lags",
        observe=_at_once,
        holds=lambda told: told.get("looks", 0) > 0,
        otherwise={"looks": 0},
        rests="constructs_lib/workflow/jsonata/plan/job_prefix.jsonata",
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
