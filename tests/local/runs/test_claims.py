"""Never two writers, never a job left behind: claims, aborts, resumed runs and tasks in one machine."""

from __future__ import annotations

from typing import Any

from constructs_lib.local.training_jobs.faults import JobFault, ScriptedFaults
from constructs_lib.workflow.definition import run_branch
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, SPOT, Ended, RunBench, run_bench

SLOW = {"steps": "40", "pause": "0.1", "on-term": "save"}


def begins(bench: RunBench) -> list[int]:
    """At which step each job began, the oldest job first."""
    logs = (bench.aws.training_jobs.log(job["TrainingJobName"]) for job in bench.jobs())
    return [int(log.splitlines()[0].rpartition(" ")[2]) for log in logs]


def trained(bench: RunBench) -> bool:
    """Whether a checkpoint has reached S3."""
    listed = bench.s3.list_objects_v2(Bucket="checkpoint-bucket", Prefix="churn/")
    return any("step-" in found["Key"] for found in listed.get("Contents", []))


def abort(bench: RunBench, name: str) -> str:
    """Start a run, abort it while it trains, and wait until its job has ended."""
    arn = bench.start(name=name)
    bench.until(arn, lambda: trained(bench))
    bench.sfn.stop_execution(executionArn=arn)
    assert bench.end(arn).status == "ABORTED"
    for job in bench.live_jobs():
        bench.aws.training_jobs.wait(job, timeout=30)
    return arn


def test_an_aborted_run_leaves_no_job_and_can_be_resumed() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        abort(bench, "first")
        assert bench.live_jobs() == []
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.status == "SUCCEEDED", run.cause
        assert "Ask holder" in run.states
        assert run.report["RunName"] == "second"
        assert run.report["CheckpointS3Uri"] == "s3://checkpoint-bucket/churn/first/"
        assert begins(bench)[0] == 0
        assert begins(bench)[1] > 0


def test_a_live_run_is_not_resumed_from() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2"}, speed=20) as bench:
        first = bench.start(name="first")
        bench.until(first, lambda: trained(bench))
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.error == "SpotTraining.CheckpointInUse"
        assert run.states[-1] == "Checkpoint in use"
        assert "in use by the run first" in run.cause
        assert len(bench.jobs()) == 1
        bench.sfn.stop_execution(executionArn=first)


def test_of_two_runs_that_resume_in_the_same_second_one_is_refused() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        abort(bench, "first")
        # long enough that neither has ended before the other asks
        slow = {"HyperParameters": {"steps": "1080", "pause": "0.05"}}
        pair = [bench.start({"ResumeFrom": "first", **slow}, name=name) for name in ("second", "third")]
        ends = [bench.end(arn) for arn in pair]
        assert sorted(end.status for end in ends) == ["FAILED", "SUCCEEDED"]
        (lost,) = (end for end in ends if end.status == "FAILED")
        assert lost.error == "SpotTraining.CheckpointInUse"
        assert len(bench.jobs()) == 2


def test_a_failed_run_gives_its_checkpoints_back() -> None:
    with run_bench(SPOT, market="never", max_runtime_seconds=60, max_wait_seconds=60, speed=100) as bench:
        assert bench.run(name="first").error == "SpotTraining.CapacityExhausted"
        again = bench.run({"ResumeFrom": "first"}, name="second")
        assert again.error == "SpotTraining.CapacityExhausted"
        assert "Ask holder" not in again.states


def test_an_unknown_run_is_refused_before_any_job() -> None:
    with run_bench() as bench:
        run = bench.run({"ResumeFrom": "nobody"})
        assert (run.error, run.states[-1]) == ("SpotTraining.InvalidInput", "Unknown run")
        assert 'got "nobody"' in run.cause
        assert bench.jobs() == []


def machine_of(settings: RunSettings, **states: dict[str, Any]) -> dict[str, Any]:
    """Put states into a JSONPath machine, one after the other."""
    names = [name.replace("_", " ") for name in states]
    chained = {
        name: {**state, "Next": then}
        for name, state, then in zip(names, states.values(), [*names[1:], "Done"], strict=True)
    }
    return {"StartAt": names[0], "States": {**chained, "Done": {"Type": "Succeed"}}}


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
        return machine_of(settings, Train_one=first, Train_two=second)

    with run_bench(ON_DEMAND, definition=definition) as bench:
        run = bench.run(name="night")
        assert run.status == "SUCCEEDED", run.cause
        assert run.report["RunName"] == "night-2"
        assert [job["HyperParameters"]["steps"] for job in bench.jobs()] == ["3", "2"]
        assert len({job["TrainingJobName"] for job in bench.jobs()}) == 2


def test_a_map_trains_one_model_an_item_and_failures_are_caught_by_name() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(
            settings,
            name="Train",
            run_name_expression="{% $states.context.Execution.Name & '-' & $states.input.name %}",
            input_expression="{% {'HyperParameters': $states.input.values} %}",
        )
        caught = {"Type": "Pass", "Result": "caught", "End": True}
        loop = {
            "Type": "Map",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "Train",
                "States": {
                    "Train": {
                        **task,
                        "Catch": [{"ErrorEquals": ["SpotTraining.TrainingFailed"], "Next": "Caught"}],
                        "End": True,
                    },
                    "Caught": caught,
                },
            },
            "End": True,
        }
        return {"StartAt": "All", "States": {"All": loop}}

    with run_bench(ON_DEMAND, definition=definition) as bench:
        items = [{"name": "a", "values": {}}, {"name": "b", "values": {"fail": "boo"}}]
        arn = bench.start(items, name="night")
        run: Ended = bench.end(arn)
        assert run.status == "SUCCEEDED", run.cause
        output = bench.sfn.describe_execution(executionArn=arn)["output"]
        assert '"RunName":"night-a"' in output.replace(": ", ":")
        assert '"caught"' in output
        assert len({job["TrainingJobName"] for job in bench.jobs()}) == 2


def test_two_items_of_a_map_never_share_a_prefix() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(settings, name="Train")
        processor = {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "Train",
            "States": {"Train": {**task, "End": True}},
        }
        return {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemProcessor": processor, "End": True}}}

    with run_bench(ON_DEMAND, definition=definition, hyperparameters=SLOW, speed=20) as bench:
        arn = bench.start([1, 2], name="night")
        run = bench.end(arn)
        assert run.status == "FAILED"
        assert run.error == "SpotTraining.CheckpointInUse"
        assert len(bench.jobs()) == 1


def test_a_task_that_is_retried_at_once_makes_a_new_attempt_that_resumes() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        task = run_branch(settings, name="Train")
        retry = [{"ErrorEquals": ["SpotTraining.CapacityExhausted"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        return {"StartAt": "Train", "States": {"Train": {**task, "Retry": retry, "End": True}}}

    lost = JobFault(kind="CapacityError", after_training_seconds=100)
    with run_bench(
        ON_DEMAND, definition=definition, faults=ScriptedFaults(jobs={1: lost}), hyperparameters=SLOW, speed=50
    ) as bench:
        run = bench.run(name="night")
        assert run.status == "SUCCEEDED", run.cause
        assert run.verdicts == ["completed"]
        assert len(bench.jobs()) == 2
        assert begins(bench)[1] > begins(bench)[0] == 0


def test_a_job_that_outlives_its_aborted_run_is_stopped_and_waited_for() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        arn = bench.start(name="first")
        bench.until(arn, lambda: trained(bench))
        with bench.unstoppable_jobs():
            bench.sfn.stop_execution(executionArn=arn)
        assert len(bench.live_jobs()) == 1
        run = bench.run({"ResumeFrom": "first"}, name="second")
        assert run.status == "SUCCEEDED", run.cause
        assert "Stop job of holder" in run.states
        first, second = bench.jobs()
        assert second["CreationTime"] >= first["LastModifiedTime"]
