"""What a deployment lets an input ask for, as the settings carry it."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.training_job.capacity.allowances import allowed_capacities, input_locations
from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.training_job.capacity.instances import InstanceGroup
from constructs_lib.training_job.limits import MAX_REQUEST_BYTES
from tests.support.run_documents import SPOT, channel, run_settings, settings_document


def request(*uris: str, **changes: Any) -> dict[str, Any]:
    return {"HyperParameters": {}, "InputDataConfig": [channel(f"c{i}", uri) for i, uri in enumerate(uris)], **changes}


def test_the_plan_and_further_types_are_allowed_in_each_of_its_markets() -> None:
    plan = [
        Capacity.spot("ml.m5.xlarge", instance_count=2),
        Capacity.spot("ml.m5.xlarge"),
        Capacity.on_demand("ml.c5.xlarge"),
    ]
    found = {(e["InstanceType"], e["Market"]): e["InstanceCount"] for e in allowed_capacities(plan, ["ml.m5.xlarge"])}
    assert found == {
        ("ml.m5.xlarge", "spot"): 2,
        ("ml.c5.xlarge", "on-demand"): 1,
        ("ml.m5.xlarge", "on-demand"): 2,
    }


def test_instance_groups_give_their_market_and_no_count() -> None:
    groups = Capacity.spot_groups([InstanceGroup(name="a", instance_type="ml.m5.xlarge", instance_count=4)])
    assert allowed_capacities([groups]) == []
    assert allowed_capacities([groups], ["ml.g5.xlarge"]) == [
        {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "Market": "spot", "LocalStorage": True}
    ]


def test_locations_are_those_of_channels_that_read_a_whole_prefix() -> None:
    manifest = channel("m", "s3://bucket/manifests/")
    manifest["DataSource"]["S3DataSource"]["S3DataType"] = "ManifestFile"
    files = {"ChannelName": "f", "DataSource": {"FileSystemDataSource": {"FileSystemId": "fs-1"}}}
    deployed = request("s3://bucket/in/", "s3://whole", "s3://bucket/one.csv", "s3://bucket/in", "s3://bucket/in/")
    deployed["InputDataConfig"] += [manifest, files]
    assert input_locations(deployed, ["s3://more/x/"]) == ["s3://bucket/in/", "s3://whole/", "s3://more/x/"]
    assert input_locations({}) == []


def test_a_location_with_a_token_is_one_when_its_end_is_known() -> None:
    token = "${Token[TOKEN.12]}"
    assert input_locations(request(f"s3://{token}/in/", f"s3://{token}", token, f"s3://bucket/{token}")) == [
        f"s3://{token}/in/",
        f"s3://{token}/",
    ]


@pytest.mark.parametrize("location", ["s3://bucket/in", "bucket/in/", "s3://", "s3:///x/", "https://bucket/in/", ""])
def test_fails_on_a_location_that_is_no_prefix(location: str) -> None:
    with pytest.raises(ValueError, match="'input_locations' must be S3 URIs such as") as caught:
        settings_document(input_locations=[location])
    assert repr(location) in str(caught.value)


def test_fails_on_a_request_that_no_run_could_carry() -> None:
    values = {f"p{i}": "x" * 2200 for i in range(60)}
    assert run_settings(request=request(HyperParameters=dict(list(values.items())[:58]))).document()
    with pytest.raises(ValueError, match=f"must come to a request of at most {MAX_REQUEST_BYTES} bytes, got 13"):
        run_settings(request=request(HyperParameters=values)).document()


def test_what_is_not_known_is_left_out() -> None:
    document = settings_document(SPOT)
    assert not {"CheckpointsKeptInSeconds", "MaxPendingTimeInSeconds", "CapacityPatienceInSeconds"} & set(document)
    given = settings_document(SPOT, checkpoints_kept_seconds=86400, max_pending_seconds=7200)
    assert (given["CheckpointsKeptInSeconds"], given["MaxPendingTimeInSeconds"]) == (86400, 7200)
