"""The checks that ask Step Functions small questions, by a state machine of their own; only one has a job."""

from __future__ import annotations

import json
import math
from typing import Any

from botocore.exceptions import ClientError

from tests.live.checks.asking import ended, like_plain
from tests.live.checks.check import Check
from tests.live.cleaning import stop_job
from tests.live.run import Run
from tests.live.world import HOLD, World, place

_PAUSES = 30
"""Pauses until a job is stopped that Step Functions has not stopped."""


def _told(run: Run) -> dict[str, Any]:
    return {name: str(run.description.get(name, ""))[:300] for name in ("status", "error", "cause")}


def _output(run: Run) -> Any:
    return json.loads(run.description["output"]) if run.status == "SUCCEEDED" else _told(run)


def _unknown(world: World) -> Any:
    request = {"TrainingJobName": f"{world.base_job_name}-unknown{world.mark}", "Live": "yes"}
    return _told(world.probe("unknown", request=request))


def _branches(world: World) -> Any:
    return world.once("branches", lambda: _broken(world))


def _broken(world: World) -> Any:
    request = like_plain(world, "branch", HyperParameters={"hold": HOLD})
    run = world.probe("branches", request=request, seconds=math.ceil(3 * world.pause))
    try:
        status = ended(world, request["TrainingJobName"], _PAUSES * world.pause)["TrainingJobStatus"]
    except TimeoutError:
        status = "InProgress"
        stop_job(world.client("sagemaker"), request["TrainingJobName"])
    except ClientError:  # it was never created
        status = ""
    return {**_told(run), "job": status}


def _version(world: World) -> Any:
    sfn = world.client("stepfunctions")
    version = sfn.publish_state_machine_version(stateMachineArn=world.probes)["stateMachineVersionArn"]
    told = _output(world.probe("context", version=version))
    return {"started by": version.rpartition("stateMachine:")[2], "Id": str(told).rpartition("stateMachine:")[2]}


def _body(world: World) -> Any:
    bucket, prefix = place(world.plain.job["CheckpointConfig"]["S3Uri"])
    return _output(world.probe("body", bucket=bucket, key=f"{prefix}seen.json"))


CHECKS = (
    Check(
        row="sfn-states-all",
        observe=_unknown,
        holds=lambda told: (told["status"], told["error"]) == ("FAILED", "States.Runtime"),
        otherwise={"status": "SUCCEEDED", "error": "", "cause": ""},
        rests="constructs_lib/workflow/states/train.py",
    ),
    Check(
        row="sfn-branch-stops",
        observe=_branches,
        # it does not matter which, but the job is there, and the branch beside it ends the run
        holds=lambda told: told["error"] == "Live.Broken" and told["job"] in ("Stopped", "InProgress"),
        otherwise={"status": "SUCCEEDED", "error": "", "cause": "", "job": "Completed"},
        rests="constructs_lib/workflow/states/train.py",
    ),
    Check(
        row="sfn-list-tags",
        observe=_branches,
        holds=lambda told: "ListTags" not in told["cause"] and told["error"] == "Live.Broken",
        otherwise={"status": "FAILED", "error": "States.TaskFailed", "cause": "ListTags is denied", "job": "Stopped"},
        rests="constructs_lib/cdk/training/state_machine_policy.py",
    ),
    Check(
        row="sfn-jsonpath-parallel",
        observe=lambda world: _output(world.probe("caught")),
        holds=lambda told: "Live.Broken" in str(told.get("error")),
        otherwise={"status": "FAILED", "error": "States.Runtime", "cause": "", "probe": "caught"},
        rests="constructs_lib/cdk/spot_training_task.py",
    ),
    Check(
        row="sfn-distributed-name",
        observe=lambda world: {"names": _output(world.probe("items"))},
        holds=lambda told: isinstance(told["names"], list) and len(told["names"]) == 2,
        otherwise={"names": {"status": "FAILED", "error": "States.Runtime", "cause": ""}},
        rests="constructs_lib/cdk/spot_training_task.py",
    ),
    Check(
        row="sfn-version-context",
        observe=_version,
        holds=lambda told: told["Id"] in (told["started by"], told["started by"].rpartition(":")[0]),
        otherwise={"started by": "machine:1", "Id": ""},
        rests="constructs_lib/workflow/states/run.py",
    ),
    Check(
        row="s3-progress-body",
        observe=_body,
        holds=lambda told: told.get("type") in ("string", "object"),
        otherwise={"status": "FAILED", "error": "States.Runtime", "cause": ""},
        rests="constructs_lib/workflow/jsonata",
    ),
)
