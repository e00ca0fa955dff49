"""The checks of what the plain run's program has seen, and of what it has left in S3, in logs and in metrics."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tests.live.checks.asking import trained
from tests.live.checks.check import Check
from tests.live.world import World, place

_NAMESPACE = "/aws/sagemaker/TrainingJobs"
_MARKER = ".sagemaker-"
_BOARD = "/opt/ml/output/tensorboard"


def _channel(world: World, name: str) -> Any:
    return {"status": world.plain.status, "files": world.seen["channels"].get(name)}


def _token(world: World) -> Any:
    bucket = place(world.plain.job["CheckpointConfig"]["S3Uri"])[0]
    return {"as it is": world.seen["token"] == bucket}


def _markers(world: World) -> Any:
    return {"names": world.seen["checkpoints"]}


def _model(world: World) -> Any:
    bucket, _, key = world.plain.job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://").partition("/")
    told = world.client("s3").head_object(Bucket=bucket, Key=key)
    return {"ServerSideEncryption": told.get("ServerSideEncryption")}


def _metrics(world: World) -> Any:
    asked = {"Namespace": _NAMESPACE, "MetricName": "step"}
    with suppress(TimeoutError):
        world.until("metrics", lambda: bool(_listed(world, asked)), world.log_patience)
    return {"metrics": len(_listed(world, asked))}


def _listed(world: World, asked: dict[str, Any]) -> list[Any]:
    listed: list[Any] = world.client("cloudwatch").list_metrics(**asked)["Metrics"]
    job = world.plain.job["TrainingJobName"]
    return [each for each in listed if any(job in dimension["Value"] for dimension in each["Dimensions"])]


def _board(world: World) -> Any:
    bucket, prefix = place(world.plain.job["CheckpointConfig"]["S3Uri"])
    path = f"{prefix}board{world.mark}"
    job = trained(
        world,
        "board",
        Environment={"LIVE_BOARD": _BOARD},
        HyperParameters={"settle": f"{3 * world.pause:g}"},
        TensorBoardOutputConfig={"LocalPath": _BOARD, "S3OutputPath": f"s3://{bucket}/{path}"},
    )
    listed = world.client("s3").list_objects_v2(Bucket=bucket, Prefix=path).get("Contents", [])
    below = [found["Key"].removeprefix(path).replace(job["TrainingJobName"], "<job name>") for found in listed]
    return {"status": job["TrainingJobStatus"], "keys": below}


def _logged(world: World) -> Any:
    lines = world.lines(world.machine, world.failing.arn)
    failed = [line for line in lines if '"ExecutionFailed"' in line]
    return {
        "events": len(lines),
        "error and cause": any("TrainingFailed" in line and "cause" in line for line in failed),
    }


CHECKS = (
    Check(
        row="s3-list-prefix",
        observe=lambda world: _channel(world, "train"),
        holds=lambda told: told == {"status": "SUCCEEDED", "files": ["a.csv"]},
        otherwise={"status": "FAILED", "files": None},
        rests="constructs_lib/cdk/inputs",
    ),
    Check(
        row="s3-object-key",
        observe=lambda world: _channel(world, "one"),
        holds=lambda told: told == {"status": "SUCCEEDED", "files": ["only.csv"]},
        otherwise={"status": "SUCCEEDED", "files": []},
        rests="constructs_lib/cdk/inputs",
    ),
    Check(
        row="sm-token-text",
        observe=_token,
        holds=lambda told: told["as it is"] is True,
        otherwise={"as it is": False},
        rests="constructs_lib/cdk/training/request.py",
    ),
    Check(
        row="local-markers",
        observe=_markers,
        holds=lambda told: any(_MARKER in name for name in told["names"]),
        otherwise={"names": ["step-1.json"]},
        rests="constructs_lib/local/training_jobs/instance/s3/checkpoint_sync.py",
    ),
    Check(
        row="s3-model-key",
        observe=_model,
        holds=lambda told: told["ServerSideEncryption"] in ("AES256", "aws:kms"),
        otherwise={"ServerSideEncryption": None},
        rests="constructs_lib/cdk/training/keys.py",
    ),
    Check(
        row="sm-metrics-namespace",
        observe=_metrics,
        holds=lambda told: told["metrics"] > 0,
        otherwise={"metrics": 0},
        rests="constructs_lib/cdk/permissions",
    ),
    Check(
        row="req-tensorboard",
        observe=_board,
        holds=lambda told: bool(told["keys"]) and all(key.startswith("/<job name>/") for key in told["keys"]),
        otherwise={"status": "Completed", "keys": ["/events.txt"]},
        rests="constructs_lib/cdk/training/request.py",
    ),
    Check(
        row="log-error-cause",
        observe=_logged,
        holds=lambda told: told["error and cause"] is True,
        otherwise={"events": 9, "error and cause": False},
        rests="constructs_lib/cdk/monitoring",
    ),
)
