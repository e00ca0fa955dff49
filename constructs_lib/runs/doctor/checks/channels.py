"""Whether there is anything below the prefix of each channel, and how much.

A listing of S3 costs $0.005 for 1,000 pages of 1,000 objects; of a channel no more than ten pages are asked for.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructs_lib.runs.aws.errors import RunsError, aws_errors, error_code, sentence
from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, not_looked, ok, problem, warning
from constructs_lib.runs.doctor.subject import Subject, is_asset, is_known, place

CHECK = "channels"
MOST_PAGES = 10
_GB = 1024**3


def look(asking: Asking, subject: Subject) -> Iterator[Finding]:
    """List what each channel reads; what is to be copied must have room on the volume."""
    copied = 0
    for name, source in subject.channels:
        bucket, prefix = place(source["S3Uri"])
        if not is_known(source["S3Uri"]) or subject.will_be_made(bucket):
            yield not_looked(CHECK, f"{name}: its place is known when it is deployed")
            continue
        if subject.made and is_asset(bucket):
            yield ok(CHECK, f"{name}: 'cdk deploy' brings it to {bucket}")
            continue
        try:
            objects, size, more = _listed(asking.clients.s3, bucket, prefix)
        except aws_errors() as error:
            if error_code(error) == "NoSuchBucket":
                continue  # which is told of the bucket
            raise RunsError(f"{name}: {sentence(error)}") from error
        if not objects:
            yield problem(CHECK, f"{name}: there is nothing in {source['S3Uri']}", "put the data there, or move it")
            continue
        least = "at least " if more else ""
        yield ok(CHECK, f"{name}: {least}{objects} objects of {least}{size / _GB:.3f} GB in {source['S3Uri']}")
        copied += size if _is_copied(subject, name) else 0
    yield from _room(subject, copied)


def _is_copied(subject: Subject, name: str) -> bool:
    of_job = subject.request["AlgorithmSpecification"]["TrainingInputMode"]
    (channel,) = (each for each in subject.request["InputDataConfig"] if each["ChannelName"] == name)
    return bool(channel.get("InputMode", of_job) == "File")


def _room(subject: Subject, copied: int) -> Iterator[Finding]:
    volume = subject.request.get("ResourceConfig", {}).get("VolumeSizeInGB")
    if isinstance(volume, int) and copied > volume * _GB:
        yield warning(
            CHECK,
            f"the channels have {copied / _GB:.1f} GB, and a job's volume {volume} GB",
            "set 'volume_size', or read them in FastFile mode; instances with local storage have their own size",
        )


def _listed(s3: Any, bucket: str, prefix: str) -> tuple[int, int, bool]:
    """Return how many objects there are, their bytes, and whether there are more than were counted."""
    objects = size = 0
    for number, page in enumerate(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix), 1):
        objects += len(page.get("Contents", []))
        size += sum(found["Size"] for found in page.get("Contents", []))
        if number == MOST_PAGES:
            return objects, size, bool(page.get("IsTruncated"))
    return objects, size, False
