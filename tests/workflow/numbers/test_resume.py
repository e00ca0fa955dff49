"""`ResumeFrom`: a run goes on with the settings of the one that it names, and its own input over them."""

from __future__ import annotations

from typing import Any

from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import (
    NOT_FOUND,
    ON_DEMAND,
    SPOT,
    begin,
    channel,
    described,
    plan,
    settings_document,
    step,
)

ASKED = {
    "HyperParameters": {"epochs": "40", "depth": "3", "sagemaker_program": "old.py"},
    "Environment": {"MODE": "quick", "LOG": "info"},
    "InputDataConfig": [channel("train", "s3://data-bucket/train/may/"), channel("test", "s3://data-bucket/test/")],
    "CheckpointConfig": {"S3Uri": "s3://checkpoint-bucket/churn/run-0~3/"},
}
MARK = "arn:aws:states:eu-west-1:1:execution:m:run-0 2025-01-01T00:00:00Z round 7200 500 200 0"


def settings(**changes: Any) -> dict[str, Any]:
    document = settings_document(SPOT, ON_DEMAND, **changes)
    document["Request"]["HyperParameters"]["sagemaker_program"] = "new.py"
    return {**document, "ReservedHyperParameters": ["sagemaker_program"]}


def resumed(
    engine: Engine, run_input: dict[str, Any], deployed: dict[str, Any] | None = None, **job: Any
) -> dict[str, Any]:
    """Return the state of a run that goes on with run-0, whose newest job is number 7."""
    deployed, asked = settings() if deployed is None else deployed, {"ResumeFrom": "run-0", **run_input}
    run = begin(engine, deployed, asked)
    assert (run["Next"], run["Number"]) == ("find", 1)
    run = step(engine, deployed, run, found=[{"TrainingJobName": run["JobPrefix"] + "-7"}])
    assert (run["Next"], run["Number"]) == ("inspect", 7)
    environment = {**ASKED["Environment"], "SPOT_TRAINING_RUN": MARK}  # type: ignore[dict-item]
    times = {"TrainingTimeInSeconds": 100, "BillableTimeInSeconds": 40}
    newest = described(
        {**ASKED, "Environment": environment, "TrainingJobName": "j-7"}, "Failed", "Failed", **times, **job
    )
    run = step(engine, deployed, run, job=newest)
    assert (run["Next"], run["Number"]) == ("check", 8)
    return begin(engine, deployed, asked, run=run)


def test_what_the_earlier_run_was_asked_for_is_the_default(engine: Engine) -> None:
    run = resumed(engine, {})
    assert (run["Next"], run["Number"]) == ("train", 8)
    request = plan(engine, settings(), run)
    assert request["HyperParameters"] == {"epochs": "40", "depth": "3", "sagemaker_program": "new.py"}
    assert {name: request["Environment"][name] for name in ("LOG", "MODE")} == {"LOG": "info", "MODE": "quick"}
    assert request["InputDataConfig"] == ASKED["InputDataConfig"]
    assert request["CheckpointConfig"]["S3Uri"] == "s3://checkpoint-bucket/churn/run-0~3/"
    assert request["StoppingCondition"]["MaxRuntimeInSeconds"] == 7200


def test_a_channel_that_brings_the_source_is_the_deployed_one(engine: Engine) -> None:
    deployed = settings()
    deployed["Request"]["HyperParameters"]["sagemaker_submit_directory"] = "/opt/ml/input/data/test/new.gz"
    deployed["Request"]["InputDataConfig"][1]["DataSource"]["S3DataSource"]["S3Uri"] = "s3://assets/new.gz"
    run = resumed(engine, {}, deployed)
    assert run["Next"] == "train"
    uris = [each["DataSource"]["S3DataSource"]["S3Uri"] for each in run["Request"]["InputDataConfig"]]
    assert uris == ["s3://data-bucket/train/may/", "s3://assets/new.gz"]


def test_the_runs_own_input_goes_over_it(engine: Engine) -> None:
    run = resumed(
        engine,
        {
            "HyperParameters": {"epochs": 50},
            "Channels": {"train": "s3://data-bucket/train/june/"},
            "MaxRuntimeInSeconds": 60,
        },
    )
    assert run["Request"]["HyperParameters"]["epochs"] == "50"
    assert run["Request"]["HyperParameters"]["depth"] == "3"
    assert run["Request"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://data-bucket/train/june/"
    assert run["MaxRuntimeInSeconds"] == 60


def test_what_was_sent_as_json_is_not_encoded_again(engine: Engine) -> None:
    deployed = settings(decodes_hyperparameters=True)
    deployed["Request"]["HyperParameters"] = {"epochs": "20", "note": '"null"', "sagemaker_program": '"new.py"'}
    sent = {"epochs": "40", "note": '"null"', "version": '"1.10"', "rate": "1e-05", "sagemaker_program": '"old.py"'}
    run = resumed(engine, {"HyperParameters": {"rate": 1e-4, "mode": "7"}}, deployed, HyperParameters=sent)
    assert run["Request"]["HyperParameters"] == {
        "epochs": "40", "note": '"null"', "version": '"1.10"', "rate": "0.0001", "mode": '"7"',
        "sagemaker_program": '"new.py"',
    }  # fmt: skip
    assert run["Earlier"]["Told"]["HyperParameters"] == ["epochs", "version", "rate"]


def test_the_report_says_what_came_from_where_and_what_was_trained_before(engine: Engine) -> None:
    run = resumed(engine, {})
    ended = described(plan(engine, settings(), run), "Completed", "Completed", TrainingTimeInSeconds=10)
    report = step(engine, settings(), run, job=ended)["Report"]
    assert report["ResumedFrom"] == {
        "RunName": "run-0",
        "TrainingJobName": "j-7",
        "HyperParameters": ["epochs", "depth"],
        "Environment": ["MODE"],
        "Channels": ["train"],
        "MaxRuntimeInSeconds": 7200,
        "TrainingTimeInSeconds": 600,
        "BillableTimeInSeconds": 240,
    }
    assert report["TrainingTimeInSeconds"] == 10


def test_the_next_job_bears_what_was_trained_before_it(engine: Engine) -> None:
    run = {**resumed(engine, {}), "TrainingTimeInSeconds": 7, "BillableTimeInSeconds": 3}
    mark = plan(engine, settings(), run)["Environment"]["SPOT_TRAINING_RUN"]
    assert mark.split(" ")[3:] == ["7200", "607", "243", "0"]


def test_the_next_job_bears_what_another_run_trained_between_two_attempts(engine: Engine) -> None:
    run = {**resumed(engine, {}), "TrainingTimeInSeconds": 7, "BillableTimeInSeconds": 3, "Attempts": [{"Reason": ""}]}
    theirs = {"SPOT_TRAINING_RUN": "arn:other 2026-01-01T00:00:00Z another 7200 607 243 0"}
    times = {"TrainingTimeInSeconds": 50, "BillableTimeInSeconds": 20, "Environment": theirs}
    after = step(
        engine, settings(), run, job=described(plan(engine, settings(), run), "Completed", "Completed", **times)
    )
    assert (after["Next"], after["Number"]) == ("train", 9)
    mark = plan(engine, settings(), after)["Environment"]["SPOT_TRAINING_RUN"]
    assert mark.split(" ")[3:] == ["7200", "657", "263", "0"]
    # somebody's job by hand bears no mark
    by_hand = described(plan(engine, settings(), run), "Completed", "Completed", **{**times, "Environment": {}})
    after = step(engine, settings(), run, job=by_hand)
    assert plan(engine, settings(), after)["Environment"]["SPOT_TRAINING_RUN"].split(" ")[4:6] == ["607", "243"]


def test_a_capacity_of_its_own_keeps_the_wait_that_covers_the_budget(engine: Engine) -> None:
    mark = MARK.replace(" 7200 500 200 0", " 30000 500 200 40000")
    environment = {"Environment": {"SPOT_TRAINING_RUN": mark}}
    spot = resumed(engine, {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot"}]}, **environment)
    assert plan(engine, settings(), spot)["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 30000, "MaxWaitTimeInSeconds": 40000
    }  # fmt: skip
    on_demand = resumed(engine, {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "on-demand"}]}, **environment)
    assert plan(engine, settings(), on_demand)["StoppingCondition"] == {"MaxRuntimeInSeconds": 30000}
    # a budget of a run that had no wait to ask for
    environment = {"Environment": {"SPOT_TRAINING_RUN": MARK.replace(" 7200 500", " 30000 500")}}
    refused = resumed(engine, {"Capacity": [{"InstanceType": "ml.m5.xlarge", "Market": "spot"}]}, **environment)
    assert refused["Next"] == "invalid input"
    assert "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (30000), got 7200" in refused["Cause"]
    assert "; what this input leaves out is as run run-0 was asked for it. Start a new run" in refused["Cause"]


def test_problems_of_the_merged_input_are_told(engine: Engine) -> None:
    run = resumed(engine, {"MaxWaitTimeInSeconds": 3600})
    assert run["Next"] == "invalid input"
    assert "'MaxWaitTimeInSeconds' must be at least 'MaxRuntimeInSeconds' (7200), got 3600" in run["Cause"]


def test_everything_but_the_times_is_checked_before_the_run_is_looked_for(engine: Engine) -> None:
    run = begin(engine, settings(), {"ResumeFrom": "run-0", "Epochs": 3, "MaxWaitTimeInSeconds": 1})
    assert run["Next"] == "invalid input"
    assert "'Epochs' is not a field of the input" in run["Cause"]
    assert "MaxWaitTimeInSeconds' must" not in run["Cause"]


def test_fails_on_a_run_that_has_never_trained(engine: Engine) -> None:
    run = begin(engine, settings(), {"ResumeFrom": "run-0"})
    run = step(engine, settings(), run, found=[])
    # a listing may lag: the first job is asked for by its name
    assert (run["Next"], run["Number"]) == ("inspect", 1)
    found = step(engine, settings(), run, look=NOT_FOUND)
    assert found["Next"] == "unknown run"
    assert 'got "run-0": there is no job ' + run["JobPrefix"] + "-1" in found["Cause"]


def test_fails_when_the_jobs_cannot_be_listed(engine: Engine) -> None:
    run = begin(engine, settings(), {"ResumeFrom": "run-0"})
    found = step(engine, settings(), run, look={"Error": "SageMaker.X", "Cause": "AccessDenied"})
    assert found["Next"] == "service fault"
    assert "SageMaker did not list the jobs of run run-0: SageMaker.X: AccessDenied" in found["Cause"]
