"""The versions of this library and of what it builds on."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib import metadata

from constructs_lib.runs.doctor.asking import Asking
from constructs_lib.runs.doctor.finding import Finding, ok, warning
from constructs_lib.runs.doctor.subject import Subject
from constructs_lib.version import VERSION

CHECK = "versions"
_NAMED = ("boto3", "aws-cdk-lib", "constructs")
_LOWEST = {"boto3": (1, 43, 115), "aws-cdk-lib": (2, 271, 0)}
"""As pyproject.toml declares them; a test holds the two together."""


def look(_: Asking, __: Subject) -> Iterator[Finding]:
    """Tell the versions, and warn of one that is older than what this library was written for."""
    found = {name: _version(name) for name in _NAMED}
    told = ", ".join(f"{name} {version}" for name, version in found.items() if version)
    yield ok(CHECK, f"spot-training-constructs {VERSION}, Python {platform.python_version()}, {told}")
    for name, lowest in _LOWEST.items():
        if found[name] and _numbers(found[name]) < lowest:
            wanted = ".".join(map(str, lowest))
            yield warning(CHECK, f"{name} is {found[name]}, older than {wanted}", f"pip install '{name}>={wanted}'")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
