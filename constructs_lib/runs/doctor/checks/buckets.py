"""Whether the buckets exist, are in the Region, and keep what a run needs for as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, ok, problem
from constructs_lib.runs.doctor.subject import Subject, is_asset, place

CHECK = "buckets"
_DAY = 24 * 3600
_MISSING = ("404", "NoSuchBucket", "NotFound")
_ELSEWHERE = ("301", "PermanentRedirect", "IllegalLocationConstraintException")


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """Look for each bucket once, and at the lifecycle of that of the checkpoints."""
    for bucket, used in _buckets(subject).items():
        if subject.will_be_made(bucket):
            yield ok(CHECK, f"the deployment makes the bucket for {used}")
            continue
        region = _region(asking, bucket)
        if region is None:
            yield problem(CHECK, f"there is no bucket {bucket}, for {used}", "make it, or name another one")
        elif region != asking.region:
            fix = f"use a bucket in {asking.region}: whatever a job names must be in its Region"
            yield problem(CHECK, f"the bucket {bucket}, for {used}, is in {region or 'another Region'}", fix)
        else:
            yield ok(CHECK, f"the bucket {bucket}, for {used}, is in {region}")
            if bucket == subject.settings["CheckpointBucket"]:
                yield from _lifecycle(asking, subject, bucket)


def _buckets(subject: Subject) -> dict[str, str]:
    """Return each bucket with what it is for."""
    used = {subject.settings["CheckpointBucket"]: ["checkpoints"]}
    used.setdefault(place(subject.request["OutputDataConfig"]["S3OutputPath"])[0], []).append("models")
    for name, source in subject.channels:
        used.setdefault(place(source["S3Uri"])[0], []).append(f"channel {name}")
    for location in subject.settings["InputLocations"]:
        used.setdefault(place(location)[0], []).append("what an input may name")
    # that of CDK's bootstrap is looked at by its version
    return {bucket: ", ".join(dict.fromkeys(uses)) for bucket, uses in used.items() if not is_asset(bucket)}


def _region(asking: Asking, bucket: str) -> str | None:
    """Return a bucket's Region, empty where it is only known to be another one; None where there is no such bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    try:
        told = asking.clients.s3.head_bucket(Bucket=bucket)
    except aws_errors() as error:
        code = error_code(error)
        if code in _MISSING:
            return None
        headers = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if code in _ELSEWHERE:
            return str(headers.get("x-amz-bucket-region", ""))
        raise RunsError(f"{bucket}: {sentence(error)}") from error
    headers = told["ResponseMetadata"]["HTTPHeaders"]
    return str(told.get("BucketRegion") or headers.get("x-amz-bucket-region") or asking.region)


def _lifecycle(asking: Asking, subject: Subject, bucket: str) -> Iterator[Finding]:
    prefix = f"{subject.settings['BaseJobName']}/"
    try:
        rules = asking.clients.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except aws_errors() as error:
        if error_code(error) != "NoSuchLifecycleConfiguration":
            raise RunsError(f"{bucket}: {sentence(error)}") from error
        rules = []
    days = [rule["Expiration"]["Days"] for rule in rules if _is_about(rule, prefix)]
    if days and min(days) * _DAY < subject.longest_seconds:
        yield problem(
            CHECK,
            f"{bucket} deletes checkpoints after {min(days)} days, and a run may last "
            f"{subject.longest_seconds / _DAY:.1f} days",
            "keep them longer than a run may last, or shorten 'max_wait'",
        )
    else:
        kept = f"for {min(days)} days" if days else "until somebody deletes them"
        yield ok(CHECK, f"{bucket} keeps checkpoints {kept}")


def _is_about(rule: Mapping[str, Any], prefix: str) -> bool:
    """Say whether a rule deletes objects below a prefix that are as they are now."""
    where = rule.get("Filter", {})
    if "Tag" in where or "Tags" in where.get("And", {}):
        return False
    begins = where.get("Prefix", where.get("And", {}).get("Prefix", rule.get("Prefix", "")))
    told = rule["Status"] == "Enabled" and "Days" in rule.get("Expiration", {})
    return told and (prefix.startswith(begins) or begins.startswith(prefix))
