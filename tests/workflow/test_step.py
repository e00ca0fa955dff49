"""One step of a run: the plan, the tries, the back-off, the budgets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.training_job.capacity.capacity import Capacity
from constructs_lib.workflow.failures import FAILURES
from constructs_lib.workflow.settings import RetryBudget
from tests.support.engines.jsonata_engine import Engine
from tests.support.run_documents import ON_DEMAND, SPOT, begin, described, ended, plan, settings_document, step

THROTTLED = {"Error": "SageMaker.AmazonSageMakerException", "Cause": "Rate exceeded"}
QUOTA = {"Error": "SageMaker.ResourceLimitExceededException", "Cause": "limit is 0 Instances"}
G5 = Capacity.spot("ml.g5.xlarge", tries=2)
NO_CAPACITY = ("Stopped", "MaxWaitTimeExceeded")


def reported(run: dict[str, Any]) -> dict[str, Any]:
    """Return the report that a failed run's cause carries."""
    report: dict[str, Any] = json.loads(run["Cause"].rpartition("\n\n")[2])
    return report


def test_a_completed_job_is_reported(engine: Engine) -> None:
    settings = settings_document()
    run = ended(
        engine, settings, begin(engine, settings), "Completed", "Completed",
        TrainingTimeInSeconds=100, BillableTimeInSeconds=40, ModelArtifacts={"S3ModelArtifacts": "s3://m/model.tar.gz"},
        SecondaryStatusTransitions=[{"Status": s} for s in ("Training", "Interrupted", "Training", "Interrupted")],
        FinalMetricDataList=[
            {"MetricName": "validation:auc", "Value": 0.93, "Timestamp": "2026-01-01T00:50:00Z"},
            {"MetricName": "train:loss", "Value": 2, "Timestamp": "2026-01-01T00:50:00Z"},
        ],
    )  # fmt: skip
    assert run["Next"] == "report"
    assert run["Report"] == {
        "RunName": "run-1",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://m/model.tar.gz"},
        "FinalMetrics": {"validation:auc": 0.93, "train:loss": 2},
        "CheckpointS3Uri": "s3://checkpoint-bucket/churn/run-1/",
        "Attempts": [
            {
                "TrainingJobName": begin(engine, settings)["JobPrefix"] + "-1",
                "InstanceType": "ml.m5.xlarge",
                "InstanceCount": 1,
                "Market": "spot",
                "TrainingJobStatus": "Completed",
                "SecondaryStatus": "Completed",
                "Verdict": "completed",
                "Reason": "",
                "TrainingTimeInSeconds": 100,
                "BillableTimeInSeconds": 40,
                "WaitingTimeInSeconds": 0,
                "Interruptions": 2,
            }
        ],
        "TrainingTimeInSeconds": 100,
        "BillableTimeInSeconds": 40,
        "SavingsPercent": 60,
        "Interruptions": 2,
    }


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (None, {}),
        ([], {}),
        ([{"MetricName": "loss", "Value": 1}], {"loss": 1}),
        ([{"MetricName": "loss", "Value": 1}, {"MetricName": "loss", "Value": 2}], {"loss": 2}),
        ([{"Value": 1}, {"MetricName": "silent"}], {}),
    ],
)
def test_final_metrics_stand_by_their_names(
    engine: Engine, listed: list[dict[str, Any]] | None, told: dict[str, float]
) -> None:
    settings = settings_document()
    metrics = {} if listed is None else {"FinalMetricDataList": listed}
    run = ended(engine, settings, begin(engine, settings), "Completed", "Completed", **metrics)
    assert run["Report"]["FinalMetrics"] == told
    failed = ended(engine, settings, begin(engine, settings), "Failed", "Failed", **metrics)
    assert "FinalMetrics" not in reported(failed)


def test_an_attempt_tells_how_long_it_had_no_instance(engine: Engine) -> None:
    settings = settings_document()
    run = begin(engine, settings)
    lasting = [
        ("Pending", "00:00:00", "00:00:10"),
        ("Starting", "00:00:10", "00:05:00.4"),
        ("Downloading", "00:05:00.4", "00:06:00"),
        ("Training", "00:06:00", "01:00:00"),
        ("Interrupted", "01:00:00", "01:10:00"),
        ("Starting", "01:10:00", "01:20:00"),
        ("Training", "01:20:00", "02:00:00"),
    ]
    transitions = [
        {"Status": status, "StartTime": f"2026-01-01T{begin}Z", "EndTime": f"2026-01-01T{end}Z"}
        for status, begin, end in lasting
    ]
    for end in ({"TrainingEndTime": "2026-01-01T00:05:00Z"}, {"LastModifiedTime": "2026-01-01T00:05:00Z"}):
        whole = ended(engine, settings, run, "Completed", "Completed", SecondaryStatusTransitions=transitions, **end)
        assert whole["Report"]["Attempts"][0]["WaitingTimeInSeconds"] == 300 + 20 * 60
        never = [transitions[0], {"Status": "Starting", "StartTime": "2026-01-01T00:00:10Z"}]
        gone = ended(engine, settings, run, *NO_CAPACITY, SecondaryStatusTransitions=never, **end)
        assert reported(gone)["Attempts"][0]["WaitingTimeInSeconds"] == 300


def test_the_plan_is_followed_to_its_end(engine: Engine) -> None:
    settings = settings_document(SPOT, G5, ON_DEMAND)
    run = begin(engine, settings)
    seen = []
    while run["Next"] == "train":
        request = plan(engine, settings, run)
        spot = "EnableManagedSpotTraining" in request
        seen.append((request["TrainingJobName"][-2:], request["ResourceConfig"]["InstanceType"], spot))
        run = ended(engine, settings, run, *NO_CAPACITY)
    assert seen == [
        ("-1", "ml.m5.xlarge", True),
        ("-2", "ml.g5.xlarge", True),
        ("-3", "ml.g5.xlarge", True),
        ("-4", "ml.m5.xlarge", False),
    ]
    assert (run["Next"], run["Then"]) == ("record", "capacity exhausted")
    assert "every capacity in the plan (3) was tried" in run["Cause"]
    assert len(reported(run)["Attempts"]) == 4


def test_all_attempts_share_one_checkpoint_prefix(engine: Engine) -> None:
    settings = settings_document(SPOT, ON_DEMAND)
    first = begin(engine, settings)
    second = ended(engine, settings, first, *NO_CAPACITY)
    assert (
        plan(engine, settings, first)["CheckpointConfig"]
        == plan(engine, settings, second)["CheckpointConfig"]
        == {"S3Uri": "s3://checkpoint-bucket/churn/run-1/", "LocalPath": "/opt/ml/checkpoints"}
    )


def test_throttling_is_waited_out_under_the_same_name(engine: Engine) -> None:
    settings = settings_document(
        retry_budget=RetryBudget(throttles=3, first_delay_seconds=10, longest_delay_seconds=35)
    )
    run = begin(engine, settings)
    waits = []
    for _ in range(3):
        run = step(engine, settings, run, outcome=THROTTLED)
        assert (run["Next"], run["Number"], run["Attempts"]) == ("back off", 1, [])
        waits.append(run["WaitSeconds"])
    # $random is 0.5 in the tests, so that jitter gives three quarters
    assert waits == [8, 15, 27]
    run = step(engine, settings, run, outcome=THROTTLED)
    assert (run["Next"], run["Then"]) == ("record", "service fault")
    assert "TrainingJobName" not in reported(run)["Attempts"][0]


def test_a_quota_that_stays_exhausted_moves_to_the_next_capacity(engine: Engine) -> None:
    settings = settings_document(SPOT, ON_DEMAND, retry_budget=RetryBudget(quotas=1))
    run = step(engine, settings, begin(engine, settings), outcome=QUOTA)
    assert run["Next"] == "back off"
    run = step(engine, settings, run, outcome=QUOTA)
    # no job was made, so its name is free for the next capacity
    assert (run["Next"], run["Entry"], run["Number"], run["Delays"]) == ("train", 1, 1, 0)
    assert run["Attempts"][0]["Verdict"] == "quota"


def test_a_service_fault_is_repeated_then_left_behind(engine: Engine) -> None:
    settings = settings_document(SPOT, ON_DEMAND, retry_budget=RetryBudget(service_faults=2))
    run = begin(engine, settings)
    entries = []
    for _ in range(3):
        run = ended(engine, settings, run, "Failed", "Failed", FailureReason="InternalServerError: sorry")
        entries.append(run["Entry"])
    assert entries == [0, 0, 1]
    assert run["Number"] == 4
    assert run["Faults"] == 0


@pytest.mark.parametrize(
    ("status", "secondary", "reason", "ends"),
    [
        ("Failed", "Failed", "AlgorithmError: exit code 1", "training failed"),
        ("Stopped", "MaxRuntimeExceeded", "", "out of time"),
        ("Stopped", "Stopped", "", "stopped by a person"),
    ],
)
def test_what_ends_a_run_at_once_names_the_way_on(
    engine: Engine, status: str, secondary: str, reason: str, ends: str
) -> None:
    settings = settings_document(SPOT, ON_DEMAND)
    first = begin(engine, settings)
    run = ended(engine, settings, first, status, secondary, FailureReason=reason)
    assert run["Then"] == ends
    assert ends in {failure.key for failure in FAILURES}
    for fact in (first["JobPrefix"] + "-1", reason, first["CheckpointS3Uri"], '{"ResumeFrom": "run-1"}', "Next: "):
        assert fact in run["Cause"]


def test_the_budget_is_the_runs_and_not_the_attempts(engine: Engine) -> None:
    settings = settings_document(Capacity.spot("ml.m5.xlarge", tries=3))
    run = ended(engine, settings, begin(engine, settings), *NO_CAPACITY, TrainingTimeInSeconds=3599)
    assert plan(engine, settings, run)["StoppingCondition"]["MaxRuntimeInSeconds"] == 1
    run = ended(engine, settings, run, *NO_CAPACITY, TrainingTimeInSeconds=1)
    assert run["Then"] == "out of time"
    assert "raise MaxRuntimeInSeconds" in run["Cause"]


def test_times_that_are_not_reported_are_reckoned(engine: Engine) -> None:
    settings = settings_document(SPOT, ON_DEMAND)
    times = {"TrainingStartTime": "2026-01-01T00:00:00.5Z", "TrainingEndTime": "2026-01-01T00:01:40.123456Z"}
    run = ended(engine, settings, begin(engine, settings), *NO_CAPACITY, **times)
    assert run["TrainingTimeInSeconds"] == 100
    assert run["BillableTimeInSeconds"] == 100


def test_a_live_job_is_watched_until_it_ends(engine: Engine) -> None:
    settings = settings_document()
    run = begin(engine, settings)
    waits = []
    for _ in range(70):
        run = step(engine, settings, run, job=described(plan(engine, settings, run), "InProgress", "Training"))
        assert (run["Next"], run["Number"]) == ("watch", 1)
        waits.append(run["WaitSeconds"])
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (30, 3600)
    run = ended(engine, settings, run, "Completed", "Completed", ModelArtifacts={"S3ModelArtifacts": "s3://m"})
    assert run["Next"] == "report"


def test_a_job_that_stays_unknown_fails_the_run_and_asks_for_a_look(engine: Engine) -> None:
    settings = settings_document(retry_budget=RetryBudget(looks=2))
    run = begin(engine, settings)
    look = {"Error": "SageMaker.AccessDeniedException", "Cause": "not authorized"}
    for _ in range(2):
        run = step(engine, settings, run, look=look)
        assert run["Next"] == "watch"
    run = step(engine, settings, run, look=look)
    assert (run["Next"], run["Then"]) == ("record", "service fault")
    assert "check whether that job still runs" in run["Cause"]


def test_no_run_makes_more_attempts_than_its_report_can_hold(engine: Engine) -> None:
    settings = settings_document(*[Capacity.spot("ml.m5.xlarge", tries=10)] * 8)
    run: dict[str, Any] = begin(engine, settings)
    count = 0
    while run["Next"] == "train":
        run = ended(engine, settings, run, "Failed", "Failed", FailureReason="CapacityError: " + '\u0007"' * 500)
        count += 1
    assert (run["Then"], count) == ("capacity exhausted", 50)
    assert len(run["Cause"]) <= 32_768


def test_a_job_that_runs_is_looked_at_again_however_often(engine: Engine) -> None:
    settings = settings_document()
    run = begin(engine, settings)
    job = described(plan(engine, settings, run), "InProgress", "Training")
    waits = []
    for _ in range(60):
        run = step(engine, settings, run, job=job)
        assert run["Next"] == "watch"
        waits.append(run["WaitSeconds"])
    assert (waits[0], waits[-1]) == (30, 3600)
    assert waits == sorted(waits)
    # a look that SageMaker does not answer is counted by itself
    run = step(engine, settings, run, look={"Error": "SageMaker.X", "Cause": "Rate exceeded"})
    assert (run["Next"], run["Looks"], run["WaitSeconds"]) == ("watch", 1, 30)
    run = step(engine, settings, run, job=job)
    assert (run["Next"], run["Looks"], run["WaitSeconds"]) == ("watch", 0, 3600)
    assert ended(engine, settings, run, *NO_CAPACITY)["Next"] == "record"


@pytest.mark.parametrize(
    ("now", "after", "seconds"),
    [
        ("2026-01-01T00:01:30Z", "watch", 30),
        ("2026-01-01T00:10:45Z", "watch", 16),
        ("2026-01-01T00:11:01Z", "stop", 60),
    ],
)
def test_a_loop_without_a_watch_beside_it_has_the_same_patience(
    engine: Engine, now: str, after: str, seconds: int
) -> None:
    settings = settings_document(SPOT, ON_DEMAND, capacity_patience_seconds=600)
    run = begin(engine, settings)
    # created at 00:01:00.123
    job = described(plan(engine, settings, run), "InProgress", "Starting")
    found = engine.call(
        "$step($s, $r, {}, $a, '', $look($s, $r, $a.Job, $n))", s=settings, r=run, a={"Job": job}, n=now
    )
    assert (found["Next"], found["WaitSeconds"]) == (after, seconds)
    stopping = {**job, "TrainingJobStatus": "Stopping"}
    gone = engine.call(
        "$step($s, $r, {}, $a, '', $look($s, $r, $a.Job, $n))", s=settings, r=run, a={"Job": stopping}, n=now
    )
    assert (gone["Next"], gone["WaitSeconds"]) == ("watch", 30)
