"""Runs as tasks of somebody else's machine: beside each other, in a Map, and tried again by a Retry of theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from constructs_lib.local.training_jobs.faults import JobFault, ScriptedFaults
from constructs_lib.workflow.definition import run_branch
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, SPOT, Ended, run_bench


def in_a_row(**states: dict[str, Any]) -> dict[str, Any]:
    """Put states into a JSONPath machine, one after the other."""
    names = [name.replace("_", " ") for name in states]
    chained = {
        name: {**state, "Next": then}
        for name, state, then in zip(names, states.values(), [*names[1:], "Done"], strict=True)
    }
    return {"StartAt": names[0], "States": {**chained, "Done": {"Type": "Succeed"}}}


def for_each(**states: dict[str, Any]) -> dict[str, Any]:
    """Put states into a Map; the first one is entered."""
    processor = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": next(iter(states)), "States": states}
    return {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemProcessor": processor, "End": True}}}


def test_two_tasks_in_one_machine_of_somebody_else() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        first = run_branch(
            settings, name="Train one", run_name_expression="{% $states.context.Execution.Name & '-1' %}"
        )
        second = run_branch(
            settings,
            name="Train two",
            run_name_expression="{% $states.context.Execution.Name & '-2' %}",
            input_expression="{% {'HyperParameters': {'steps': 2}} %}",
        )
        return in_a_row(Train_one=first, Train_two=second)

    with run_bench(ON_DEMAND, definition=definition) as bench:
        run = bench.run(name="night")
        assert run.status == "SUCCEEDED", run.cause
        assert run.report["RunName"] == "night-2"
        assert [job["HyperParameters"]["steps"] for job in bench.jobs()] == ["3", "2"]
        assert bench.prefixes() == ["night-1/", "night-2/"]


def test_a_task_whose_run_name_comes_back_trains_on_a_prefix_of_its_own() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        return in_a_row(Train=run_branch(settings, name="Train", run_name_expression="{% 'nightly' %}"))

    with run_bench(ON_DEMAND, definition=definition) as bench:
        for name in ("monday", "tuesday"):
            assert bench.run(name=name).status == "SUCCEEDED"
        assert bench.numbers() == [1, 2]
        assert bench.prefixes() == ["nightly/", "nightly~2/"]
        assert bench.begins() == [0, 0]


def test_texts_with_dollars_and_braces_reach_the_job_as_they_were_written() -> None:
    texts = {"ROOT": "${oc.env:HOME}/x", "SHELL": 'a "${A}" \\ %}', "PLAIN": "$x"}

    def definition(settings: RunSettings) -> dict[str, Any]:
        held = replace(settings, request={**settings.request, "Environment": texts})
        given = "{% {'Environment': {'NOTE': '${now}'}} %}"
        return in_a_row(Train=run_branch(held, name="Train", input_expression=given))

    with run_bench(ON_DEMAND, definition=definition) as bench:
        run = bench.run()
        assert run.status == "SUCCEEDED", run.cause
        (job,) = bench.jobs()
        assert {**texts, "NOTE": "${now}"}.items() <= job["Environment"].items()


def test_a_task_with_an_input_that_is_too_large_is_refused() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        return in_a_row(Train=run_branch(settings, name="Train", input_expression="{% {'x': $pad('', 262000, 'x')} %}"))

    with run_bench(ON_DEMAND, definition=definition) as bench:
        run = bench.run(name="night")
        assert run.error == "SpotTraining.InvalidInput"
        assert "the input must have at most 160000 bytes, so that it can be checked, got 262008" in run.cause
        assert bench.jobs() == []


def test_a_map_trains_one_model_an_item_and_failures_are_caught_by_name() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(
            settings,
            name="Train",
            run_name_expression="{% $states.context.Execution.Name & '-' & $states.input.name %}",
            input_expression="{% {'HyperParameters': $states.input.values} %}",
        )
        catch = [{"ErrorEquals": ["SpotTraining.TrainingFailed"], "Next": "Caught"}]
        return for_each(
            Train={**task, "Catch": catch, "End": True}, Caught={"Type": "Pass", "Result": "caught", "End": True}
        )

    with run_bench(ON_DEMAND, definition=definition) as bench:
        items = [{"name": "a", "values": {}}, {"name": "b", "values": {"fail": "boo"}}]
        arn = bench.start(items, name="night")
        run: Ended = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        output = bench.sfn.describe_execution(executionArn=arn)["output"]
        assert '"RunName":"night-a"' in output.replace(": ", ":")
        assert '"caught"' in output
        assert sorted(bench.prefixes()) == ["night-a/", "night-b/"]


def test_a_task_in_jsonpath_keeps_the_item_beside_the_error() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(
            settings,
            name="Train",
            run_name_expression="{% $states.context.Execution.Name & '-' & $states.input.name %}",
            input_expression={"HyperParameters": "{% $states.input.values %}", "Comment": "one of two"},
            query_language="JSONPath",
        )
        catch = [{"ErrorEquals": ["SpotTraining.TrainingFailed"], "ResultPath": "$.error", "Next": "Keep"}]
        return for_each(Train={**task, "Catch": catch, "End": True}, Keep={"Type": "Pass", "End": True})

    with run_bench(ON_DEMAND, definition=definition) as bench:
        items = [{"name": "a", "values": {"steps": 2}}, {"name": "b", "values": {"fail": "boo"}}]
        arn = bench.start(items, name="night")
        assert bench.end(arn).status == "SUCCEEDED"
        trained, failed = json.loads(bench.sfn.describe_execution(executionArn=arn)["output"])
        assert trained["RunName"] == "night-a"
        assert (failed["name"], failed["values"]) == ("b", {"fail": "boo"})
        assert failed["error"]["Error"] == "SpotTraining.TrainingFailed"
        assert sorted(job["HyperParameters"]["steps"] for job in bench.jobs()) == ["2", "3"]


def test_two_items_of_a_map_never_share_a_prefix() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        return for_each(Train={**run_branch(settings, name="Train"), "End": True})

    with run_bench(ON_DEMAND, definition=definition, hyperparameters={"hold": "2"}, speed=20) as bench:
        run = bench.end(bench.start([1, 2], name="night"))
        assert run.status == "FAILED"
        assert run.error == "SpotTraining.CheckpointInUse"
        assert len(bench.jobs()) == 1


def test_a_task_that_is_retried_at_once_makes_a_new_attempt_that_resumes() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(settings, name="Train")
        retry = [{"ErrorEquals": ["SpotTraining.CapacityExhausted"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        return {"StartAt": "Train", "States": {"Train": {**task, "Retry": retry, "End": True}}}

    lost = JobFault(kind="CapacityError", after_training_seconds=100)
    slow = {"steps": "100", "pause": "0.1", "on-term": "save"}
    with run_bench(
        SPOT, definition=definition, faults=ScriptedFaults(jobs={1: lost}), hyperparameters=slow, speed=20
    ) as bench:
        run = bench.run(name="night")
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["completed"]
        assert bench.numbers() == [1, 2]
        assert bench.prefixes() == ["night/", "night/"]
        assert bench.begins()[1] > bench.begins()[0] == 0
