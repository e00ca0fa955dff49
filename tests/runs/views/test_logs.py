"""The lines of a run of several attempts on two hosts: in order, each with its own, and the last ones of both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.runs.aws.clients import Clients
from constructs_lib.runs.command.main import main
from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.verbs.logs import Wanted, last_lines, read_logs

ARN = "arn:aws:states:eu-west-1:123456789012:execution:Churn:night"
JOBS = ["churn-0123456789abcdef-1", "churn-0123456789abcdef-2"]
WRITTEN = {
    # the first attempt was interrupted on its way: its host has a stream for each launch
    f"{JOBS[0]}/algo-1-1000": [(1, "one begins"), (3, "one saves")],
    f"{JOBS[0]}/algo-2-1000": [(2, "one begins too")],
    f"{JOBS[0]}/algo-1-2000": [(4, "one goes on")],
    f"{JOBS[1]}/algo-1-3000": [(6, "two begins"), (9, "two waits for the other host")],
    f"{JOBS[1]}/algo-2-3000": [(5, "two begins too"), (8, "CUDA out of memory")],
}


class Aws:
    """Step Functions, SageMaker and CloudWatch Logs, as far as logs are read."""

    def describe_execution(self, **_: Any) -> dict[str, Any]:
        return {"status": "FAILED", "name": "night", "executionArn": ARN}

    def get_execution_history(self, **_: Any) -> dict[str, Any]:
        return {
            "events": [
                {
                    "id": 9 - number,
                    "taskScheduledEventDetails": {
                        "resourceType": "sagemaker",
                        "resource": "createTrainingJob.sync",
                        "parameters": json.dumps({"TrainingJobName": job}),
                    },
                }
                for number, job in enumerate(reversed(JOBS))
            ]
        }

    def describe_training_job(self, *, TrainingJobName: str) -> dict[str, Any]:  # noqa: N803
        return {"TrainingJobName": TrainingJobName, "TrainingJobStatus": "Failed"}

    def get_paginator(self, name: str) -> Any:
        aws = self

        class Pages:
            def paginate(self, **given: Any) -> Iterator[dict[str, Any]]:
                yield getattr(aws, name)(**given)

        return Pages()

    def describe_log_streams(self, *, logStreamNamePrefix: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"logStreams": [{"logStreamName": name} for name in WRITTEN if name.startswith(logStreamNamePrefix)]}

    def filter_log_events(self, *, logStreamNames: list[str], startTime: int = 0, **_: Any) -> dict[str, Any]:  # noqa: N803
        return {
            "events": [
                {"eventId": f"{name}{at}", "logStreamName": name, "timestamp": at * 1000, "message": text}
                for name in logStreamNames
                for at, text in WRITTEN[name]
                if at * 1000 >= startTime
            ]
        }

    def get_log_events(self, *, logStreamName: str, limit: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"events": [{"timestamp": at, "message": text} for at, text in WRITTEN[logStreamName][-limit:]]}


def clients() -> Clients:
    aws = Aws()
    return Clients(sfn=aws, sagemaker=aws, cloudformation=None, s3=None, logs=aws)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            (),
            [
                "1 algo-1  one begins", "1 algo-2  one begins too", "1 algo-1  one saves", "1 algo-1  one goes on",
                "2 algo-2  two begins too", "2 algo-1  two begins", "2 algo-2  CUDA out of memory",
                "2 algo-1  two waits for the other host",
            ],
        ),
        (("--attempt", "2"), ["two begins too", "two begins", "CUDA out of memory", "two waits for the other host"]),
        (
            ("--host", "algo-2"),
            ["1 algo-2  one begins too", "2 algo-2  two begins too", "2 algo-2  CUDA out of memory"],
        ),
        (("--attempt", "2", "--host", "algo-2"), ["two begins too", "CUDA out of memory"]),
        (("--follow", "--attempt", "1", "--host", "algo-2"), ["one begins too"]),
    ],
)  # fmt: skip
def test_each_line_has_its_attempt_and_its_host(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], lines: list[str]
) -> None:
    monkeypatch.setattr(Clients, "connect", classmethod(lambda *_: clients()))
    result = CliRunner().invoke(main, ["logs", ARN, *words])
    assert (result.exit_code, result.stdout.splitlines()) == (0, lines)


def test_lines_since_a_moment_are_those_of_it_or_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clients, "connect", classmethod(lambda *_: clients()))
    monkeypatch.setattr("constructs_lib.runs.command.looking.utc_now", lambda: datetime.fromtimestamp(68, UTC))
    result = CliRunner().invoke(main, ["logs", ARN, "--since", "1m"])
    assert result.stdout.splitlines() == ["2 algo-2  CUDA out of memory", "2 algo-1  two waits for the other host"]


def test_the_last_lines_of_a_failed_run_are_those_of_all_its_hosts() -> None:
    report = Report(run_name="night", status="FAILED", attempts=tuple(Attempt(job_name=job) for job in JOBS))
    assert last_lines(clients(), report, most=3) == [
        "algo-1  two begins", "algo-2  CUDA out of memory", "algo-1  two waits for the other host",
    ]  # fmt: skip
    # where tasks stand in a Map, the job that failed need not be the last one
    first, last = report.attempts
    failed = replace(report, attempts=(replace(first, status="Failed"), replace(last, status="Stopped")))
    assert last_lines(clients(), failed, most=2) == ["algo-2  one begins too", "algo-1  one goes on"]
    # only what failed is asked for its last words
    assert last_lines(clients(), Report(run_name="night", status="SUCCEEDED", attempts=report.attempts)) == []


def test_every_run_of_a_map_is_followed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [f"churn-{run:016x}-1" for run in range(4)]
    monkeypatch.setattr(f"{__name__}.JOBS", jobs)
    monkeypatch.setattr(f"{__name__}.WRITTEN", {f"{job}/algo-1-1000": [(1, f"{job} begins")] for job in jobs})
    aws = Aws()
    statuses = iter(["RUNNING", "SUCCEEDED"])
    monkeypatch.setattr(aws, "describe_execution", lambda **_: {"status": next(statuses)}, raising=False)

    def later(_: float) -> None:
        for number, job in enumerate(jobs):
            WRITTEN[f"{job}/algo-1-1000"].append((2 + number, f"{job} ends"))

    read = read_logs(
        Clients(sfn=aws, sagemaker=aws, cloudformation=None, s3=None, logs=aws), ARN, Wanted(), follow=True, sleep=later
    )
    assert [line.text for line in read] == [*(f"{job} begins" for job in jobs), *(f"{job} ends" for job in jobs)]
