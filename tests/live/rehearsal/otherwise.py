"""The embedded AWS told to behave otherwise, so that rows do not hold; and the rows that it is not told.

A story is told once what has come of the runs is there: either they are looked at again, or some are run again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.state.exec.state_task import state_task_factory

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.moto_adapters.step_functions.api import redrives
from constructs_lib.local.moto_adapters.step_functions.expressions import jsonata_expressions
from constructs_lib.local.moto_adapters.step_functions.tasks import shapes, sync_task
from constructs_lib.local.training_jobs import service
from constructs_lib.local.training_jobs.api.errors import SageMakerError
from constructs_lib.local.training_jobs.faults import CreateFault
from constructs_lib.local.training_jobs.job import Job
from tests.live.world import World, place

Told = Callable[[EmbeddedAws, World, pytest.MonkeyPatch], None]

BY_COUNTER_ANSWER = {
    "sfn-abort-stops": "a job that nobody stops holds the rehearsal up until its own limit",
    "sfn-sync-stopped": "the run is right whichever way `.sync` ends, and both are played",
    "sfn-jsonpath-parallel": "a machine that is refused is not deployed, nor is the stack",
    "sfn-distributed-name": "any name is right",
    "sfn-version-context": "either name is right",
    "s3-progress-body": "either form is right",
    "s3-model-key": "either encryption is right",
    "sm-stopped-why": "any secondary status is right",
    "sm-look-out": "a run is right without one, and that is played",
}
"""The rows that the embedded AWS is not told otherwise about, and why: there a check is shown a counter-answer only."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """A behaviour.

    Attributes:
        rows: The rows that do not hold then.
        told: Tells the embedded AWS.
        anew: Whether the runs that the rows' checks need are run anew, instead of looked at again.
    """

    rows: tuple[str, ...]
    told: Told
    anew: bool = False


def _described(_: EmbeddedAws, world: World, patch: pytest.MonkeyPatch) -> None:
    """Jobs are described otherwise in each member that is assumed."""
    original = Job.describe

    def describe(self: Job) -> dict[str, Any]:
        told = original(self)
        absent = ("EnableManagedSpotTraining", "Environment", "VpcConfig")
        told = {name: value for name, value in told.items() if name not in absent}
        told["OutputDataConfig"] = {"S3OutputPath": told["OutputDataConfig"]["S3OutputPath"]}
        told["TrainingTimeInSeconds"] = told.get("TrainingTimeInSeconds", 0) + 1000
        told["CreationTime"] -= timedelta(hours=2)
        if "FailureReason" in told:
            told["FailureReason"] = f"Sorry: {told['FailureReason']}"
        if "-guarded-" in told["TrainingJobName"]:
            told["TrainingJobStatus"] = "Failed"
        return told

    assert world.plain.jobs  # which were described as they are
    patch.setattr(Job, "describe", describe)


def _answered(aws: EmbeddedAws, world: World, patch: pytest.MonkeyPatch) -> None:
    """Calls are refused otherwise, and what should be refused is taken."""
    patch.setattr(service, "not_found", lambda: SageMakerError("ResourceNotFound", "no such job"))
    patch.setattr(service, "name_in_use", lambda arn: SageMakerError("ConflictException", f"there is {arn}"))
    patch.setattr(service, "request_problems", lambda _: [])
    patch.setattr(aws.training_jobs, "listing_lag_seconds", 1e9)
    aws.training_jobs.tags.add(world.plain.job["TrainingJobArn"], [{"Key": "Third", "Value": "one"}])


def _left(aws: EmbeddedAws, world: World, __: pytest.MonkeyPatch) -> None:
    """What jobs have left is otherwise: what they saw, their models, their logs; and the definition of a machine."""
    s3, plain = aws.client("s3"), world.plain.job
    bucket, prefix = place(plain["CheckpointConfig"]["S3Uri"])
    seen = {"token": f'"{bucket}"', "channels": {"train": [], "one": ["one/only.csv"]}, "checkpoints": ["step-1.json"]}
    s3.put_object(Bucket=bucket, Key=f"{prefix}seen.json", Body=json.dumps(seen))
    failed = world.failing.job
    models, path = place(failed["OutputDataConfig"]["S3OutputPath"])
    s3.put_object(Bucket=models, Key=f"{path}{failed['TrainingJobName']}/output/model.tar.gz", Body=b"x")
    stream = f"{plain['TrainingJobName']}/algo-1"
    aws.client("logs").create_log_stream(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream)
    sfn = aws.client("stepfunctions")
    definition = sfn.describe_state_machine(stateMachineArn=world.guarded)["definition"]
    quoted = definition.replace('"VolumeSizeInGB":30', '"VolumeSizeInGB":"30"')
    sfn.update_state_machine(stateMachineArn=world.guarded, definition=quoted)


def _times_are_numbers(_: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shapes, "iso_instant", lambda at: at.timestamp())


def _errors_are_otherwise(_: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sync_task, "_error_name", lambda _: "States.TaskFailed")
    patch.setattr(sync_task, "_cause", lambda _: "no")


def _redrives_forget(_: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    original = redrives._Entered
    patch.setattr(
        redrives, "_Entered", lambda **was: original(**{**was, "variables": dict.fromkeys(was["variables"], "")})
    )


def _unknown_members_are_passed_on(_: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sync_task, "_members", lambda: {"TrainingJobName", "Live"})


def _listing_tags_is_denied(aws: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    class Denied:
        def on_create(self, *_: object) -> CreateFault:
            return CreateFault(code="AccessDeniedException", message="not authorized to perform: sagemaker:ListTags")

        def on_job(self, *_: object) -> None:
            """Leave jobs alone."""

    patch.setattr(aws.training_jobs, "_faults", Denied())


def _data_may_be_read(aws: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    class Fine:
        def on_create(self, *_: object) -> None:
            """Let every job be created."""

        def on_job(self, *_: object) -> None:
            """Leave jobs alone."""

    patch.setattr(aws.training_jobs, "_faults", Fine())


def _evaluations_are_shallow(_: EmbeddedAws, __: World, patch: pytest.MonkeyPatch) -> None:
    def evaluate(expression: str, *arguments: Any, **options: Any) -> Any:
        told = "$error('Stack overflow error: try rewriting the expression')" if "$map(" in expression else expression
        return original(told, *arguments, **options)

    original: Any = vars(jsonata_expressions)["evaluate"]
    patch.setattr(jsonata_expressions, "evaluate", evaluate)


def let_sync_succeed_for_stopped_jobs(patch: pytest.MonkeyPatch) -> None:
    """Let `.sync` end in success for a job that is stopped, which AWS does not document."""
    task: Any = type(vars(state_task_factory)["state_task_service_for"]("sagemaker"))
    patch.setattr(task, "served_by", replace(task.served_by, stopped_jobs_fail=False))


STORIES = {
    "jobs are described otherwise": Story(
        rows=(
            "sfn-sync-members", "sm-describe-at-once", "sm-failure-reason", "sm-training-time", "local-describe",
            "sm-on-demand-start", "s3-write-key", "kms-create-grant", "net-subnet-condition",
        ),
        told=_described,
    ),
    "calls are answered otherwise": Story(
        rows=(
            "sm-missing-job", "sm-names-taken", "sm-list-lags", "sfn-two-tags", "req-local-storage", "req-groups",
            "req-spot-without", "req-manifest-pipe",
        ),
        told=_answered,
    ),
    "other things are left": Story(
        rows=(
            "s3-list-prefix", "s3-object-key", "sm-token-text", "local-markers", "sm-stopped-uploads",
            "local-log-streams", "sfn-asset-text",
        ),
        told=_left,
    ),
    "times are numbers": Story(rows=("sfn-sdk-times", "cw-metric-data"), told=_times_are_numbers, anew=True),
    "errors are otherwise": Story(rows=("sfn-sync-errors",), told=_errors_are_otherwise, anew=True),
    "redrives forget": Story(rows=("sfn-redrive-variables", "sfn-redrive-time"), told=_redrives_forget, anew=True),
    "unknown members are passed on": Story(rows=("sfn-states-all",), told=_unknown_members_are_passed_on, anew=True),
    "listing tags is denied": Story(
        rows=("sfn-list-tags", "sfn-branch-stops"), told=_listing_tags_is_denied
    ),
    "data may be read": Story(rows=("sm-times-absent",), told=_data_may_be_read),
    "evaluations are shallow": Story(rows=("sfn-depth",), told=_evaluations_are_shallow, anew=True),
}  # fmt: skip
"""The stories, by what happens in them."""
