"""The volumes of the instances, and the keys that encrypt what is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constructs_lib.training_job.capacity.instance_type import has_local_storage, is_ebs_only
from constructs_lib.training_job.rules.reader import Reader
from constructs_lib.training_job.rules.rule import API, Rule

_DIRECTORY_BUCKET = re.compile(r"(https|s3)://[^/]*--x-s3(\.[^/]*)?(/.*)?")


def requested_types(request: Reader) -> list[tuple[str, str]]:
    """Return the known instance types of the training instances, each with its path."""
    resources = request.member("ResourceConfig")
    readers = [resources, *resources.entries("InstanceGroups"), *resources.entries("InstancePreferences")]
    named = [(reader.path("InstanceType"), reader.text("InstanceType")) for reader in readers]
    return [(path, name) for path, name in named if name is not None]


def volume_keys_are_for_volumes(request: Reader) -> Iterator[str]:
    """Local storage is encrypted by the instance's own hardware, and SageMaker refuses a key for it."""
    if not request.filled("ResourceConfig.VolumeKmsKeyId"):
        return
    for path, name in requested_types(request):
        if has_local_storage(name):
            yield (
                f"'ResourceConfig.VolumeKmsKeyId' cannot be used with an instance type that has local storage, and "
                f"'{path}' is {name!r}; leave out the key, its hardware encrypts what it stores"
            )


def volumes_have_a_size(request: Reader) -> Iterator[str]:
    """An instance without storage of its own gets a volume of the size that the request names."""
    absent = request.lacks("ResourceConfig.VolumeSizeInGB")
    if not absent and request.number("ResourceConfig.VolumeSizeInGB") != 0:
        return
    needed = "is required" if absent else "must be at least 1 and is 0"
    for path, name in requested_types(request):
        if is_ebs_only(name):
            yield f"'ResourceConfig.VolumeSizeInGB' {needed}, because {name!r} ('{path}') has no storage of its own"
            return


def output_keys_are_not_for_directory_buckets(request: Reader) -> Iterator[str]:
    """S3 Express One Zone encrypts with S3's own keys only; the names of its buckets end in `--x-s3`."""
    output = request.member("OutputDataConfig")
    uri = output.text("S3OutputPath")
    if uri is not None and _DIRECTORY_BUCKET.fullmatch(uri) and output.filled("KmsKeyId"):
        yield (
            "'OutputDataConfig.KmsKeyId' cannot be used with an S3 Express One Zone bucket, "
            f"got 'S3OutputPath' {uri!r}; leave out the key"
        )


_RESOURCES = f"{API}API_ResourceConfig.html"

RULES = (
    Rule(check=volume_keys_are_for_volumes, page=_RESOURCES),
    Rule(check=volumes_have_a_size, page=_RESOURCES),
    Rule(check=output_keys_are_not_for_directory_buckets, page=f"{API}API_OutputDataConfig.html"),
)
