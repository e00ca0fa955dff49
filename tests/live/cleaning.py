"""Deletes what the live tests have made, whatever has become of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

_GONE = ("NoSuchBucket", "404", "ResourceNotFoundException", "ValidationError", "StateMachineDoesNotExist")
_LIVE = ("InProgress", "Stopping")
_SECONDS = 900
_TRIES = 4


def clean(client: Callable[[str], Any], stack: str, base_job_name: str, *, pause: float) -> list[str]:
    """Stop the runs and jobs, empty the buckets, and delete the stack and what it would leave.

    Args:
        client: Returns a boto3 client of a service.
        stack: The stack.
        base_job_name: What the names of its jobs begin with.
        pause: Seconds between two looks.

    Returns:
        What could not be deleted; it is left to a person.
    """
    left: list[str] = []
    resources = _resources(client, stack)
    for machine in resources.get("AWS::StepFunctions::StateMachine", []):
        with _noting(left, f"the runs of {machine}"):
            sfn = client("stepfunctions")
            for run in sfn.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
                sfn.stop_execution(executionArn=run["executionArn"])
    with _noting(left, "the training jobs"):
        _stop_jobs(client("sagemaker"), f"{base_job_name}-", pause)
    for bucket in resources.get("AWS::S3::Bucket", []):
        with _noting(left, f"the bucket {bucket}"):
            _empty(client("s3"), bucket)
    with _noting(left, f"the stack {stack}"):
        _delete_stack(client("cloudformation"), stack, pause)
    for bucket in resources.get("AWS::S3::Bucket", []):
        with _noting(left, f"the bucket {bucket}"):
            client("s3").delete_bucket(Bucket=bucket)
    for group in resources.get("AWS::Logs::LogGroup", []):
        with _noting(left, f"the log group {group}"):
            client("logs").delete_log_group(logGroupName=group)
    return left


@contextmanager
def _noting(left: list[str], what: str) -> Iterator[None]:
    """Go on after a failure: what is left is told, and the rest is deleted all the same."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            left.append(f"{what}: {error}")
    except TimeoutError as error:
        left.append(f"{what}: {error}")


def _resources(client: Callable[[str], Any], stack: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
        for page in pages:
            for each in page["StackResourceSummaries"]:
                if each.get("PhysicalResourceId"):
                    found.setdefault(each["ResourceType"], []).append(each["PhysicalResourceId"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
    return found


def _stop_jobs(sagemaker: Any, begins: str, pause: float) -> None:
    until = time.monotonic() + _SECONDS
    while live := [
        job["TrainingJobName"]
        for job in sagemaker.list_training_jobs(NameContains=begins, MaxResults=100)["TrainingJobSummaries"]
        if job["TrainingJobName"].startswith(begins) and job["TrainingJobStatus"] in _LIVE
    ]:
        if time.monotonic() > until:
            raise TimeoutError(f"{', '.join(live)} have not stopped")
        for job in live:
            stop_job(sagemaker, job)
        time.sleep(pause)


def stop_job(sagemaker: Any, job: str) -> None:
    """Stop a job, unless it has ended by itself."""
    try:
        sagemaker.stop_training_job(TrainingJobName=job)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise


def _empty(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])


def _delete_stack(cloudformation: Any, stack: str, pause: float) -> None:
    """Delete the stack, and again where it fails: interfaces of jobs in the VPC go some minutes after their jobs."""
    until = time.monotonic() + _SECONDS
    for _ in range(_TRIES):
        cloudformation.delete_stack(StackName=stack)
        while (status := _status(cloudformation, stack)) == "DELETE_IN_PROGRESS":
            if time.monotonic() > until:
                raise TimeoutError(f"it is {status}")
            time.sleep(pause)
        if status == "DELETE_COMPLETE":
            return
        time.sleep(6 * pause)
    raise TimeoutError(f"it is {status}")


def _status(cloudformation: Any, stack: str) -> str:
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return str(found[0]["StackStatus"]) if found else "DELETE_COMPLETE"
