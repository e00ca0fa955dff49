"""A long run, as SageMaker tells its jobs: many attempts, each interrupted many times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from constructs_lib.runs.reports.attempt import Attempt
from constructs_lib.runs.reports.report import Report
from constructs_lib.runs.reports.timeline import Track
from constructs_lib.runs.verbs.details import Details

STARTED = datetime(2026, 11, 1, tzinfo=UTC)
ARN = "arn:aws:states:eu-west-1:123456789012:execution:Churn:night-1"
ROUND = (("Starting", 240), ("Downloading", 60), ("Training", 1500), ("Interrupted", 1))


def job(number: int, begin: datetime, interruptions: int) -> dict[str, Any]:
    """Return what DescribeTrainingJob says of a job that trained on after each interruption."""
    moment, transitions = begin, []
    for status, seconds in [*(ROUND * interruptions), *ROUND[:3], ("Uploading", 120)]:
        later = moment + timedelta(seconds=seconds)
        transitions.append({"Status": status, "StartTime": moment, "EndTime": later})
        moment = later
    return {
        "TrainingJobName": f"churn-0123456789abcdef-{number}",
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "EnableManagedSpotTraining": number != 1,
        "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 2},
        "TrainingEndTime": moment,
        "TrainingTimeInSeconds": 1560 * (interruptions + 1) + 120,
        "BillableTimeInSeconds": 600 * (interruptions + 1),
        "SecondaryStatusTransitions": transitions,
    }


def long_run(attempts: int, interruptions: int, **changes: Any) -> Details:
    """Return a run of so many attempts, each interrupted so often."""
    begin, jobs = STARTED, []
    for number in range(1, attempts + 1):
        jobs.append(job(number, begin, interruptions))
        begin = jobs[-1]["TrainingEndTime"] + timedelta(seconds=30)
    told = tuple(Attempt.from_description(each, begin) for each in jobs)
    report = Report(
        run_name="night-1", status="SUCCEEDED", attempts=told, interruptions=attempts * interruptions,
        training_seconds=sum(each.training_seconds or 0 for each in told), elapsed_seconds=86400.0,
        model="s3://models/model.tar.gz",
    )  # fmt: skip
    given: dict[str, Any] = {
        "execution_arn": ARN,
        "report": report,
        "started": STARTED,
        "tracks": {each["TrainingJobName"]: Track.of(each, begin) for each in jobs},
        "checkpoints": tuple(STARTED + timedelta(seconds=600 + 900 * number) for number in range(10)),
        "run_input": {"HyperParameters": {"epochs": "40"}},
        "request": {"StoppingCondition": {"MaxRuntimeInSeconds": 3600}},
        "notes": (),
    }
    return Details(**{**given, **changes})
