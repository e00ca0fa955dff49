"""The checks of the run that has a key of its own for everything, a network of its own, and a file for definition."""

from __future__ import annotations

import json
from typing import Any

from tests.live.checks.check import Check
from tests.live.world import World, place

_HOUR = 3600


def _definition(world: World) -> Any:
    told = world.client("stepfunctions").describe_state_machine(stateMachineArn=world.guarded)
    resources = _found(json.loads(told["definition"]), "ResourceConfig")
    return {"VolumeSizeInGB": resources.get("VolumeSizeInGB")}


def _found(document: Any, name: str) -> Any:
    """Return the first member of a name anywhere in a document that is an object, empty where there is none."""
    if isinstance(document, dict):
        if isinstance(document.get(name), dict):
            return document[name]
        document = list(document.values())
    inner = [_found(each, name) for each in document] if isinstance(document, list) else []
    return next((each for each in inner if each), {})


def _told(world: World) -> dict[str, Any]:
    job = world.of_guarded.job
    return {"status": job["TrainingJobStatus"], "reason": job.get("FailureReason", "")[:300]}


def _written(world: World) -> Any:
    job = world.of_guarded.job
    counts = {
        name: world.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"]
        for name, (bucket, prefix) in {
            "checkpoints": place(job["CheckpointConfig"]["S3Uri"]),
            "models": place(job["OutputDataConfig"]["S3OutputPath"]),
        }.items()
    }
    return {**_told(world), **counts}


def _volume(world: World) -> Any:
    return {**_told(world), "key": bool(world.of_guarded.job["ResourceConfig"].get("VolumeKmsKeyId"))}


def _network(world: World) -> Any:
    return {**_told(world), "subnets": len(world.of_guarded.job.get("VpcConfig", {}).get("Subnets", []))}


def _logged(world: World) -> Any:
    return {"events": len(world.lines(world.guarded, world.of_guarded.arn))}


def _start(world: World) -> Any:
    job = world.of_guarded.job
    trained = [each for each in job["SecondaryStatusTransitions"] if each["Status"] == "Training"]
    seconds = [(each["StartTime"] - job["CreationTime"]).total_seconds() for each in trained]
    return {"type": job["ResourceConfig"].get("InstanceType"), "seconds until it trains": seconds[:1]}


CHECKS = (
    Check(
        row="sfn-asset-text",
        observe=_definition,
        holds=lambda told: told["VolumeSizeInGB"] == 30,
        otherwise={"VolumeSizeInGB": "30"},
        rests="constructs_lib/cdk/training/definition",
    ),
    Check(
        row="s3-write-key",
        observe=_written,
        holds=lambda told: told["status"] == "Completed" and told["checkpoints"] > 0 and told["models"] > 0,
        otherwise={"status": "Failed", "reason": "ClientError: AccessDenied", "checkpoints": 0, "models": 0},
        rests="constructs_lib/cdk/training/keys.py",
    ),
    Check(
        row="kms-create-grant",
        observe=_volume,
        holds=lambda told: told["status"] == "Completed" and told["key"],
        otherwise={"status": "Failed", "reason": "ClientError: AccessDenied", "key": True},
        rests="constructs_lib/cdk/training/keys.py",
    ),
    Check(
        row="net-subnet-condition",
        observe=_network,
        holds=lambda told: told["status"] == "Completed" and told["subnets"] > 0,
        otherwise={"status": "Failed", "reason": "ClientError: AccessDenied", "subnets": 1},
        rests="constructs_lib/cdk/training/network.py",
    ),
    Check(
        row="kms-log-context",
        observe=_logged,
        holds=lambda told: told["events"] > 0,
        otherwise={"events": 0},
        rests="constructs_lib/cdk/permissions",
    ),
    Check(
        row="sm-on-demand-start",
        observe=_start,
        holds=lambda told: bool(told["seconds until it trains"]) and told["seconds until it trains"][0] <= _HOUR,
        otherwise={"type": "ml.m5.large", "seconds until it trains": [4000.0]},
        rests="constructs_lib/workflow/deadline",
    ),
)
