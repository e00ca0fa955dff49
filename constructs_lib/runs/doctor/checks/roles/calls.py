"""The calls of a run, and hostile ones that differ from them in one thing.

What Step Functions and SageMaker call is what the tests hold the synthesised policies against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.calls.caller import Caller
from constructs_lib.runs.calls.documented import documented_calls
from constructs_lib.runs.calls.machine import create_calls, delivery_calls, sdk_calls, stop_call
from constructs_lib.runs.calls.recorded import Call, bucket_arn, object_arn
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.subject import Subject, is_known, place
from constructs_lib.workflow.deadline.at_risk import DETAIL_TYPE, SOURCE
from constructs_lib.workflow.figures import NAMESPACE
from constructs_lib.workflow.names import REPORT, TRAIN

_OTHER_ACCOUNT = "999999999999"
_NUMBERED = "0123456789abcdef-1"


def needed(asking: Asking, subject: Subject) -> list[Call]:
    """Return what both roles are asked for in a run."""
    return [*_of_machine(asking, subject), *_of_job(asking, subject)]


def hostile(asking: Asking, subject: Subject) -> list[Call]:
    """Return what neither role may do, whatever the deployment is."""
    machine, job = _callers(asking, subject)
    base = subject.settings["BaseJobName"]
    bucket = subject.settings["CheckpointBucket"]
    create = next(_creates(asking, subject))
    others = machine.arn("sagemaker", f"training-job/not-{base}-1")
    types = {**create.context, "sagemaker:InstanceTypes": ("ml.not-in-the-plan.large",)}
    elsewhere = create.resource.replace(f":{asking.account}:", f":{_OTHER_ACCOUNT}:")
    admin = f"arn:{asking.partition}:iam::{asking.account}:role/not-{base}"
    to_ec2 = {"iam:PassedToService": "ec2.amazonaws.com"}
    return [
        machine.call("sagemaker:CreateTrainingJob", create.resource, types),
        machine.call("sagemaker:CreateTrainingJob", others, create.context),
        machine.call("sagemaker:CreateTrainingJob", elsewhere, create.context),
        machine.call("sagemaker:StopTrainingJob", others),
        machine.call("iam:PassRole", admin, {"iam:PassedToService": "sagemaker.amazonaws.com"}),
        machine.call("iam:PassRole", subject.job_role.arn, to_ec2),
        machine.call("s3:DeleteObject", object_arn(asking.partition, bucket, f"{base}/run/step-1")),
        job.call("sagemaker:CreateTrainingJob", create.resource, create.context),
        job.call("iam:PassRole", subject.job_role.arn, {"iam:PassedToService": "sagemaker.amazonaws.com"}),
        job.call("s3:GetObject", object_arn(asking.partition, f"not-{bucket}"[:63], "in/data.csv")),
        job.call("s3:PutBucketPolicy", bucket_arn(asking.partition, bucket)),
        job.call("s3:PutObjectAcl", object_arn(asking.partition, bucket, f"{base}/run/step-1")),
        job.call("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "not-of-training-jobs"}),
    ]


def _callers(asking: Asking, subject: Subject) -> tuple[Caller, Caller]:
    place_of = {"partition": asking.partition, "region": asking.region, "account": asking.account}
    machine, job = (Caller(role_arn=role.arn, **place_of) for role in (subject.machine_role, subject.job_role))
    return machine, job


def _creates(asking: Asking, subject: Subject) -> Iterator[Call]:
    machine, _ = _callers(asking, subject)
    sync = _is_sync(subject)
    for entry in subject.settings["Capacities"]:
        request = _request(subject, entry)
        yield from create_calls(machine, request, sync=sync)


def _of_machine(asking: Asking, subject: Subject) -> Iterator[Call]:
    machine, _ = _callers(asking, subject)
    name = f"{subject.settings['BaseJobName']}-{_NUMBERED}"
    yield from _creates(asking, subject)
    yield machine.call("sagemaker:DescribeTrainingJob", machine.job(name))
    yield machine.call("sagemaker:ListTrainingJobs", "*")
    if _is_sync(subject):
        yield stop_call(machine, name)
    if "Resource" in subject.run.states[f"{subject.run.prefix}{REPORT}"]:
        yield machine.call("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": NAMESPACE})
    if "Deadline" in subject.settings:
        event = {"Source": SOURCE, "DetailType": DETAIL_TYPE}
        yield from sdk_calls(machine, "events", "PutEvents", {"Entries": [event]})
    yield from delivery_calls(machine, subject.machine_arn, subject.delivery)


def _of_job(asking: Asking, subject: Subject) -> Iterator[Call]:
    _, job = _callers(asking, subject)
    settings = subject.settings
    request = _request(subject, settings["Capacities"][0])
    yield from documented_calls(request, job_arn=job.job(request["TrainingJobName"]))
    below = f"{settings['BaseJobName']}/run/"
    yield job.call("s3:ListBucket", bucket_arn(job.partition, settings["CheckpointBucket"]), {"s3:prefix": below})
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
        yield job.call(action, object_arn(job.partition, settings["CheckpointBucket"], f"{below}step-1"))
    bucket, prefix = place(request["OutputDataConfig"]["S3OutputPath"])
    path = "/".join(part for part in (prefix.strip("/"), request["TrainingJobName"], "output/model.tar.gz") if part)
    yield job.call("s3:PutObject", object_arn(job.partition, bucket, path))
    source_archive = request.get("HyperParameters", {}).get("sagemaker_submit_directory", "").strip('"')
    if source_archive.startswith("s3://"):
        yield job.call("s3:GetObject", object_arn(job.partition, *place(source_archive)))
    for _, source in subject.channels:
        bucket, prefix = place(source["S3Uri"])
        if source.get("S3DataType") == "S3Prefix" and is_known(source["S3Uri"]):
            yield job.call("s3:ListBucket", bucket_arn(job.partition, bucket), {"s3:prefix": prefix})
            key = prefix if prefix and not prefix.endswith("/") else f"{prefix}part-1"
            yield job.call("s3:GetObject", object_arn(job.partition, bucket, key))


def _request(subject: Subject, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the first attempt on an entry of the plan asks for, as far as permissions depend on it."""
    request = subject.request
    own = ("InstanceType", "InstanceCount", "InstanceGroups", "InstancePreferences", "KeepAlivePeriodInSeconds")
    resources = {**request.get("ResourceConfig", {}), **{name: entry[name] for name in own if name in entry}}
    if entry.get("LocalStorage"):
        resources.pop("VolumeKmsKeyId", None)
    tags = request.get("Tags", [])
    return {
        **request,
        "Tags": tags if isinstance(tags, list) else [],
        "TrainingJobName": f"{subject.settings['BaseJobName']}-{_NUMBERED}",
        "ResourceConfig": resources,
        "StoppingCondition": {"MaxRuntimeInSeconds": subject.settings["MaxRuntimeInSeconds"]},
    }


def _is_sync(subject: Subject) -> bool:
    train = subject.run.states[f"{subject.run.prefix}{TRAIN}"]
    # with a limit of patience Train is a Parallel, whose job waits for its end
    return train["Type"] == "Parallel" or str(train["Resource"]).endswith(".sync")
