"""Custom::CDKBucketDeployment: what CDK's `BucketDeployment` puts into a bucket is there, without its Lambda function.

Other custom resources do not work: no function runs here.

Reaches into moto/cloudformation/parsing.py: it has the methods that are called there, with the parameters that are
passed by name.
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html
"""

from __future__ import annotations

import fnmatch
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from moto.cloudformation import parsing

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

# ruff: noqa: ARG003 - moto passes more than a deployment needs

_TYPE = "Custom::CDKBucketDeployment"


def patches(emulation: Emulation) -> list[Patch]:
    """Copy what a deployment names."""
    deployment = bucket_deployment_class(emulation)

    def make(original: Any) -> Any:
        return lambda resource_type: deployment if resource_type == _TYPE else original(resource_type)

    return [Patch(owner=parsing, name="resource_class_from_type", signature="(resource_type)", make=make)]


def bucket_deployment_class(emulation: Emulation) -> type:
    """Return the class that makes bucket deployments in this embedded AWS."""

    class BucketDeployment:
        """A bucket deployment, with the methods that moto's CloudFormation calls."""

        def __init__(self, name: str, properties: Mapping[str, Any]) -> None:
            self.physical_resource_id = name
            self._attributes = {
                "DestinationBucketArn": f"arn:aws:s3:::{properties['DestinationBucketName']}",
                "SourceObjectKeys": properties["SourceObjectKeys"],
            }

        @staticmethod
        def has_cfn_attr(attr: str) -> bool:
            return attr in ("DestinationBucketArn", "SourceObjectKeys")

        def get_cfn_attribute(self, attribute_name: str) -> Any:
            return self._attributes[attribute_name]

        def is_created(self) -> bool:
            return True

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
        ) -> Any:
            properties = cloudformation_json["Properties"]
            _deploy(emulation.client("s3", region_name), properties)
            return cls(resource_name, properties)

        @classmethod
        def update_from_cloudformation_json(
            cls,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
        ) -> Any:
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

        @classmethod
        def delete_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
        ) -> None:
            """Leave the objects, as a deployment does that retains them, which is CDK's default."""

    return BucketDeployment


def _deploy(s3: Any, properties: Mapping[str, Any]) -> None:
    bucket, prefix = properties["DestinationBucketName"], properties.get("DestinationBucketKeyPrefix", "").strip("/")
    prefix = f"{prefix}/" if prefix else ""
    files = {prefix + name: body for name, body in _files(s3, properties) if _is_wanted(name, properties)}
    for key, body in files.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    if _is_true(properties.get("Prune", True)):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                if found["Key"] not in files and _is_wanted(found["Key"].removeprefix(prefix), properties):
                    s3.delete_object(Bucket=bucket, Key=found["Key"])


def _files(s3: Any, properties: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the sources, which are archives unless they are to stay as they are."""
    sources = list(zip(properties["SourceBucketNames"], properties["SourceObjectKeys"], strict=True))
    markers = properties.get("SourceMarkers") or [{}] * len(sources)
    for (bucket, key), marked in zip(sources, markers, strict=True):
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        if not _is_true(properties.get("Extract", True)):
            yield key.rpartition("/")[2], body
            continue
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    content = archive.read(member)
                    for marker, value in marked.items():
                        content = content.replace(marker.encode(), str(value).encode())
                    yield member.filename, content


def _is_wanted(name: str, properties: Mapping[str, Any]) -> bool:
    """Say whether a file is copied: `Exclude` leaves out, and `Include` takes back in."""
    excluded = any(fnmatch.fnmatchcase(name, pattern) for pattern in properties.get("Exclude", []))
    return not excluded or any(fnmatch.fnmatchcase(name, pattern) for pattern in properties.get("Include", []))


def _is_true(value: Any) -> bool:
    """Read a boolean, which CloudFormation gives to custom resources as text."""
    return str(value).lower() == "true"
