"""Every row of the verdict table: what SageMaker says, and what it means for the run."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.workflow.names import JOB_ENDED
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import NO_ERROR, NOT_FOUND, ON_DEMAND, SPOT, begin, described, plan, settings_document


def judged(
    engine: Engine,
    *,
    job: dict[str, Any] | None = None,
    outcome: dict[str, str] | None = None,
    look: dict[str, str] | None = None,
    redriven_at: str = "",
    capacity_patience: int | None = None,
    max_pending: int | None = None,
    **changes: Any,
) -> dict[str, Any]:
    settings = settings_document(
        SPOT, ON_DEMAND, capacity_patience_seconds=capacity_patience, max_pending_seconds=max_pending
    )
    run = {**begin(engine, settings), **changes}
    verdict: dict[str, Any] = engine.call(
        "$verdict($s, $r, $o, $j, $l, $t)",
        s=settings,
        r=run,
        o=outcome or NO_ERROR,
        j={} if job is None else {**described(plan(engine, settings, run), "", ""), **job},
        l=look or ({} if job else NOT_FOUND),
        t=redriven_at,
    )
    return verdict


@pytest.mark.parametrize(
    ("status", "secondary", "reason", "verdict"),
    [
        ("Completed", "Completed", None, "completed"),
        ("Stopped", "MaxWaitTimeExceeded", None, "no capacity"),
        ("Failed", "Failed", "CapacityError: Unable to provision requested ML compute capacity", "no capacity"),
        ("Failed", "Failed", "InternalServerError: We encountered an internal error", "service fault"),
        ("Stopped", "MaxRuntimeExceeded", None, "out of time"),
        ("Stopped", "Stopped", None, "stopped by a person"),
        ("Stopped", "MaxPendingTimeExceeded", None, "no capacity"),
        ("Failed", "Failed", "AlgorithmError: ExecuteUserScriptError: CapacityError in my own code", "training failed"),
        ("Failed", "Failed", "ClientError: Data download failed: InternalServerError", "training failed"),
        ("Failed", "Failed", "something SageMaker has never said before", "training failed"),
        ("Failed", "Failed", None, "training failed"),
        ("Deleting", "Deleting", None, "training failed"),
        ("InProgress", "Starting", None, "in progress"),
        ("InProgress", "Interrupted", None, "in progress"),
        ("Stopping", "Stopping", None, "in progress"),
    ],
)
def test_a_described_job(engine: Engine, status: str, secondary: str, reason: str | None, verdict: str) -> None:
    job = {"TrainingJobStatus": status, "SecondaryStatus": secondary}
    found = judged(engine, job={**job, "FailureReason": reason} if reason else job)
    assert found["Verdict"] == verdict
    if reason:
        assert found["Reason"] == reason


@pytest.mark.parametrize(
    ("error", "cause", "verdict"),
    [
        ("SageMaker.ResourceLimitExceededException", "The account-level service limit is 0 Instances", "quota"),
        ("SageMaker.AmazonSageMakerException", "ResourceLimitExceeded: The account-level limit", "quota"),
        ("SageMaker.AmazonSageMakerException", "Rate exceeded (Status Code: 400; ThrottlingException)", "throttled"),
        ("SageMaker.ThrottlingException", "Rate exceeded", "throttled"),
        ("SageMaker.AmazonSageMakerException", "Service unavailable (Status Code: 503)", "throttled"),
        ("SageMaker.AmazonSageMakerException", "InternalFailure (Status Code: 500)", "throttled"),
        (
            "SageMaker.AmazonSageMakerException",
            "1 validation error (Status Code: 400; ValidationException)",
            "rejected",
        ),
        ("SageMaker.AmazonSageMakerException", "not authorized to perform (AccessDeniedException)", "rejected"),
        ("States.DataLimitExceeded", "the result is too large", "rejected"),
        ("States.TaskFailed", "", "throttled"),
        ("States.Timeout", "", "throttled"),
        ("SageMaker.ResourceInUseException", "Training job names must be unique", "throttled"),
        ("", "", "throttled"),
        ("X", "{not json", "throttled"),
        ("X", '\u0000 \ud7ff \\ " }', "throttled"),
    ],
)
def test_a_job_that_was_never_made(engine: Engine, error: str, cause: str, verdict: str) -> None:
    assert judged(engine, outcome={"Error": error, "Cause": cause})["Verdict"] == verdict


@pytest.mark.parametrize(
    "outcome",
    [
        NO_ERROR,
        {"Error": "States.TaskFailed", "Cause": '{"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError"}'},
        {"Error": "SageMaker.ResourceInUseException", "Cause": "Training job names must be unique"},
        {"Error": "States.Timeout", "Cause": ""},
    ],
)
def test_a_described_job_is_judged_the_same_whichever_edge_train_left_by(
    engine: Engine, outcome: dict[str, str]
) -> None:
    job = {"TrainingJobStatus": "Completed", "SecondaryStatus": "Completed"}
    assert judged(engine, job=job, outcome=outcome)["Verdict"] == "completed"


@pytest.mark.parametrize("cause", ["Rate exceeded", "User is not authorized", "", "Service unavailable"])
def test_a_job_that_sagemaker_will_not_describe(engine: Engine, cause: str) -> None:
    assert judged(engine, look={"Error": "SageMaker.X", "Cause": cause})["Verdict"] == "unknown"


def test_what_refused_the_create_is_told_beside_what_refused_the_look(engine: Engine) -> None:
    look = {
        "Error": "SageMaker.SageMakerException",
        "Cause": "not authorized to perform: sagemaker:DescribeTrainingJob",
    }
    refused = {"Error": "SageMaker.AmazonSageMakerException", "Cause": "not authorized: iam:PassRole"}
    said = judged(engine, look=look, outcome=refused)
    assert said["Verdict"] == "unknown"
    assert said["Reason"] == (
        f"{look['Cause']}; the create of the job had ended with {refused['Error']}: {refused['Cause']}"
    )


@pytest.mark.parametrize(
    "ended", [{}, {"Error": "States.TaskFailed", "Cause": "{}"}, {"Error": JOB_ENDED, "Cause": "x"}]
)
def test_a_job_that_was_created_has_no_such_error(engine: Engine, ended: dict[str, str]) -> None:
    look = {"Error": "SageMaker.SageMakerException", "Cause": "Rate exceeded"}
    assert judged(engine, look=look, outcome=ended)["Reason"] == "Rate exceeded"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("InProgress", "in use"),
        ("Stopping", "in use"),
        ("Completed", "taken"),
        ("Failed", "taken"),
        ("Stopped", "taken"),
    ],
)
@pytest.mark.parametrize("environment", [{"SPOT_TRAINING_RUN": "arn start another 1 0 0"}, {"LOG": "info"}, None])
def test_a_job_that_another_round_asked_for(
    engine: Engine, status: str, verdict: str, environment: dict[str, str] | None
) -> None:
    job = {"TrainingJobStatus": status, "SecondaryStatus": status, "Environment": environment}
    assert judged(engine, job=job)["Verdict"] == verdict


def test_a_job_that_is_only_asked_about_and_is_not_there_is_missing(engine: Engine) -> None:
    assert judged(engine, outcome={"Error": "X", "Cause": "Rate exceeded"}, Asks=True)["Verdict"] == "missing"


STOPPED = {"TrainingJobStatus": "Stopped", "SecondaryStatus": "Stopped", "LastModifiedTime": "2026-01-01T02:00:00Z"}


def test_a_job_stopped_before_the_redrive_was_stopped_by_the_abort(engine: Engine) -> None:
    assert judged(engine, job=STOPPED, redriven_at="2026-01-01T02:00:00.001Z")["Verdict"] == "aborted"
    assert judged(engine, job=STOPPED, redriven_at="2026-01-01T01:59:59Z")["Verdict"] == "stopped by a person"


def test_a_job_that_was_still_stopping_at_the_redrive_was_stopped_by_the_abort_too(engine: Engine) -> None:
    told = [{"Status": "Training"}, {"Status": "Stopping", "StartTime": "2026-01-01T01:59:00Z"}]
    job = {**STOPPED, "SecondaryStatusTransitions": told}
    assert judged(engine, job=job, redriven_at="2026-01-01T01:59:01Z")["Verdict"] == "aborted"
    assert judged(engine, job=job, redriven_at="2026-01-01T01:58:59Z")["Verdict"] == "stopped by a person"


def test_a_job_that_the_run_itself_stopped_had_no_capacity(engine: Engine) -> None:
    # created at 00:01:00.123, ended at 02:00:00: 7139.877 s
    assert judged(engine, job=STOPPED, capacity_patience=7139)["Verdict"] == "no capacity"
    assert judged(engine, job=STOPPED, capacity_patience=7140)["Verdict"] == "stopped by a person"
    # on the last capacity of the plan it waits as long as SageMaker lets it
    assert judged(engine, job=STOPPED, capacity_patience=7139, Entry=1)["Verdict"] == "stopped by a person"


@pytest.mark.parametrize("secondary", ["MaxPendingTimeExceeded", "Interrupted", "something new"])
@pytest.mark.parametrize("redriven_at", ["", "2026-01-01T02:00:01Z"])
def test_a_job_that_sagemaker_stopped_in_another_way_had_no_capacity(
    engine: Engine, secondary: str, redriven_at: str
) -> None:
    found = judged(engine, job={**STOPPED, "SecondaryStatus": secondary}, redriven_at=redriven_at)
    assert found == {"Verdict": "no capacity", "Reason": f"SageMaker stopped it as {secondary}"}


def test_a_job_that_was_pending_for_as_long_as_it_may_had_no_capacity(engine: Engine) -> None:
    # created at 00:01:00.123, ended at 02:00:00: 7139.877 s
    found = judged(engine, job=STOPPED, max_pending=7139)
    assert found == {"Verdict": "no capacity", "Reason": "no instance within MaxPendingTimeInSeconds"}
    assert judged(engine, job=STOPPED, max_pending=7139, Entry=1)["Verdict"] == "no capacity"
    assert judged(engine, job=STOPPED, max_pending=7140)["Verdict"] == "stopped by a person"
    started = [{"Status": "Training", "StartTime": "2026-01-01T00:02:00Z", "EndTime": "2026-01-01T00:03:00Z"}]
    job = {**STOPPED, "SecondaryStatusTransitions": started}
    assert judged(engine, job=job, max_pending=1)["Verdict"] == "stopped by a person"


INSTANCE = {"Status": "Training", "StartTime": "2026-01-01T00:02:00Z", "EndTime": "2026-01-01T00:03:00Z"}


@pytest.mark.parametrize(
    ("transitions", "waited"),
    [
        # an instance that came between the watch's last look and its stop, and one that was there before
        ([{"Status": "Training", "StartTime": "2026-01-01T01:59:00Z"}], 7139),
        ([{"Status": "Training", "StartTime": "2026-01-01T01:58:59.999Z"}], None),
        # interrupted after a minute of training
        ([INSTANCE, {"Status": "Interrupted"}, {"Status": "Starting"}], 7020),
        ([{**INSTANCE, "Status": "DownloadingTrainingImage"}, {"Status": "Starting"}], 7020),
        ([INSTANCE, {"Status": "Interrupted"}, {**INSTANCE, "EndTime": "2026-01-01T01:00:00Z"}], 3600),
    ],
)
def test_every_stretch_without_an_instance_counts(
    engine: Engine, transitions: list[dict[str, str]], waited: int | None
) -> None:
    job = {**STOPPED, "SecondaryStatusTransitions": transitions}
    for patience in (waited, (waited or 0) + 1):
        expected = "no capacity" if patience == waited else "stopped by a person"
        assert judged(engine, job=job, capacity_patience=patience or 60)["Verdict"] == (
            "stopped by a person" if waited is None else expected
        )
