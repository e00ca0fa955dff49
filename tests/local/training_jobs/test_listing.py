"""Lists, tags, waiting and subscriptions."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from constructs_lib.local.training_jobs.api.errors import SageMakerError
from tests.local.training_jobs.bench import ENDS_WITHIN, Bench

MODEL = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))


def test_list_pages_newest_first_and_finds_by_name_and_time(waiting: Bench) -> None:
    names = [f"job-{number}" for number in range(5)]
    for name in names:
        waiting.jobs.create(waiting.request(name))
        waiting.clock.sleep(0.2)
    found: list[str] = []
    token: dict[str, str] = {}
    pages = 0
    while True:
        page = waiting.jobs.list(MaxResults=2, **token)
        found += [job["TrainingJobName"] for job in page["TrainingJobSummaries"]]
        pages += 1
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert (found, pages) == (names[::-1], 3)

    def listed(**parameters: Any) -> list[str]:
        return [job["TrainingJobName"] for job in waiting.jobs.list(**parameters)["TrainingJobSummaries"]]

    assert listed(SortBy="Name", SortOrder="Ascending") == names
    assert listed(NameContains="b-3") == ["job-3"]
    created = waiting.jobs.describe("job-2")["CreationTime"]
    assert listed(CreationTimeAfter=created) == ["job-4", "job-3"]
    assert listed(CreationTimeBefore=created) == ["job-1", "job-0"]
    waiting.jobs.stop("job-4")
    waiting.jobs.wait("job-4", ENDS_WITHIN)
    assert listed(StatusEquals="Stopped") == ["job-4"]
    assert listed(StatusEquals="Stopped", MaxResults=1, SortOrder="Ascending") == []
    shape = MODEL.operation_model("ListTrainingJobs").output_shape
    assert ParamValidator().validate(waiting.jobs.list(), shape).generate_report() == ""


def test_a_listing_that_lags_does_not_have_the_newest_jobs_yet(waiting: Bench) -> None:
    waiting.jobs.create(waiting.request("job-1"))
    waiting.jobs.listing_lag_seconds = 2
    assert waiting.jobs.list()["TrainingJobSummaries"] == []
    assert waiting.jobs.describe("job-1")["TrainingJobStatus"] == "InProgress"
    waiting.clock.sleep(2.1)
    assert [job["TrainingJobName"] for job in waiting.jobs.list()["TrainingJobSummaries"]] == ["job-1"]


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"MaxResults": 0}, "'MaxResults' must be 1 to 100, got 0"),
        ({"SortBy": "Age"}, "'SortBy' must be one of CreationTime, Name, Status, got 'Age'"),
        ({"NextToken": "made-up"}, "'NextToken' must be the token"),
    ],
)
def test_fails_to_list_with_wrong_parameters(waiting: Bench, parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(SageMakerError, match=says):
        waiting.jobs.list(**parameters)


def test_tags(waiting: Bench) -> None:
    arn = waiting.jobs.create(waiting.request("a-1", Tags=[{"Key": "team", "Value": "x"}]))["TrainingJobArn"]
    waiting.jobs.tags.add(arn, [{"Key": "team", "Value": "y"}, {"Key": "run", "Value": "1"}])
    assert waiting.jobs.tags.list(arn) == {"Tags": [{"Key": "team", "Value": "y"}, {"Key": "run", "Value": "1"}]}
    waiting.jobs.tags.delete(arn, ["team", "never"])
    assert waiting.jobs.tags.list(arn) == {"Tags": [{"Key": "run", "Value": "1"}]}
    with pytest.raises(SageMakerError, match="at most 50 for a resource, got 51"):
        waiting.jobs.tags.add(arn, [{"Key": str(number), "Value": ""} for number in range(50)])
    with pytest.raises(SageMakerError, match=r"Requested resource not found\."):
        waiting.jobs.tags.list(arn + "0")


def test_fails_to_wait_longer_than_asked(waiting: Bench) -> None:
    waiting.jobs.create(waiting.request("a-1"))
    with pytest.raises(TimeoutError, match="a-1 has not ended, it is Starting"):
        waiting.jobs.wait("a-1", 0.01)


def test_a_subscriber_that_fails_or_leaves_disturbs_nobody(waiting: Bench) -> None:
    def fail(job: dict[str, Any]) -> None:
        raise RuntimeError(job["TrainingJobName"])

    def note(job: dict[str, Any]) -> None:
        if job["SecondaryStatus"] == "Stopped":
            stopped.set()

    stopped = threading.Event()
    waiting.jobs.subscribe(fail)
    leave = waiting.jobs.subscribe(note)
    waiting.jobs.create(waiting.request("a-1"))
    waiting.jobs.stop("a-1")
    assert stopped.wait(ENDS_WITHIN)
    stopped.clear()
    leave()
    leave()
    waiting.jobs.create(waiting.request("b-1"))
    waiting.jobs.stop("b-1")
    waiting.jobs.wait("b-1", ENDS_WITHIN)
    assert not stopped.is_set()
