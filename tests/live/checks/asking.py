"""Requests for jobs: what SageMaker refuses creates nothing, and what it takes is stopped at once."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from tests.live.cleaning import stop_job
from tests.live.world import World

_TAKEN = "the job was created, and stopped"


def like_plain(world: World, name: str, **changes: Any) -> dict[str, Any]:
    """Return a request like that of the plain run's job, on demand and without channels.

    Args:
        world: What is deployed.
        name: What the job's name ends with.
        changes: Members that are otherwise; hyperparameters and variables go over those of the job.
    """
    request = dict(world.request)
    request["StoppingCondition"] = {"MaxRuntimeInSeconds": request["StoppingCondition"]["MaxRuntimeInSeconds"]}
    request["TrainingJobName"] = f"{world.base_job_name}-{name}{world.mark}"
    checkpoints = request["CheckpointConfig"]["S3Uri"].rstrip("/")
    request["CheckpointConfig"] = {"S3Uri": f"{checkpoints}-{name}/"}
    merged = {
        member: {**request.get(member, {}), **changes.pop(member, {})} for member in ("HyperParameters", "Environment")
    }
    return {**request, **merged, **changes}


def answer(error: ClientError) -> dict[str, str]:
    """Return what AWS answers a call with that it refuses."""
    told = error.response["Error"]
    return {"Code": told["Code"], "Message": told["Message"][:300]}


def asked(world: World, name: str, **changes: Any) -> dict[str, str]:
    """Ask for a job; return what SageMaker refuses it with, with no code where it does not."""

    def ask() -> dict[str, str]:
        sagemaker, request = world.client("sagemaker"), like_plain(world, name, **changes)
        try:
            sagemaker.create_training_job(**request)
        except ClientError as error:
            return answer(error)
        stop_job(sagemaker, request["TrainingJobName"])
        return {"Code": "", "Message": _TAKEN}

    told: dict[str, str] = world.once(f"asked {name}", ask)
    return told


def is_refused(told: dict[str, str]) -> bool:
    """Say whether an answer is that to a request that breaks a rule."""
    return told["Code"] == "ValidationException"


def trained(world: World, name: str, **changes: Any) -> dict[str, Any]:
    """Have a job trained to its end; return its description."""

    def train() -> dict[str, Any]:
        request = like_plain(world, name, **changes)
        world.client("sagemaker").create_training_job(**request)
        return ended(world, request["TrainingJobName"])

    told: dict[str, Any] = world.once(f"trained {name}", train)
    return told


def ended(world: World, job: str, patience: float | None = None) -> dict[str, Any]:
    """Wait for the end of a job; return its description."""
    live = ("InProgress", "Stopping")
    world.until(f"{job} to end", lambda: world.describe(job)["TrainingJobStatus"] not in live, patience)
    return world.describe(job)
