"""The bar of a watched run: what its training program says is saved, and when the run ends by that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.runs.reports.progress import RunProgress
from constructs_lib.runs.reports.saved_work import SavedWork
from constructs_lib.runs.views.lines import change_line, facts

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def job(*, before: str = "0", status: str = "InProgress", ended: datetime | None = None) -> dict[str, Any]:
    """A job that got its instance two hours ago, after so many seconds on the same checkpoints."""
    training: dict[str, Any] = {
        "Status": "Training",
        "StartTime": ago(hours=2),
        **({"EndTime": ended} if ended else {}),
    }
    return {
        "TrainingJobName": "churn-1",
        "TrainingJobStatus": status,
        "SecondaryStatus": "Training",
        "TrainingStartTime": ago(hours=2),
        "SecondaryStatusTransitions": [training],
        "Environment": {"SPOT_TRAINING_RUN": f"arn 2026 round 86400 {before} 0 0"},
        "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
    }


def told(text: str, of: dict[str, Any] | None = None, modified: datetime = NOW) -> SavedWork:
    found = SavedWork.told(text, modified, job() if of is None else of, NOW)
    assert found is not None
    return found


def test_the_end_follows_from_what_is_saved_and_the_time_that_it_took() -> None:
    assert told('{"fraction": 0.5}') == SavedWork(fraction=0.5, ends=NOW + timedelta(hours=2))
    # half was saved an hour ago, after one hour
    assert told('{"fraction": 0.5}', modified=ago(hours=1)).ends == NOW
    # an earlier attempt trained for six hours
    assert told('{"fraction": 0.5}', job(before="21600")).ends == NOW + timedelta(hours=8)
    # it lost its instance an hour ago, and what it trained since the file is lost
    lost = job(ended=ago(hours=1))
    assert told('{"fraction": 0.5}', lost, ago(hours=1.5)).ends == NOW + timedelta(hours=1)
    # the file is that of an earlier attempt: this one has done two hours of the four that are left
    assert told('{"fraction": 0.5}', job(before="14400"), ago(hours=9)).ends == NOW + timedelta(hours=2)


def test_no_end_is_told_where_little_is_saved_or_the_job_has_ended() -> None:
    assert told('{"fraction": 0.049}') == SavedWork(fraction=0.049)
    assert told('{"fraction": 1.0}', job(status="Completed")) == SavedWork(fraction=1)
    assert told('{"fraction": 0.5}', {**job(), "Environment": {}}).ends == NOW + timedelta(hours=2)


@pytest.mark.parametrize("text", ["", "{}", '{"fraction": "0.5"}', '{"fraction": 4e-1}', '{"fraction": 1.5}', "\0"])
def test_another_form_says_nothing(text: str) -> None:
    assert SavedWork.told(text, NOW, job(), NOW) is None


def test_it_is_shown_as_a_bar_and_in_a_line_of_its_own_at_every_tenth() -> None:
    def shown(fraction: float, **changes: Any) -> RunProgress:
        saved = told(f'{{"fraction": {fraction}}}')
        names = changes.pop("job_names", ["churn-1"])
        document = {"name": "night", "status": "RUNNING"}
        return RunProgress.of(document, state="Train", job_names=names, jobs={"churn-1": job()}, now=NOW, saved=saved)

    assert ("Saved", "[########............] 42.0 %, ends about 2026-11-27 14:45:42") in facts(shown(0.42))
    assert ("Saved", "[....................] 1.0 %") in facts(shown(0.01))
    assert ("Saved", "[####################] 100.0 %, ends about 2026-11-27 12:00:00") in facts(shown(1))
    assert "42.0 % saved" in change_line(shown(0.42))
    assert shown(0.42).what_matters == shown(0.49).what_matters
    assert shown(0.42).what_matters != shown(0.51).what_matters
    # of several runs nobody knows whose it would be
    several = shown(0.42, job_names=[f"churn-{1:016x}-1", "churn-1"])
    assert several.others
    assert "Saved" not in dict(facts(several))
    assert "saved" not in change_line(several)
