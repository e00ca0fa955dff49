"""What stands for the parameters while the constructs are synthesised, and what takes its place afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Example:
    """One value for each parameter: a text is found again in what is synthesised, a number has a place that is known.

    The checkpoints' days are those that go with the times.
    """

    account: str = "210987654321"
    region: str = "eu-north-1"
    repository: str = "image-of/the-parameter"
    tag: str = "tag-of-the-parameter"
    spot: str = "ml.m5.12xlarge"
    on_demand: str = "ml.m4.16xlarge"
    base_job_name: str = "name-of-the-parameter"
    data_bucket: str = "bucket-of-the-parameter"
    data_prefix: str = "prefix-of/the-parameter/"
    output_prefix: str = "output-of/the-parameter"
    instance_count: int = 1
    volume_gibibytes: int = 30
    patience_seconds: int = 1800
    runtime_seconds: int = 86400
    wait_seconds: int = 172800

    @property
    def image(self) -> str:
        """The image's URI."""
        return f"{self.account}.dkr.ecr.{self.region}.amazonaws.com/{self.repository}:{self.tag}"

    def places(self) -> Mapping[str, Any]:
        """Return what takes the place of each text; of two that begin alike the longer stands first."""
        return {
            self.image: ref("Image"),
            self.repository: _REPOSITORY,
            self.account: _registry_part(0),
            self.region: _registry_part(3),
            self.spot: ref("SpotInstanceType"),
            self.on_demand: ref("OnDemandInstanceType"),
            self.base_job_name: ref("BaseJobName"),
            self.data_bucket: ref("DataBucket"),
            self.data_prefix: ref("DataPrefix"),
            self.output_prefix: ref("OutputPrefix"),
        }


def ref(name: str) -> dict[str, Any]:
    """Refer to a parameter."""
    return {"Ref": name}


def _registry_part(index: int) -> dict[str, Any]:
    return {"Fn::Select": [index, {"Fn::Split": [".", ref("Image")]}]}


def _before(mark: str, value: object) -> dict[str, Any]:
    return {"Fn::Select": [0, {"Fn::Split": [mark, value]}]}


_REPOSITORY = _before("@", _before(":", {"Fn::Select": [1, {"Fn::Split": [".amazonaws.com/", ref("Image")]}]}))
"""What stands between the registry and the tag or the digest."""
