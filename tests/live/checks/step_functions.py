"""The checks of what is assumed of Step Functions."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.live.checks.check import Check, NotTriedError
from tests.live.world import World

_TWO_TAGS = ["AWS_STEP_FUNCTIONS_EXECUTION_ARN", "MANAGED_BY_AWS"]
_MEMBERS = ("EnableManagedSpotTraining", "CheckpointConfig", "Environment", "EnableNetworkIsolation")


def _of_pairs(length: int) -> str:
    return f"$map([1..{length}], function($x){{{{'a':$x,'b':$x}}}})"


def _depth(world: World) -> Any:
    return {f"{length} constructors": world.evaluate(f"$count({_of_pairs(length)})")["status"] for length in (70, 200)}


def _members(world: World) -> Any:
    job = next(iter(world.plain.jobs), {})
    return {"status": world.plain.status, "members": [name for name in _MEMBERS if name in job]}


def _errors(world: World) -> Any:
    if not world.over_quota:
        raise NotTriedError("no type was found whose spot quota is 0")
    return {name: str(world.refused.get(name, ""))[:300] for name in ("error", "cause")}


def _times(world: World) -> Any:
    described = [
        json.loads(details["output"])
        for details in world.plain.details("taskSucceeded")
        if details["resource"] == "describeTrainingJob"
    ]
    return {"CreationTime": described[-1]["CreationTime"]}


def _redriven(world: World) -> Any:
    _, run = world.aborted
    return {"status": run.status, "verdicts": [each["Verdict"] for each in run.report.get("Attempts", [])]}


def _tags(world: World) -> Any:
    told = world.client("sagemaker").list_tags(ResourceArn=world.plain.job["TrainingJobArn"])["Tags"]
    own = [tag["Key"] for tag in told]
    return sorted(key for key in own if key != "spot-training-live" and not key.startswith("aws:"))


def _ended(world: World) -> Any:
    kinds = [event["type"] for event in world.stopped.events if event["type"] in ("TaskFailed", "TaskSucceeded")]
    return {"first task": kinds[0], "error": world.stopped.description.get("error", "")}


CHECKS = (
    Check(
        row="sfn-depth",
        observe=_depth,
        holds=lambda told: told["70 constructors"] == "SUCCEEDED",
        otherwise={"70 constructors": "FAILED", "200 constructors": "FAILED"},
        rests="constructs_lib/workflow/jsonata; tests/workflow/jsonata/test_budgets.py",
    ),
    Check(
        row="sfn-sync-members",
        observe=_members,
        holds=lambda told: told["status"] == "SUCCEEDED" and set(told["members"]) == set(_MEMBERS),
        otherwise={"status": "FAILED", "members": []},
        rests="constructs_lib/workflow/states/train.py",
    ),
    Check(
        row="sfn-sync-errors",
        observe=_errors,
        holds=lambda told: told["error"].startswith("SageMaker.") and "ResourceLimitExceeded" in str(told),
        otherwise={"error": "States.TaskFailed", "cause": "no"},
        rests="constructs_lib/workflow/jsonata/judge/verdict.jsonata",
    ),
    Check(
        row="sfn-sdk-times",
        observe=_times,
        holds=lambda told: re.match(r"\d{4}-\d\d-\d\dT", str(told["CreationTime"])) is not None,
        otherwise={"CreationTime": 1767225600.5},
        rests="constructs_lib/workflow/jsonata/judge/attempt.jsonata",
    ),
    Check(
        row="sfn-redrive-variables",
        observe=_redriven,
        holds=lambda told: told["status"] == "SUCCEEDED",
        otherwise={"status": "FAILED", "verdicts": []},
        rests="constructs_lib/workflow/states/run.py",
    ),
    Check(
        row="sfn-redrive-time",
        observe=_redriven,
        holds=lambda told: told["verdicts"][:1] == ["aborted"],
        otherwise={"status": "FAILED", "verdicts": ["stopped"]},
        rests="constructs_lib/workflow/jsonata/judge/verdict.jsonata",
    ),
    Check(
        row="sfn-abort-stops",
        observe=lambda world: {"job": world.aborted[0]},
        holds=lambda told: told["job"] == "Stopped",
        otherwise={"job": "Completed"},
        rests="constructs_lib/runs/verbs/stop.py",
    ),
    Check(
        row="sfn-two-tags",
        observe=_tags,
        holds=lambda told: told == _TWO_TAGS,
        otherwise=[*_TWO_TAGS, "third"],
        rests="constructs_lib/training_job/limits.py",
    ),
    Check(
        row="sfn-sync-stopped",
        observe=_ended,
        holds=lambda told: told["error"] == "SpotTraining.Stopped",
        otherwise={"first task": "TaskFailed", "error": "SpotTraining.TrainingFailed"},
        rests="constructs_lib/workflow/states/train.py",
    ),
)
