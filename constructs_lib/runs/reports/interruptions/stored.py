"""The checkpoints that are in S3: their names, times and sizes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constructs_lib.training_job.request.attempt import PROGRESS_FILE

_MOST_PROGRESS_BYTES = 1024
"""As many as a run itself reads."""

_MOST_PAGES = 10
"""A thousand objects each; of a prefix that has more nothing is told."""

_NUMBER = re.compile(r"\d+")
_ENDING = re.compile(r"(\.[A-Za-z]\w*)+$")


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An object below a checkpoint prefix.

    Attributes:
        name: Its key after the prefix.
        modified: When it was put there, in whole seconds, as S3 tells it.
        size: Its bytes.
    """

    name: str
    modified: datetime
    size: int

    @property
    def checkpoint(self) -> str:
        """What to call the checkpoint that it is, or is a part of: its folder, or itself."""
        folder, slash, _ = self.name.partition("/")
        return folder + slash

    @property
    def number(self) -> int | None:
        """The last number in the checkpoint's name, before its endings: `checkpoint-00000422.npz` has 422."""
        numbers = _NUMBER.findall(_ENDING.sub("", self.checkpoint.rstrip("/")))
        return int(numbers[-1]) if numbers else None

    @property
    def pattern(self) -> str:
        """Its name with every number as `#`: the files of a program's checkpoints have one pattern, or a few."""
        return _NUMBER.sub("#", self.name)


def stored_at(s3: Any, uri: str) -> list[Stored] | None:
    """List what is below a prefix; None where it is too much to look through.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html

    Args:
        s3: The client.
        uri: The prefix, as `s3://bucket/prefix/`.

    Raises:
        Exception: What botocore raises.
    """
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    found: list[Stored] = []
    for number, page in enumerate(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix), start=1):
        found += [_stored(item, prefix) for item in page.get("Contents", [])]
        if number >= _MOST_PAGES and page.get("IsTruncated"):
            return None
    return found


def read_progress(s3: Any, uri: str) -> tuple[str, datetime]:
    """Return what the progress file below a prefix says, and when it was put there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html

    Args:
        s3: The client.
        uri: The prefix, as `s3://bucket/prefix/`.

    Raises:
        Exception: What botocore raises: there need not be one.
    """
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    found = s3.get_object(Bucket=bucket, Key=f"{prefix}{PROGRESS_FILE}", Range=f"bytes=0-{_MOST_PROGRESS_BYTES - 1}")
    return found["Body"].read().decode("utf-8", "replace"), found["LastModified"]


def _stored(item: Mapping[str, Any], prefix: str) -> Stored:
    name = str(item["Key"]).removeprefix(prefix).lstrip("/")
    return Stored(name=name, modified=item["LastModified"], size=int(item["Size"]))
