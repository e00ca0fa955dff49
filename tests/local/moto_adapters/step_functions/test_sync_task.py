"""createTrainingJob as a task: what it gives, how it fails, and that it never leaves a job behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from tests.local.machines import HOLDS, Machines, one_state, task, training_job, wait_for

SYNC = "sagemaker:createTrainingJob.sync"


def training(name: str, **changes: Any) -> dict[str, Any]:
    """A machine that trains."""
    return one_state(**task(SYNC, training_job(name, **changes)))


def test_success_gives_the_jobs_description_with_times_as_numbers(machines: Machines, aws: EmbeddedAws) -> None:
    output = machines.output(training("succeeds"))
    job = aws.training_jobs.describe("succeeds")
    assert set(output) == set(job)
    assert output["TrainingJobStatus"] == "Completed"
    assert output["ModelArtifacts"] == job["ModelArtifacts"]
    assert output["CreationTime"] == int(job["CreationTime"].timestamp() * 1000)
    transition = output["SecondaryStatusTransitions"][0]
    assert transition["StartTime"] == output["CreationTime"]


def test_the_history_tells_what_was_asked(machines: Machines) -> None:
    execution = machines.start(training("recounted"))
    machines.end(execution)
    events = {event["type"]: event for event in machines.events(execution)}
    scheduled = events["TaskScheduled"]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"]) == ("sagemaker", "createTrainingJob.sync")
    assert json.loads(scheduled["parameters"])["TrainingJobName"] == "recounted"
    submitted = json.loads(events["TaskSubmitted"]["taskSubmittedEventDetails"]["output"])
    assert submitted["TrainingJobArn"].endswith(":training-job/recounted")
    assert json.loads(events["TaskSucceeded"]["taskSucceededEventDetails"]["output"])["TrainingJobName"] == "recounted"


def test_step_functions_tags_its_jobs(machines: Machines, aws: EmbeddedAws) -> None:
    execution = machines.start(training("tagged", Tags=[{"Key": "own", "Value": "1"}]))
    machines.end(execution)
    arn = aws.training_jobs.describe("tagged")["TrainingJobArn"]
    assert aws.training_jobs.tags.list(arn)["Tags"] == [
        {"Key": "own", "Value": "1"},
        {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"},
        {"Key": "AWS_STEP_FUNCTIONS_EXECUTION_ARN", "Value": execution},
    ]


def test_a_failed_job_fails_the_task_with_its_description(machines: Machines) -> None:
    description = machines.run(training("fails", arguments="--fail because"))
    assert description["error"] == "States.TaskFailed"
    cause = json.loads(description["cause"])
    assert cause["TrainingJobStatus"] == "Failed"
    assert cause["FailureReason"].startswith("AlgorithmError: because")


def test_a_stopped_job_fails_the_task(machines: Machines, aws: EmbeddedAws) -> None:
    execution = machines.start(training("is-stopped", arguments=HOLDS))
    wait_for("training", lambda: status_of(aws, "is-stopped") == "Training")
    aws.client("sagemaker").stop_training_job(TrainingJobName="is-stopped")
    description = machines.end(execution)
    assert description["error"] == "States.TaskFailed"
    assert json.loads(description["cause"])["TrainingJobStatus"] == "Stopped"


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"RoleArn": "nonsense"}, "SageMaker.AmazonSageMakerException", "Error Code: ValidationException"),
        ({"TrainingJobName": "taken"}, "SageMaker.ResourceInUseException", "Error Code: ResourceInUse"),
    ],
)
def test_errors_of_the_api_have_names_and_plain_causes(
    machines: Machines, aws: EmbeddedAws, changes: dict[str, Any], error: str, says: str
) -> None:
    if (
        changes.get("TrainingJobName") == "taken"
        and not aws.training_jobs.list(NameContains="taken")["TrainingJobSummaries"]
    ):
        machines.output(training("taken"))
    description = machines.run(training("refused", **changes))
    assert description["error"] == error
    assert says in description["cause"]
    assert "(Service: AmazonSageMaker; Status Code: 400; " in description["cause"]


def test_a_quota_has_its_own_error(machines: Machines, aws: EmbeddedAws) -> None:
    aws.training_jobs.quotas.set("ml.m5.xlarge", "on-demand", 0)
    try:
        description = machines.run(training("over-quota"))
    finally:
        aws.training_jobs.quotas.set("ml.m5.xlarge", "on-demand", None)
    assert description["error"] == "SageMaker.ResourceLimitExceededException"
    assert "service limit" in description["cause"]


def test_a_member_that_the_api_does_not_have_ends_the_run_past_every_catch(machines: Machines) -> None:
    definition = one_state(**task(SYNC, training_job("unknown", Live="yes")))
    definition["States"]["Only"]["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    definition["States"]["Caught"] = {"Type": "Pass", "End": True}
    ended = machines.run(definition)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert "The field 'Live' is not supported by Step Functions" in ended["cause"]


def test_without_sync_the_task_ends_at_once(machines: Machines, aws: EmbeddedAws) -> None:
    arguments = training_job("not-waited-for", arguments=HOLDS)
    output = machines.output(one_state(**task("sagemaker:createTrainingJob", arguments)))
    assert output == {"TrainingJobArn": aws.training_jobs.describe("not-waited-for")["TrainingJobArn"]}
    assert aws.training_jobs.describe("not-waited-for")["TrainingJobStatus"] == "InProgress"
    aws.training_jobs.stop("not-waited-for")


def test_stopping_the_execution_stops_the_job(machines: Machines, aws: EmbeddedAws) -> None:
    execution = machines.start(training("aborted", arguments=HOLDS))
    wait_for("training", lambda: status_of(aws, "aborted") == "Training")
    machines.sfn.stop_execution(executionArn=execution)
    assert machines.end(execution)["status"] == "ABORTED"
    assert aws.training_jobs.wait("aborted", 30)["TrainingJobStatus"] == "Stopped"


def test_a_timeout_stops_the_job(machines: Machines, aws: EmbeddedAws) -> None:
    arguments = training_job("timed-out", arguments=HOLDS)
    assert machines.run(one_state(**task(SYNC, arguments, TimeoutSeconds=60)))["error"] == "States.Timeout"
    assert aws.training_jobs.wait("timed-out", 30)["TrainingJobStatus"] == "Stopped"


def test_a_failing_sibling_stops_the_job(machines: Machines, aws: EmbeddedAws) -> None:
    gives_up = {
        "StartAt": "Pause",
        "States": {
            "Pause": {"Type": "Wait", "Seconds": 20, "Next": "No"},
            "No": {"Type": "Fail", "Error": "Mine"},
        },
    }
    trains = training("sibling", arguments=HOLDS)
    description = machines.run(one_state(Type="Parallel", Branches=[trains, gives_up]))
    assert description["error"] == "Mine"
    assert aws.training_jobs.wait("sibling", 30)["TrainingJobStatus"] == "Stopped"


def test_a_branch_watches_the_job_that_its_sibling_waits_for(machines: Machines) -> None:
    watch = {
        "StartAt": "Pause",
        "States": {
            "Pause": {"Type": "Wait", "Seconds": 2, "Next": "Look"},
            "Look": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeTrainingJob",
                "Arguments": {"TrainingJobName": "watched"},
                "Catch": [{"ErrorEquals": ["SageMaker.SageMakerException"], "Next": "Pause"}],
                "Output": "{% $states.result.SecondaryStatus %}",
                "Next": "Over",
            },
            "Over": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input in ['Completed', 'Failed', 'Stopped'] %}", "Next": "End"}],
                "Default": "Pause",
            },
            "End": {"Type": "Succeed"},
        },
    }
    output = machines.output(one_state(Type="Parallel", Branches=[training("watched"), watch]))
    assert output[0]["TrainingJobStatus"] == "Completed"
    assert output[1] == "Completed"


def test_a_heartbeat_alone_brings_no_timeout(machines: Machines) -> None:
    # moto would time the task out after a minute, which is less than a second at the speed of these tests
    arguments = training_job("with-heartbeat", arguments="--steps 3 --pause 0.5")
    output = machines.output(one_state(**task(SYNC, arguments, HeartbeatSeconds=30)))
    assert output["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize(
    "resource", ["sagemaker:createTransformJob.sync", "sagemaker:createTrainingJob.waitForTaskToken"]
)
def test_fails_to_create_a_machine_with_what_is_not_emulated(machines: Machines, resource: str) -> None:
    with pytest.raises(machines.sfn.exceptions.InvalidDefinition, match="the embedded AWS has no"):
        machines.create(one_state(**task(resource, {})))


def status_of(aws: EmbeddedAws, name: str) -> str | None:
    """A job's secondary status, once there is one."""
    found = aws.training_jobs.list(NameContains=name)["TrainingJobSummaries"]
    return aws.training_jobs.describe(name)["SecondaryStatus"] if found else None
