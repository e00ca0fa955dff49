"""Puts files of this machine into buckets of the embedded AWS, before anything runs: `local up --data BUCKET=DIR`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.errors import LocalError
from constructs_lib.local.training_jobs.instance.s3.transfer import several_at_once

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)


@dataclass(frozen=True)
class Data:
    """What goes where.

    Attributes:
        bucket: The bucket as the user says it: its name, its logical ID in a stack, or a stack's output with its name.
        prefix: Where in the bucket; empty for its top.
        source: A file, or a directory whose files keep their relative paths.
    """

    bucket: str
    prefix: str
    source: Path


@dataclass(frozen=True)
class Put:
    """What was done.

    Attributes:
        uri: Where the files are.
        count: How many there are.
        made: Whether the bucket was made for it, because no stack has it.
    """

    uri: str
    count: int
    made: bool


def parse_data(text: str) -> Data:
    """Read `BUCKET[/PREFIX]=DIR`.

    Raises:
        LocalError: If it is of another form, or there is no such file or directory.
    """
    place, equals, source = text.partition("=")
    bucket, _, prefix = place.partition("/")
    if not (bucket and equals and source):
        raise LocalError(f"--data must be BUCKET=DIR or BUCKET/PREFIX=DIR, such as 'TrainData=./data', got {text!r}")
    path = Path(source).expanduser()
    if not path.exists():
        raise LocalError(f"--data {text!r}: there is no file or directory {source}")
    return Data(bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "", path)


def put_data(aws: EmbeddedAws, data: Data) -> Put:
    """Upload files; an object that is there already is overwritten.

    Raises:
        LocalError: If the bucket is not to be told: several could be meant, or none and it is no bucket's name.
    """
    s3 = aws.client("s3")
    bucket, made = _bucket(aws, s3, data.bucket)
    files = sorted(path for path in data.source.rglob("*") if path.is_file()) if data.source.is_dir() else [data.source]
    if not files:
        raise LocalError(f"--data: there is no file in {data.source}")
    root = data.source if data.source.is_dir() else data.source.parent
    several_at_once(
        lambda file: s3.upload_file(str(file), bucket, data.prefix + file.relative_to(root).as_posix()), files
    )
    return Put(f"s3://{bucket}/{data.prefix}", len(files), made)


def _bucket(aws: EmbeddedAws, s3: Any, said: str) -> tuple[str, bool]:
    """Return the bucket that is meant, and whether it had to be made."""
    names = [str(bucket["Name"]) for bucket in s3.list_buckets()["Buckets"]]
    if said in names:
        return said, False
    known = list(_known_in_stacks(aws))
    meant = sorted({name for alias, name in known if alias == said and name in names})
    # CDK appends eight hexadecimal digits to the path of a construct
    meant = meant or sorted({name for alias, name in known if re.fullmatch(rf"{re.escape(said)}[0-9A-F]{{8}}", alias)})
    if len(meant) == 1:
        return meant[0], False
    if meant:
        raise LocalError(f"--data: '{said}' may be {' or '.join(meant)}; say which")
    if not _BUCKET_NAME.fullmatch(said):
        told = ", ".join(sorted({alias for alias, name in known if name in names})) or "none"
        raise LocalError(f"--data: no stack has a bucket or an output '{said}'; there are: {told}")
    s3.create_bucket(Bucket=said)
    return said, True


def _known_in_stacks(aws: EmbeddedAws) -> Iterator[tuple[str, str]]:
    """Yield what buckets are called in stacks: logical IDs and keys of outputs, with the bucket's name."""
    cloudformation = aws.client("cloudformation")
    for stack in cloudformation.describe_stacks()["Stacks"]:
        if stack["StackName"] == "CDKToolkit":
            continue
        for output in stack.get("Outputs", []):
            yield str(output["OutputKey"]), str(output["OutputValue"])
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"]):
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == "AWS::S3::Bucket":
                    yield str(resource["LogicalResourceId"]), str(resource["PhysicalResourceId"])
