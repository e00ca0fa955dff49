"""Reading what a sweep has written to S3: its lines by their keys, and whole ones where their content is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.aws.errors import aws_errors, error_code
from constructs_lib.runs.reports.sweep.line import SweepLine
from constructs_lib.runs.verbs.sweep.deployed import DeployedSweep

_READERS = 8
"""botocore keeps ten connections."""


def lines_of(clients: Clients, sweep: DeployedSweep, name: str) -> list[SweepLine]:
    """List the lines of a sweep: a call for each thousand, and none for a line by itself.

    Args:
        clients: The AWS clients.
        sweep: The deployed sweep.
        name: The name of its execution.

    Raises:
        Exception: What botocore raises.
    """
    prefix = sweep.prefix(name)
    pages = clients.s3.get_paginator("list_objects_v2")
    keys = (
        str(found["Key"]).removeprefix(prefix)
        for folder in sweep.folders()
        for page in pages.paginate(Bucket=sweep.bucket, Prefix=prefix + folder)
        for found in page.get("Contents", [])
    )
    return [line for line in map(SweepLine.from_key, keys) if line is not None]


def contents_of(clients: Clients, sweep: DeployedSweep, name: str, lines: Iterable[SweepLine]) -> list[dict[str, Any]]:
    """Read whole lines, several at once, in their order.

    Args:
        clients: The AWS clients.
        sweep: The deployed sweep.
        name: The name of its execution.
        lines: Which.

    Raises:
        Exception: What botocore raises.
    """
    keys = [sweep.prefix(name) + line.key for line in lines]
    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(lambda key: _read(clients, sweep.bucket, key), keys))


def kept_report(clients: Clients, sweep: DeployedSweep, name: str) -> dict[str, Any] | None:
    """Read the report that a sweep has written; None where it has written none.

    Raises:
        Exception: What botocore raises.
    """
    try:
        return _read(clients, sweep.bucket, f"{sweep.prefix(name)}report.json")
    except aws_errors() as error:
        if error_code(error) == "NoSuchKey":
            return None
        raise


def item_names(clients: Clients, sweep: DeployedSweep, name: str) -> list[str]:
    """Name the items of a sweep that was given a file: each is kept by itself.

    Raises:
        Exception: What botocore raises.
    """
    pages = clients.s3.get_paginator("list_objects_v2").paginate(
        Bucket=sweep.bucket, Prefix=f"{sweep.prefix(name)}items/"
    )
    keys = [str(found["Key"]) for page in pages for found in page.get("Contents", [])]
    with ThreadPoolExecutor(_READERS) as pool:
        items = list(pool.map(lambda key: _read(clients, sweep.bucket, key), keys))
    places = [int(key.rpartition("/")[2].removesuffix(".json")) for key in keys]
    return [name_of(item, place) for item, place in zip(items, places, strict=True)]


def name_of(item: Any, place: int) -> str:
    """Return an item's name, which is made of its place where it has none of its own."""
    given = item.get("Name") if isinstance(item, dict) else None
    return given if isinstance(given, str) and given else f"trial-{place + 1:04d}"


def _read(clients: Clients, bucket: str, key: str) -> dict[str, Any]:
    found = json.loads(clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return found if isinstance(found, dict) else {}
