"""Map Runs are described and listed with their children, while they run and after."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.machines import BUCKET, Machines, one_state, wait_for
from tests.local.moto_adapters.step_functions.test_distributed_maps import distributed


def counted(**some: int) -> Callable[[dict[str, Any]], bool]:
    every = ("aborted", "failed", "pending", "resultsWritten", "running", "succeeded", "timedOut")
    return lambda found: found == {**dict.fromkeys(every, 0), "total": sum(some.values()), **some}


def run_of(machines: Machines, execution: str) -> dict[str, Any]:
    (listed,) = machines.sfn.list_map_runs(executionArn=execution)["mapRuns"]
    found: dict[str, Any] = machines.sfn.describe_map_run(mapRunArn=listed["mapRunArn"])
    assert {listed[name] for name in ("executionArn", "mapRunArn")} == {execution, found["mapRunArn"]}
    assert found["itemCounts"] == found["executionCounts"]
    return found


def test_a_map_run_that_has_ended(machines: Machines) -> None:
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": BUCKET, "Prefix": "runs"}}
    begun = machines.aws.clock.now()
    execution = machines.start(distributed(Items=[0, 1, 2], ToleratedFailureCount=1, ResultWriter=writer))
    where = machines.end(execution)["output"]["ResultWriterDetails"]
    found = run_of(machines, execution)
    assert found["status"] == "SUCCEEDED"
    assert begun.replace(microsecond=0) <= found["startDate"] <= found["stopDate"] <= machines.aws.clock.now()
    assert found["executionCounts"].pop("resultsWritten") == 3
    assert counted(succeeded=2, failed=1)({**found["executionCounts"], "resultsWritten": 0})
    children = machines.sfn.list_executions(mapRunArn=found["mapRunArn"])["executions"]
    assert sorted(child["status"] for child in children) == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    assert {child["mapRunArn"] for child in children} == {found["mapRunArn"]}
    failed = machines.sfn.list_executions(mapRunArn=found["mapRunArn"], statusFilter="FAILED")["executions"]
    folder = where["Key"].rpartition("/")[0]
    s3 = machines.aws.client("s3")
    (told,) = json.loads(s3.get_object(Bucket=BUCKET, Key=f"{folder}/FAILED_0.json")["Body"].read())
    assert [child["executionArn"] for child in failed] == [told["ExecutionArn"]]
    pages = machines.sfn.get_paginator("list_executions").paginate(
        mapRunArn=found["mapRunArn"], PaginationConfig={"PageSize": 2}
    )
    assert [child["name"] for page in pages for child in page["executions"]] == [child["name"] for child in children]


def test_a_map_run_that_runs_and_is_stopped(machines: Machines) -> None:
    waits = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 99_999, "End": True}}}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **waits}
    execution = machines.start(one_state(Type="Map", Items=[1, 2, 3], MaxConcurrency=2, ItemProcessor=processor))

    def both() -> bool:
        runs = machines.sfn.list_map_runs(executionArn=execution)["mapRuns"]
        return bool(runs) and counted(running=2, pending=1)(run_of(machines, execution)["executionCounts"])

    wait_for("two children", both)
    assert run_of(machines, execution)["status"] == "RUNNING"
    machines.sfn.stop_execution(executionArn=execution)
    machines.end(execution)
    found = run_of(machines, execution)
    assert found["status"] == "ABORTED"
    assert counted(aborted=2, pending=1)(found["executionCounts"])
    children = machines.sfn.list_executions(mapRunArn=found["mapRunArn"])["executions"]
    assert [child["status"] for child in children] == ["ABORTED"] * 2


def test_fails_for_a_map_run_that_is_not_there(machines: Machines) -> None:
    arn = "arn:aws:states:us-east-1:123456789012:mapRun:nothing/label:1"
    for ask in (machines.sfn.describe_map_run, machines.sfn.list_executions):
        with pytest.raises(ClientError, match="ResourceNotFound"):
            ask(mapRunArn=arn)
