"""How the command reads a run's end, whatever stands in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.runs.reports.attempt import WITHOUT_INSTANCE, Attempt
from constructs_lib.runs.reports.report import Report, split_cause
from constructs_lib.runs.times import format_seconds
from constructs_lib.runs.views.report_text import render_report
from constructs_lib.training_job import service_model
from constructs_lib.workflow.jsonata.expressions import library

STARTED = datetime(2026, 1, 1, tzinfo=UTC)
ATTEMPT = {
    "TrainingJobName": "churn-0123456789ab-1", "InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "Market": "spot",
    "TrainingJobStatus": "Completed", "SecondaryStatus": "Completed", "Verdict": "completed", "Reason": "",
    "TrainingTimeInSeconds": 100, "BillableTimeInSeconds": 40, "WaitingTimeInSeconds": 4242, "Interruptions": 2,
}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "RunName": "night-1",
    "ModelArtifacts": {"S3ModelArtifacts": "s3://models/model.tar.gz"},
    "FinalMetrics": {"validation:auc": 0.93, "train:loss": 2},
    "CheckpointS3Uri": "s3://checkpoints/churn/night-1/",
    "Attempts": [ATTEMPT],
    "TrainingTimeInSeconds": 100,
    "BillableTimeInSeconds": 40,
    "SavingsPercent": 60,
    "Interruptions": 2,
}


def execution(status: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "night-1",
        "status": status,
        "startDate": STARTED,
        "stopDate": STARTED + timedelta(hours=1),
        **changes,
    }


def test_a_run_that_succeeded() -> None:
    report = Report.from_execution(execution("SUCCEEDED", output=json.dumps(DOCUMENT)))
    assert (report.model, report.savings_percent, report.interruptions) == ("s3://models/model.tar.gz", 60, 2)
    assert (report.elapsed_seconds, report.exit_status) == (3600, 0)
    again = report.as_document()
    assert {key: again[key] for key in DOCUMENT} == DOCUMENT
    assert "Final metrics  validation:auc 0.93, train:loss 2" in render_report(report)


def test_an_attempt_tells_the_settings_of_its_capacity() -> None:
    told = {
        **DOCUMENT,
        "Attempts": [{**ATTEMPT, "Settings": "batch-size=64", "Reason": "CapacityError: none"}, ATTEMPT],
    }
    report = Report.from_execution(execution("SUCCEEDED", output=json.dumps(told)))
    first, _, settings, reason = render_report(report).split("\n\n")[2].splitlines()[:4]
    assert first.lstrip().startswith("1  churn")
    assert (settings.strip(), reason.strip()) == ("with batch-size=64", "CapacityError: none")
    assert report.as_document()["Attempts"] == told["Attempts"]


def test_an_attempt_tells_how_long_it_waited() -> None:
    report = Report.from_execution(execution("SUCCEEDED", output=json.dumps(DOCUMENT)))
    heading, line = render_report(report).split("\n\n")[1].splitlines()[:2]
    assert "Waited" in heading
    assert line.index(format_seconds(4242)) + len(format_seconds(4242)) == heading.index("Waited") + len("Waited")
    started = {"Status": "Starting", "StartTime": STARTED}
    waited = [{**started, "EndTime": STARTED + timedelta(minutes=3)}, {"Status": "Training", "StartTime": STARTED}]
    job = {"TrainingJobStatus": "InProgress", "SecondaryStatusTransitions": [*waited, started]}
    assert Attempt.from_description(job, STARTED + timedelta(minutes=10)).waiting_seconds == 13 * 60
    statuses = re.findall(r"\(([A-Z]\w+(?:\|\w+)*)\)/", library("attempt"))[0].split("|")
    known = service_model.model_shape("SecondaryStatus")["enum"]
    assert {name for name in known if name.startswith(tuple(statuses))} == set(WITHOUT_INSTANCE)


def test_a_run_that_failed_keeps_its_sentences_and_its_report() -> None:
    failed = {key: value for key, value in DOCUMENT.items() if key != "ModelArtifacts"}
    cause = f"it failed: AlgorithmError: a\n\nb. Next: mend it\n\n{json.dumps(failed)}"
    report = Report.from_execution(execution("FAILED", error="SpotTraining.TrainingFailed", cause=cause))
    assert report.message == "it failed: AlgorithmError: a\n\nb. Next: mend it"
    assert report.error == "SpotTraining.TrainingFailed"
    assert len(report.attempts) == 1
    assert report.exit_status == 1


@pytest.mark.parametrize(
    "cause", ["", "plain text", "text\n\nmore text", "text\n\n{not json", "text\n\n[1]", 'text\n\n{"a": 1}', "\n\n"]
)
def test_a_cause_without_a_report_stays_whole(cause: str) -> None:
    assert split_cause(cause) == (cause.strip(), None)


@pytest.mark.parametrize(("status", "code"), [("SUCCEEDED", 0), ("FAILED", 1), ("ABORTED", 3), ("TIMED_OUT", 4)])
def test_the_exit_status_says_how_it_ended(status: str, code: int) -> None:
    assert Report.from_execution(execution(status)).exit_status == code


@pytest.mark.parametrize("missing", sorted(DOCUMENT))
def test_a_field_that_is_missing_breaks_nothing(missing: str) -> None:
    document = {key: value for key, value in DOCUMENT.items() if key != missing}
    report = Report.from_execution(execution("SUCCEEDED", output=json.dumps(document)))
    assert "night-1" in render_report(report)


@pytest.mark.parametrize("missing", sorted(ATTEMPT))
def test_an_attempt_that_lacks_something_is_shown_all_the_same(missing: str) -> None:
    attempt = {key: value for key, value in ATTEMPT.items() if key != missing}
    output = json.dumps({**DOCUMENT, "Attempts": [attempt, attempt]})
    report = Report.from_execution(execution("SUCCEEDED", output=output))
    assert len(report.attempts) == 2
    assert "Completed" in render_report(report) or missing == "TrainingJobStatus"


def test_the_longest_report_is_shown_whole() -> None:
    attempts = [{**ATTEMPT, "TrainingJobName": f"churn-0123456789ab-{number}"} for number in range(1, 51)]
    text = render_report(
        Report.from_execution(execution("SUCCEEDED", output=json.dumps({**DOCUMENT, "Attempts": attempts})))
    )
    assert all(f"churn-0123456789ab-{number}" in text for number in range(1, 51))


def test_what_became_of_the_deadline_is_told() -> None:
    told = {
        "Deadline": "2026-11-30T08:00:00Z", "ExpectedRuntimeInSeconds": 36000, "SlackInSeconds": 7230,
        "SpotTrainingTimeInSeconds": 7200, "OnDemandTrainingTimeInSeconds": 21600, "OnDemandAloneTimeInSeconds": 28800,
        "LookOutBillableTimeInSeconds": 120,
    }  # fmt: skip
    report = Report.from_execution(execution("SUCCEEDED", output=json.dumps({**DOCUMENT, "Deadline": told})))
    assert report.as_document()["Deadline"] == told
    text = render_report(report)
    assert re.search(r"^Deadline +2026-11-30T08:00:00Z, 2 h after the end$", text, re.MULTILINE)
    assert re.search(r"^On spot +7200 s \(2 h\)$", text, re.MULTILINE)
    assert re.search(r"^On-demand +21600 s \(6 h\)$", text, re.MULTILINE)
    assert re.search(r"^On-demand alone +28800 s \(8 h\)$", text, re.MULTILINE)
    assert re.search(r"^Look-outs +120 s \(2 min\), billed beside the attempts$", text, re.MULTILINE)
    missed = {**told, "SlackInSeconds": -90, "Reason": "the run ended after its deadline: \x1b there was more work"}
    cause = f"the program failed.\n\n{json.dumps({**DOCUMENT, 'Deadline': missed})}"
    text = render_report(Report.from_execution(execution("FAILED", cause=cause)))
    assert "2026-11-30T08:00:00Z, 1 min 30 s before it" in text
    assert "the run ended after its deadline: \N{REPLACEMENT CHARACTER} there was more work" in text
    assert "Deadline" not in Report.from_execution(execution("SUCCEEDED", output=json.dumps(DOCUMENT))).as_document()
