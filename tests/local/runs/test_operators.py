"""The command's verbs on runs that share a prefix: each sees and stops the jobs of its own run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.verbs.show import show_run
from constructs_lib.runs.verbs.stop import stop_run
from constructs_lib.runs.verbs.watch import Outcome, watch_run
from constructs_lib.runs.views.report_text import render_report
from constructs_lib.workflow.definition import run_branch
from constructs_lib.workflow.settings import RunSettings
from tests.support.run_bench import ON_DEMAND, SPOT, RunBench, run_bench

SLOW = {"steps": "40", "pause": "0.1", "on-term": "save"}


class Seen:
    """A view that keeps what it is shown."""

    def __init__(self) -> None:
        self.attempts: list[tuple[int, str | None]] = []
        self.runs: list[int] = []
        self.saved: list[float | None] = []

    def show(self, progress: RunProgress) -> None:
        self.runs.append(1 + len(progress.others))
        self.saved.append(progress.saved.fraction if progress.saved else None)
        self.attempts.append((progress.attempt_number, progress.attempt.job_name))

    def note(self, text: str) -> None:
        raise AssertionError(text)


def clients(bench: RunBench) -> Clients:
    return Clients(sfn=bench.sfn, sagemaker=bench.sagemaker, cloudformation=None, s3=bench.s3, logs=None)


def stopped(bench: RunBench, arn: str) -> tuple[str, Mapping[str, str], list[str]]:
    said: list[str] = []
    found = stop_run(clients(bench), arn, say=said.append, sleep=lambda _: bench.aws.clock.sleep(5))
    return found.status, found.jobs, said


def watched(bench: RunBench, arn: str) -> tuple[Outcome, Seen]:
    seen = Seen()
    look: Any = {"sleep": lambda _: bench.aws.clock.sleep(5), "now": bench.aws.clock.now}
    return watch_run(clients(bench), arn, seen, **look), seen


def test_a_watch_that_comes_late_sees_every_run_of_a_map() -> None:
    def definition(settings: RunSettings) -> dict[str, Any]:
        name = "{% $states.context.Execution.Name & '-' & $states.input %}"
        task = run_branch(settings, name="Train", run_name_expression=name)
        processor = {"StartAt": "Train", "States": {"Train": {**task, "End": True}}}
        return {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemProcessor": processor, "End": True}}}

    with run_bench(ON_DEMAND, definition=definition, hyperparameters={**SLOW, "steps": "20"}) as bench:
        arn = bench.start(["a", "b", "c"], name="night")
        bench.until(arn, lambda: len(bench.live_jobs()) == 3)
        outcome, seen = watched(bench, arn)
        assert outcome.status == "SUCCEEDED"
        # at its very first look
        assert seen.runs[0] == 3
        assert len(outcome.report.attempts) == 3
        # and its report is the same when it is asked for later, although the machine of somebody else leaves none
        later = show_run(clients(bench), arn)
        assert {each.job_name for each in later.attempts} == {each.job_name for each in outcome.report.attempts}


def test_a_watch_tells_how_much_of_the_work_is_saved() -> None:
    with run_bench(ON_DEMAND) as bench:
        bench.s3.put_object(Bucket="checkpoint-bucket", Key="churn/told/progress.json", Body=b'{"fraction": 0.42}')
        _, seen = watched(bench, bench.start(name="told"))
        assert seen.saved[-1] == 0.42
        # most programs keep no such file
        assert set(watched(bench, bench.start(name="other"))[1].saved) == {None}


def test_a_stop_finds_the_job_of_an_aborted_run() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2"}, speed=20) as bench:
        arn = bench.abort("first", job_lives_on=True)
        (job,) = bench.live_jobs()
        status, jobs, said = stopped(bench, arn)
        assert (status, jobs) == ("ABORTED", {job: "Stopped"})
        assert f"job {job} was live and is told to stop" in said
        assert bench.live_jobs() == []


def test_a_stop_leaves_the_job_alone_that_a_run_was_refused_for() -> None:
    with run_bench(SPOT, hyperparameters={"hold": "2"}, speed=20) as bench:
        first = bench.start(name="night")
        bench.until(first, bench.trained)
        # a fresh run of a name that is in use asks for the same job name
        refused = bench.run(name="night", machine=bench.another_machine("second"))
        assert refused.error == "SpotTraining.CheckpointInUse"
        assert bench.requests(refused.arn)[0]["TrainingJobName"] == bench.live_jobs()[0]
        assert stopped(bench, refused.arn)[:2] == ("FAILED", {})
        assert bench.status(first) == "RUNNING"
        outcome, seen = watched(bench, refused.arn)
        assert seen.attempts == [(0, None)]
        assert outcome.report.attempts == ()
        bench.sfn.stop_execution(executionArn=first)


def test_a_run_that_resumes_counts_its_own_attempts() -> None:
    with run_bench(SPOT, hyperparameters=SLOW, speed=20) as bench:
        first = bench.abort("first")
        outcome, _ = watched(
            bench, bench.start({"ResumeFrom": "first", "HyperParameters": {"pause": "0"}}, name="second")
        )
        assert outcome.status == "SUCCEEDED"
        names = [job["TrainingJobName"] for job in bench.jobs()]
        assert outcome.report.as_document()["ResumedFrom"]["TrainingJobName"] == names[0]
        text = render_report(outcome.report)
        assert "Resumed from    first" in text
        assert "Trained before" in text
        # looked at from its end, it has one attempt, which is the second of the prefix
        _, seen = watched(bench, outcome.execution_arn)
        assert seen.attempts == [(1, names[1])]
        _, seen = watched(bench, first)
        assert seen.attempts == [(1, names[0])]
