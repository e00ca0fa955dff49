"""What a deployment lets an execution's input ask for: capacities, and locations to read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instance_type import has_local_storage


def capacity_entry(capacity: Capacity) -> dict[str, Any]:
    """Render one entry of the plan: instances as `ResourceConfig` names them, market, tries, own settings."""
    entry: dict[str, Any] = {**capacity.resource_config(), "Market": capacity.market, "Tries": capacity.tries}
    if capacity.max_wait_seconds is not None:
        entry["MaxWaitTimeInSeconds"] = capacity.max_wait_seconds
    if capacity.has_local_storage:
        entry["LocalStorage"] = True
    own = {"HyperParameters": capacity.hyperparameters, "Environment": capacity.environment}
    return {**entry, **{field: dict(values) for field, values in own.items() if values}}


def allowed_capacities(plan: Sequence[Capacity], instance_types: Sequence[str] = ()) -> list[dict[str, Any]]:
    """List what an input may ask for, each with the most instances.

    Entries of the plan with instance groups or instance preferences have no one type, and cannot be asked for.

    Args:
        plan: The deployed plan, all of which may be asked for again.
        instance_types: Further types, for each market of the plan and as many instances as its largest entry has.
            Defaults to none.
    """
    typed = [capacity for capacity in plan if not capacity.groups and not capacity.preferences]
    most = max((capacity.instance_count for capacity in typed), default=1)
    markets = dict.fromkeys(capacity.market for capacity in plan)
    asked = [(capacity.instance_type, capacity.market, capacity.instance_count) for capacity in typed]
    asked += [(instance_type, market, most) for instance_type in instance_types for market in markets]
    counts: dict[tuple[str, str], int] = {}
    for instance_type, market, count in asked:
        counts[instance_type, market] = max(count, counts.get((instance_type, market), 0))
    return [
        {
            "InstanceType": instance_type,
            "InstanceCount": count,
            "Market": market,
            **({"LocalStorage": True} if has_local_storage(instance_type) else {}),
        }
        for (instance_type, market), count in counts.items()
    ]


def input_locations(request: Mapping[str, Any], further: Sequence[str] = ()) -> list[str]:
    """List the S3 locations that an input may move a channel to, each once and with a slash at its end.

    Args:
        request: The deployed request. A channel of it that reads a whole prefix or bucket allows what is below it; one
            that reads a single object, or whose keys only start alike, allows nothing but itself.
        further: Locations that the job's role may read besides. Defaults to none.
    """
    locations = [*_channel_uris(request), *further]
    return list(dict.fromkeys(uri if uri.endswith("/") else f"{uri}/" for uri in locations if _is_location(uri)))


def location_problems(locations: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with locations that are given by hand."""
    for location in locations:
        if not _is_location(location):
            yield (
                "'input_locations' must be S3 URIs such as s3://bucket/prefix/ that end in '/', so that 'in/' "
                f"never matches 'inner/', got {location!r}"
            )


def _is_location(uri: str) -> bool:
    if not uri.startswith("s3://"):
        return False
    bucket, slash, _ = uri.removeprefix("s3://").partition("/")
    return bool(bucket) and (uri.endswith("/") or not slash)


def _channel_uris(request: Mapping[str, Any]) -> Iterator[str]:
    for channel in request.get("InputDataConfig", []):
        source = channel.get("DataSource", {}).get("S3DataSource", {})
        if source.get("S3DataType") == "S3Prefix":
            yield str(source.get("S3Uri", ""))
