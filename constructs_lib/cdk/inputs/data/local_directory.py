"""A local directory as a channel: each of its files is an asset of its own, all of them below one prefix.

CDK's own asset of a directory is a zip, which no channel unpacks, and copying its files elsewhere takes a Lambda. But
an asset's key in the bucket is made of the hash that it is given: with the directory's hash and the file's path in it,
the bucket has below one prefix what the directory has, under the same names.
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.FileAssetSource.html#sourcehash
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.cdk.ids import free_id
from constructs_lib.training_job.tokens import is_token

MOST_FILES = 500
"""How many files a directory may have: the CDK CLI uploads each by itself, and asks for each whether it is there."""

_OTHER_NAMES = (
    "'path' is a directory, which needs a stack with CDK's own default synthesizer, got another one; say a qualifier "
    "by the context value '@aws-cdk/core:bootstrapQualifier', or copy the files to a bucket and use "
    "TrainingChannel.from_bucket"
)


@dataclass(frozen=True)
class Uploaded:
    """Where a directory is.

    Attributes:
        bucket: The bucket of the assets.
        prefix: The prefix of the directory's files, with the slash.
    """

    bucket: s3.IBucket
    prefix: str


def directory_problems(path: Path) -> list[str]:
    """Say what is wrong with a directory."""
    count = sum(1 for _ in _files(path))
    if count == 0:
        return [f"'path' must have a file, got the empty directory {str(path)!r}"]
    if count > MOST_FILES:
        return [
            f"'path' must have at most {MOST_FILES} files, got {count} in {str(path)!r}; copy them to a bucket and use "
            "TrainingChannel.from_bucket"
        ]
    return []


def upload_directory(scope: Construct, construct_id: str, path: Path) -> Uploaded:
    """Make a directory's files assets.

    Args:
        scope: The construct that the assets belong to.
        construct_id: The id to use if it is free.
        path: The directory.

    Raises:
        ValueError: The stack has a synthesizer that was given to it, which cannot be asked or names assets otherwise.
    """
    stack = cdk.Stack.of(scope)
    name = free_id(scope, construct_id)
    staging = cdk.AssetStaging(scope, name, source_path=str(path), follow=cdk.SymlinkFollowMode.ALWAYS)
    staged = staging.relative_staged_path(stack)
    for file in _files(path):
        relative = file.relative_to(path).as_posix()
        ending = PurePosixPath(relative).suffix
        try:
            placed = stack.synthesizer.add_file_asset(
                source_hash=f"{staging.asset_hash}/{relative.removesuffix(ending)}",
                file_name=f"{staged}/{relative}",
                packaging=cdk.FileAssetPackaging.FILE,
                display_name=f"{name} {relative}",
            )
        except RuntimeError as error:
            # the stack has a copy of a synthesizer that was made in Python, and jsii gives the original for it
            raise ValueError(_OTHER_NAMES) from error
        prefix = placed.object_key.removesuffix(relative)
        if is_token(placed.object_key) or not placed.object_key.endswith(f"/{relative}"):
            raise ValueError(_OTHER_NAMES)
    return Uploaded(s3.Bucket.from_bucket_name(scope, free_id(scope, f"{name}Bucket"), placed.bucket_name), prefix)


def _files(path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(path, followlinks=True):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names))
