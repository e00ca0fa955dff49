"""The number of a job: when it grows, and when a run is refused. `test_one_writer.py` says why that is enough."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import NOT_FOUND, ON_DEMAND, SPOT, begin, described, plan, settings_document, step

IN_USE = {"Error": "SageMaker.ResourceInUseException", "Cause": "Training job names must be unique"}
ANOTHER = "arn:aws:states:eu-west-1:123456789012:execution:m:run-0 2025-01-01T00:00:00Z another-round 7200 500 200 0"
CHECKPOINTS = {"S3Uri": "s3://checkpoint-bucket/churn/run-1/", "LocalPath": "/opt/ml/checkpoints"}


def job_of(mark: str, status: str, request: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Describe a job that another run, or another round, asked for."""
    return described({**request, "Environment": {"SPOT_TRAINING_RUN": mark}}, status, status, **changes)


@pytest.fixture
def settings() -> dict[str, Any]:
    return settings_document(SPOT, ON_DEMAND)


def test_a_lost_answer_of_a_create_leads_on_with_the_runs_own_job(engine: Engine, settings: dict[str, Any]) -> None:
    run = begin(engine, settings)
    job = described(plan(engine, settings, run), "InProgress", "Training")
    found = step(engine, settings, run, job=job, outcome=IN_USE)
    assert (found["Next"], found["Number"]) == ("watch", 1)


def test_a_create_that_is_not_found_yet_is_asked_for_again(engine: Engine, settings: dict[str, Any]) -> None:
    found = step(engine, settings, begin(engine, settings), look=NOT_FOUND, outcome=IN_USE)
    assert (found["Next"], found["Number"]) == ("back off", 1)


@pytest.mark.parametrize(("status", "looks"), [("InProgress", 3), ("Stopping", 20)])
def test_a_live_job_of_another_is_looked_at_and_then_refuses_the_run(
    engine: Engine, settings: dict[str, Any], status: str, looks: int
) -> None:
    run = begin(engine, settings)
    job = job_of(ANOTHER, status, plan(engine, settings, run))
    for look in range(looks):
        run = step(engine, settings, run, job=job, outcome=IN_USE)
        assert (run["Next"], run["Looks"], run["Number"]) == ("watch", look + 1, 1)
    run = step(engine, settings, run, job=job, outcome=IN_USE)
    assert run["Next"] == "checkpoint in use"
    for fact in (job["TrainingJobName"], "execution:m:run-0", "stop-training-job --training-job-name", "run-1"):
        assert fact in run["Cause"]
    assert "Figures" not in run


def test_a_retried_task_goes_on_under_the_next_number(engine: Engine, settings: dict[str, Any]) -> None:
    first = begin(engine, settings)
    request = plan(engine, settings, first)
    earlier_round = " ".join([first["Execution"], "another-round", "3600", "0", "0", "0"])
    run = step(engine, settings, first, job=job_of(earlier_round, "Failed", request), outcome=IN_USE)
    assert (run["Next"], run["Number"], run["CheckpointS3Uri"]) == ("train", 2, first["CheckpointS3Uri"])
    assert run["Attempts"] == []


def test_a_redriven_run_that_another_has_resumed_goes_on_after_it(engine: Engine, settings: dict[str, Any]) -> None:
    run = begin(engine, settings)
    own = described(plan(engine, settings, run), "Stopped", "Stopped")
    run = step(engine, settings, run, job=own, redriven_at="2026-01-02T00:00:00Z")
    assert (run["Next"], run["Number"]) == ("train", 2)
    run = step(engine, settings, run, job=job_of(ANOTHER, "Failed", plan(engine, settings, run)), outcome=IN_USE)
    assert (run["Next"], run["Number"], run["CheckpointS3Uri"]) == ("train", 3, "s3://checkpoint-bucket/churn/run-1/")


def test_a_name_that_comes_back_trains_on_a_prefix_of_its_own(engine: Engine, settings: dict[str, Any]) -> None:
    run = begin(engine, settings)
    taken = job_of(ANOTHER, "Completed", plan(engine, settings, run))
    run = step(engine, settings, run, job=taken, outcome=IN_USE)
    assert run["Next"] == "find"
    run = step(engine, settings, run, found=[{"TrainingJobName": run["JobPrefix"] + "-7"}])
    assert (run["Next"], run["Number"]) == ("inspect", 7)
    run = step(engine, settings, run, job=taken)
    assert (run["Next"], run["Number"]) == ("train", 8)
    assert run["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/run-1~8/"
    assert plan(engine, settings, run)["CheckpointConfig"]["S3Uri"] == run["CheckpointS3Uri"]


def test_a_listing_that_lags_loses_nothing(engine: Engine, settings: dict[str, Any]) -> None:
    run = {**begin(engine, settings), "Number": 3, "Next": "find", "Asks": True}
    for found in ([], [{"TrainingJobName": run["JobPrefix"] + "-2"}]):
        assert step(engine, settings, run, found=found)["Number"] == 3


def test_a_prefix_that_is_taken_again_and_again_is_given_up(engine: Engine, settings: dict[str, Any]) -> None:
    run = {**begin(engine, settings), "Taken": 20}
    run = step(engine, settings, run, job=job_of(ANOTHER, "Failed", plan(engine, settings, run)), outcome=IN_USE)
    assert run["Next"] == "checkpoint in use"
    assert "taken by one run after another" in run["Cause"]
