"""A run that resumes goes on with the run that it names: with its settings, its own input over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from constructs_lib.workflow.definition import run_definition
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, SPOT, run_bench

SLOW = {"steps": "40", "pause": "0.1", "on-term": "save"}
ASKED: dict[str, Any] = {
    "HyperParameters": {"steps": "1040", "pause": "0.05"},
    "Environment": {"LEVEL": "debug"},
    "MaxRuntimeInSeconds": 3000,
    "MaxWaitTimeInSeconds": 5000,
}


def test_a_run_goes_on_with_the_settings_of_the_one_it_names() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        bench.abort("first", ASKED)
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.status == "SUCCEEDED", run.cause
        first, second = bench.jobs()
        assert second["HyperParameters"] == first["HyperParameters"] == {**SLOW, **ASKED["HyperParameters"]}
        assert second["Environment"]["LEVEL"] == "debug"
        assert second["StoppingCondition"] == {"MaxRuntimeInSeconds": 3000, "MaxWaitTimeInSeconds": 5000}
        told = run.report["ResumedFrom"]
        assert told["RunName"] == "first"
        assert told["TrainingJobName"] == first["TrainingJobName"]
        assert sorted(told["HyperParameters"]) == ["pause", "steps"]
        assert told["Environment"] == ["LEVEL"]
        assert (told["MaxRuntimeInSeconds"], told["MaxWaitTimeInSeconds"]) == (3000, 5000)
        # what was trained before stands beside the run's own totals
        assert told["TrainingTimeInSeconds"] == first["TrainingTimeInSeconds"]
        assert told["BillableTimeInSeconds"] == first["BillableTimeInSeconds"]
        assert run.report["TrainingTimeInSeconds"] == second["TrainingTimeInSeconds"]


def test_its_own_input_goes_over_them_and_what_was_trained_adds_up() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        bench.abort("first", ASKED)
        own = {"HyperParameters": {"pause": "0.001"}, "MaxRuntimeInSeconds": 3300}
        second = bench.run({"ResumeFrom": "first", **own}, name="second")
        assert second.status == "SUCCEEDED", second.cause
        third = bench.run({"ResumeFrom": "first"}, name="third")
        assert third.status == "SUCCEEDED", third.cause
        jobs = bench.jobs()
        assert [job["HyperParameters"]["steps"] for job in jobs] == ["1040"] * 3
        assert [job["HyperParameters"]["pause"] for job in jobs] == ["0.05", "0.001", "0.001"]
        assert [job["Environment"]["LEVEL"] for job in jobs] == ["debug"] * 3
        assert [job["StoppingCondition"]["MaxRuntimeInSeconds"] for job in jobs] == [3000, 3300, 3300]
        before = sum(job["TrainingTimeInSeconds"] for job in jobs[:2])
        assert third.report["ResumedFrom"]["TrainingTimeInSeconds"] == before


def test_a_channel_of_the_run_that_is_resumed_stays_where_it_was_moved() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://models-bucket/in/"}}
        request = {**settings.request, "InputDataConfig": [{"ChannelName": "train", "DataSource": source}]}
        return run_definition(replace(settings, request=request, input_locations=("s3://models-bucket/more/",)))

    with run_bench(SPOT, definition=definition) as bench:
        bench.s3.put_object(Bucket="models-bucket", Key="more/a.csv", Body=b"1")
        moved = {"train": "s3://models-bucket/more/"}
        assert bench.run({"Channels": moved}, name="first").status == "SUCCEEDED"
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.status == "SUCCEEDED", run.cause
        uris = [job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] for job in bench.jobs()]
        assert uris == ["s3://models-bucket/more/"] * 2
        assert run.report["ResumedFrom"]["Channels"] == ["train"]


def test_a_budget_beyond_the_deployed_wait_comes_with_the_wait_that_was_asked_for() -> None:
    long = {"MaxRuntimeInSeconds": 10000, "MaxWaitTimeInSeconds": 12000}
    with run_bench(SPOT, ON_DEMAND) as bench:
        assert bench.run(long, name="first").status == "SUCCEEDED"
        assert bench.run({"ResumeFrom": "first"}, name="second").status == "SUCCEEDED"
        capacity = [{"InstanceType": "ml.m5.xlarge", "Market": "on-demand"}]
        third = bench.run({"ResumeFrom": "first", "Capacity": capacity}, name="third")
        assert third.status == "SUCCEEDED", third.cause
        conditions = [job["StoppingCondition"] for job in bench.jobs()]
        assert conditions == [long, long, {"MaxRuntimeInSeconds": 10000}]


def test_what_does_not_fit_the_run_that_is_resumed_is_refused_before_any_job() -> None:
    with run_bench(SPOT) as bench:
        assert (
            bench.run({"MaxRuntimeInSeconds": 3000, "MaxWaitTimeInSeconds": 7200}, name="first").status == "SUCCEEDED"
        )
        run = bench.run({"ResumeFrom": "first", "MaxWaitTimeInSeconds": 2000}, name="second")
        assert run.error == "SpotTraining.InvalidInput"
        assert "must be at least 'MaxRuntimeInSeconds' (3000), got 2000" in run.cause
        assert bench.numbers() == [1]


@pytest.mark.parametrize("given", [{"ResumeFrom": "nobody"}, {"ResumeFrom": "nobody", "HyperParameters": {"steps": 2}}])
def test_an_unknown_run_is_refused_before_any_job(given: dict[str, object]) -> None:
    with run_bench(ON_DEMAND) as bench:
        run = bench.run(given)
        assert (run.error, run.states[-1]) == ("SpotTraining.InvalidInput", "Unknown run")
        assert 'got "nobody"' in run.cause
        assert bench.jobs() == []


def test_a_run_that_itself_resumed_is_continued_by_the_name_of_the_first() -> None:
    with run_bench(ON_DEMAND, hyperparameters={"steps": "2"}) as bench:
        bench.run(name="first")
        bench.run({"ResumeFrom": "first"}, name="second")
        run = bench.run({"ResumeFrom": "second"}, name="third")
        assert run.error == "SpotTraining.InvalidInput"
        assert "a run that itself resumed is continued by the first one's" in run.cause
