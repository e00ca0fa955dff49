"""An execution with several runs in it, where tasks stand in a Map: each is shown, and each may be on its way."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from constructs_lib.runs.reports.history import HistoryReader, is_of_whole_run, newest_of_each
from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.views.lines import change_line, facts
from constructs_lib.runs.views.terminal import panel
from constructs_lib.workflow.definition import run_definition
from tests.support.run_documents import ON_DEMAND, SPOT, run_settings, shared_request

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def name(run: int, attempt: int = 1) -> str:
    return f"churn-{run:016x}-{attempt}"


def job(named: str, secondary: str) -> dict[str, Any]:
    return {
        "TrainingJobName": named,
        "TrainingJobStatus": "Completed" if secondary == "Completed" else "InProgress",
        "SecondaryStatus": secondary,
        "EnableManagedSpotTraining": True,
        "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
    }


def progress(runs: int) -> RunProgress:
    """A run of so many items, of which the second is done, and the third at its second attempt, not yet made."""
    names = [*(name(run) for run in range(1, runs + 1)), name(3, 2)]
    jobs = {each: job(each, "Completed" if each in (name(2), name(3)) else "Training") for each in names[:-1]}
    return RunProgress.of({"name": "night", "status": "RUNNING"}, state="Train", job_names=names, jobs=jobs, now=NOW)


def test_all_seven_are_shown() -> None:
    shown = progress(7)
    told = facts(shown)
    assert ("Runs", "7: 5 Training, 1 Completed, 1 asked for") in told
    jobs = [value for label, value in told if label == "Job"]
    # those that go on first
    assert [text.split()[0] for text in jobs] == [
        name(1), name(3, 2), name(4), name(5), name(6), name(7), name(2),
    ]  # fmt: skip
    assert change_line(shown) == "Train, runs 7: 5 Training, 1 Completed, 1 asked for"


def test_many_are_counted_and_the_rest_is_told() -> None:
    told = facts(progress(40))
    assert sum(label == "Job" for label, _ in told) == 12
    assert ("", "and 28 more") in told


@pytest.mark.parametrize("width", [60, 80, 140])
def test_they_are_drawn_in_a_terminal(width: int) -> None:
    stream = io.StringIO()
    Console(file=stream, width=width).print(panel(progress(7), [], width))
    text = stream.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert all(named in text for named in (*(name(run) for run in (1, 2, 4, 5, 6, 7)), name(3, 2)))


def test_only_the_last_job_of_each_run_may_be_on_its_way() -> None:
    assert newest_of_each([name(1), name(2), name(1, 2), "job-of-another-form"]) == [
        name(1, 2), name(2), "job-of-another-form",
    ]  # fmt: skip


@pytest.mark.parametrize(("state", "found"), [("Train", [2]), ("Train all: Train", [1, 2]), ("Deploy", [1, 2])])
def test_the_first_look_is_short_only_where_the_execution_is_one_run(state: str, found: list[int]) -> None:
    class Sfn:
        def get_execution_history(self, **_: Any) -> dict[str, Any]:
            asked = [
                {
                    "id": number,
                    "taskScheduledEventDetails": {
                        "resourceType": "sagemaker",
                        "resource": "createTrainingJob.sync",
                        "parameters": f'{{"TrainingJobName": "{name(number)}"}}',
                    },
                }
                for number in (2, 1)
            ]
            return {"events": [{"id": 3, "stateEnteredEventDetails": {"name": state}}, *asked]}

    reader = HistoryReader(Sfn(), "arn")
    reader.look()
    assert reader.job_names == [name(number) for number in found]


def test_every_state_of_a_run_is_known_for_one() -> None:
    beyond_sync = run_settings(SPOT, request={**shared_request(), "InfraCheckConfig": {"EnableInfraCheck": True}})
    watched = run_settings(SPOT, ON_DEMAND, capacity_patience_seconds=600)
    waiting = [run_definition(settings) for settings in (watched, beyond_sync)]
    unknown = []
    while waiting:
        states = waiting.pop()["States"]
        unknown += [named for named in states if not is_of_whole_run({"stateEnteredEventDetails": {"name": named}})]
        waiting += [branch for state in states.values() for branch in state.get("Branches", [])]
    assert unknown == []
