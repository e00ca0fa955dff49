"""The claim on a checkpoint prefix: what each answer of S3 and of Step Functions means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import begin, settings_document

OTHER = "arn:aws:states:eu-west-1:123456789012:execution:m:run-%C3%A9"


def claim(
    engine: Engine, *, head: dict[str, Any] | None = None, refusal: str = "", resumes: bool = False, claims: int = 0
) -> dict[str, Any]:
    settings = settings_document()
    run = begin(engine, settings, {"ResumeFrom": "run-0"} if resumes else {})
    state: dict[str, Any] = engine.call(
        "$claim($s, $r, $h, $e)",
        s=settings,
        r={**run, "Claims": claims},
        h=head or {},
        e={"Error": "S3.S3Exception", "Cause": refusal} if refusal else {},
    )
    return state


def held(token: str = "another", state: str = "live") -> dict[str, Any]:
    return {"ETag": '"e"', "Metadata": {"token": token, "state": state, "holder": OTHER}}


def heard(
    engine: Engine, status: str | None, refusal: str = "", jobs: str | None = None, claims: int = 0
) -> dict[str, Any]:
    head = held()
    if jobs:
        head["Metadata"]["jobs"] = jobs
    run = claim(engine, head=head, claims=claims)
    state: dict[str, Any] = engine.call(
        "$heard($r, $s.Status, $e)",
        r=run,
        s={"Status": status} if status else {},
        e={"Error": "Sfn.SfnException", "Cause": refusal} if refusal else {},
    )
    return state


def test_a_run_of_its_own_claims_and_one_that_resumes_reads_first(engine: Engine) -> None:
    settings = settings_document()
    own = begin(engine, settings)
    assert (own["Next"], own["ClaimKey"], own["Resumes"]) == ("claim", "churn.runs/run-1", False)
    resumed = begin(engine, settings, {"ResumeFrom": "run-0"})
    assert (resumed["Next"], resumed["ClaimKey"], resumed["Resumes"]) == ("read claim", "churn.runs/run-0", True)


def test_a_claim_with_our_token_was_written_by_us(engine: Engine) -> None:
    ours = begin(engine, settings_document())["Token"]
    assert claim(engine, head=held(ours))["Next"] == "plan"


def test_a_claim_that_has_ended_is_taken_over(engine: Engine) -> None:
    run = claim(engine, head=held(state="ended"))
    assert (run["Next"], run["ETag"]) == ("take over", '"e"')


def test_a_held_claim_is_asked_about(engine: Engine) -> None:
    run = claim(engine, head=held())
    assert (run["Next"], run["Holder"]) == ("ask holder", OTHER)


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_a_dead_holder_does_not_block(engine: Engine, status: str) -> None:
    assert heard(engine, status)["Next"] == "take over"


def test_a_holder_that_step_functions_has_forgotten_does_not_block(engine: Engine) -> None:
    assert heard(engine, None, "Execution Does Not Exist (ExecutionDoesNotExist)")["Next"] == "take over"


def test_fails_when_the_holder_is_live_and_names_it(engine: Engine) -> None:
    run = heard(engine, "RUNNING")
    assert run["Next"] == "checkpoint in use"
    assert "in use by the run run-é" in run["Cause"]
    assert "wait until that run has ended" in run["Cause"]


def test_fails_when_nobody_can_tell_whether_the_holder_is_live(engine: Engine) -> None:
    run = heard(engine, None, "User is not authorized to perform states:DescribeExecution")
    assert run["Next"] == "checkpoint in use"
    assert "did not say whether it is live: " in run["Cause"]


@pytest.mark.parametrize(
    "cause", ["The specified key does not exist (NoSuchKey)", "null (Status Code: 404)", "Status Code: 403"]
)
def test_fails_to_resume_from_an_unknown_run(engine: Engine, cause: str) -> None:
    run = claim(engine, refusal=cause, resumes=True)
    assert run["Next"] == "unknown run"
    assert 'must be the name of a run that keeps checkpoints here, got "run-0"' in run["Cause"]


def test_a_claim_that_was_not_written_after_all_is_written_again_a_few_times(engine: Engine) -> None:
    assert claim(engine, refusal="Status Code: 404")["Next"] == "claim"
    last = claim(engine, refusal="Status Code: 404", claims=5)
    assert last["Next"] == "service fault"
    assert "the checkpoint prefix could not be claimed" in last["Cause"]


def test_fails_when_s3_does_not_answer(engine: Engine) -> None:
    run = claim(engine, refusal="Service unavailable (Status Code: 503)")
    assert run["Next"] == "service fault"
    assert "Status Code: 503" in run["Cause"]


def test_runs_that_take_over_from_each_other_do_not_do_so_for_ever(engine: Engine) -> None:
    ended = claim(engine, head=held(state="ended"), claims=5)
    dead = heard(engine, "ABORTED", claims=4)
    for run in (ended, dead):
        assert run["Next"] == "checkpoint in use"
        assert "claimed by one run after another, of late by the run run-é" in run["Cause"]
        assert "Next: wait until that run has ended" in run["Cause"]
    assert heard(engine, "ABORTED", claims=3)["Next"] == "take over"


def settled(engine: Engine, *statuses: str, refusal: str = "", looks: int = 0) -> dict[str, Any]:
    run = {**heard(engine, "ABORTED", jobs="churn-0123456789ab"), "Looks": looks}
    assert run["Next"] == "find job"
    jobs = [{"TrainingJobName": "churn-0123456789ab-2", "TrainingJobStatus": status} for status in statuses]
    state: dict[str, Any] = engine.call(
        "$settled($r, $f, $e)",
        r=run,
        f={} if refusal else {"TrainingJobSummaries": jobs},
        e={"Error": "SageMaker.SageMakerException", "Cause": refusal} if refusal else {},
    )
    return state


@pytest.mark.parametrize("statuses", [(), ("Completed",), ("Failed",), ("Stopped",)])
def test_a_dead_holder_without_a_live_job_is_taken_over(engine: Engine, statuses: tuple[str, ...]) -> None:
    run = settled(engine, *statuses)
    assert (run["Next"], run["Looks"]) == ("take over", 0)


@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_a_live_job_of_a_dead_holder_is_stopped_and_waited_for(engine: Engine, status: str) -> None:
    run = settled(engine, status)
    assert (run["Next"], run["HolderJob"], run["WaitSeconds"]) == ("stop holder", "churn-0123456789ab-2", 30)
    assert run["Looks"] == 1


def test_a_list_that_cannot_be_had_is_asked_for_again_and_not_for_ever(engine: Engine) -> None:
    assert settled(engine, refusal="Rate exceeded")["Next"] == "wait for holder"
    last = settled(engine, refusal="Rate exceeded", looks=60)
    assert last["Next"] == "checkpoint in use"
    assert "Rate exceeded" in last["Cause"]


def test_fails_when_a_job_of_a_dead_holder_does_not_end(engine: Engine) -> None:
    run = settled(engine, "InProgress", looks=60)
    assert run["Next"] == "checkpoint in use"
    assert "are still written by job churn-0123456789ab-2, whose run has ended" in run["Cause"]
