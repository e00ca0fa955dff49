"""Copies between S3 and the container's directories, as SageMaker's training agent does it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.training_jobs.api.errors import JobFailedError

S3Client: TypeAlias = Any
"""boto3 makes its clients at run time and ships no types for them."""

Item = TypeVar("Item")
Result = TypeVar("Result")

S3_ERRORS = (BotoCoreError, ClientError, S3UploadFailedError)
"""What a call of an S3 client can raise."""


AT_ONCE = 8
"""How many files are copied at once, of one job and in one direction."""

_COPY_BYTES = 1 << 20


@dataclass(frozen=True)
class S3Location:
    """A bucket and a key or key prefix."""

    bucket: str
    key: str

    @property
    def folder(self) -> S3Location:
        """The same with a key that ends in a slash, so that `run` never matches `run2/…`."""
        return S3Location(self.bucket, f"{self.key.rstrip('/')}/" if self.key else "")

    def __str__(self) -> str:
        """Return the s3:// URI."""
        return f"s3://{self.bucket}/{self.key}"


def parse_s3_uri(uri: str) -> S3Location:
    """Read the forms that CreateTrainingJob accepts: `s3://bucket/key` and S3's own https addresses.

    Raises:
        JobFailedError: `ClientError` for any other address.
    """
    parts = urlsplit(uri)
    if parts.scheme == "s3" and parts.netloc:
        return S3Location(parts.netloc, uri[len("s3://") + len(parts.netloc) :].lstrip("/"))
    if parts.scheme == "https" and re.match(r"s3[.-]", parts.netloc):
        bucket, _, key = parts.path.lstrip("/").partition("/")
        return S3Location(bucket, key)
    if parts.scheme == "https" and (virtual := re.match(r"(.+)\.s3[.-]", parts.netloc)):
        return S3Location(virtual[1], parts.path.lstrip("/"))
    raise JobFailedError("ClientError", f"'{uri}' is not an S3 address; write s3://<bucket>/<prefix>")


def list_keys(s3: S3Client, place: S3Location) -> Iterator[str]:
    """Yield the keys under a prefix, folder markers left out."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=place.key):
        for item in page.get("Contents", []):
            if not item["Key"].endswith("/"):
                yield str(item["Key"])


def download_prefix(s3: S3Client, place: S3Location, directory: Path) -> int:
    """Download what an S3Prefix matches, as File mode lays it out.

    An object whose key is the prefix itself gets its own name; `data/train` matches `data/train/a.csv` (as `a.csv`) and
    `data/train1.csv` (as `train1.csv`), because a prefix is a prefix.

    Returns:
        How many objects there were.

    Raises:
        JobFailedError: `ClientError` if a key would leave the directory, or is a file where another needs a directory.
    """
    keys = list(list_keys(s3, place))

    def download(key: str) -> None:
        download_object(s3, S3Location(place.bucket, key), inside(directory, _relative(place.key, key)))

    several_at_once(download, keys)
    return len(keys)


def several_at_once(copy: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Copy many things, a bounded number of them at once; small files wait for S3 more than for anything else.

    Args:
        copy: Copies one.
        items: The things; they are begun in their order.

    Raises:
        Exception: What `copy` raised first; the others have ended by then.
    """
    if len(items) < 2:
        return [copy(item) for item in items]
    with ThreadPoolExecutor(min(AT_ONCE, len(items)), thread_name_prefix="copy") as pool:
        return list(pool.map(copy, items))


def _relative(prefix: str, key: str) -> str:
    rest = key[len(prefix) :]
    if not prefix or prefix.endswith("/"):
        return rest
    return rest[1:] if rest.startswith("/") else key[prefix.rfind("/") + 1 :]


def download_object(s3: S3Client, place: S3Location, file: Path) -> None:
    """Download one object, and make the directories it needs."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        body = s3.get_object(Bucket=place.bucket, Key=place.key)["Body"]
        with file.open("wb") as content:
            shutil.copyfileobj(body, content, _COPY_BYTES)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise JobFailedError(
            "ClientError", f"Data download failed: {place} is both an object and a folder of other objects"
        ) from error


def inside(directory: Path, relative: str) -> Path:
    """Return a path under a directory.

    Raises:
        JobFailedError: `ClientError` if the relative path would lead out of it.
    """
    path = Path(os.path.normpath(directory / relative.lstrip("/")))
    if not path.is_relative_to(directory) or path == directory:
        raise JobFailedError(
            "ClientError", f"Data download failed: the object key '{relative}' leads out of its folder"
        )
    return path


def upload(s3: S3Client, file: Path, place: S3Location, kms_key_id: str | None = None) -> None:
    """Upload one file.

    Args:
        s3: The client.
        file: What to upload.
        place: Where to.
        kms_key_id: The key to encrypt with. Defaults to the bucket's own encryption.
    """
    extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id} if kms_key_id else {}
    s3.upload_file(str(file), place.bucket, place.key, ExtraArgs=extra)


def reason(error: Exception) -> str:
    """Say what S3 has against a call, in one line."""
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        return f"{details.get('Code', 'Unknown')}: {details.get('Message', error)}"
    return str(error)
