"""Compares the models of two training jobs, file by file."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Files = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How alike two models are.

    Attributes:
        same: Whether they are the same, byte for byte or else in every metric.
        text: That in words.
    """

    same: bool
    text: str


def compare(one: Files, other: Files) -> Comparison:
    """Compare two models: byte for byte, or else metric for metric, which are the JSON files in them.

    A program that writes a time or a random number into its model never gives the same bytes twice.
    """
    names = ", ".join(sorted(one))
    if dict(one) == dict(other):
        return Comparison(
            same=bool(one), text=f"byte for byte ({names})" if one else "there is no file in either model"
        )
    if set(one) != set(other):
        return Comparison(same=False, text=f"one model has {names}, the other has {', '.join(sorted(other))}")
    different = sorted(name for name in one if one[name] != other[name])
    metrics = {name: (_document(one[name]), _document(other[name])) for name in one if name.endswith(".json")}
    if metrics and all(mine is not None and mine == theirs for mine, theirs in metrics.values()):
        return Comparison(same=True, text=f"metric for metric ({', '.join(sorted(metrics))}); {different[0]} differs")
    return Comparison(same=False, text=f"{', '.join(different)} differ")


def model_files(s3: Any, uri: str) -> dict[str, bytes]:
    """Download a model.tar.gz and return its files by name."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
        return {
            member.name.removeprefix("./"): file.read()
            for member in archive.getmembers()
            if (file := archive.extractfile(member)) is not None
        }


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
