"""What a Catch catches, and what a Parallel fails with."""

from __future__ import annotations

from typing import Any

from tests.local.machines import Machines, one_state, task

CATCH_ALL = [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.Error %}", "Next": "End"}]


def caught_by(state: dict[str, Any], catch: list[dict[str, Any]]) -> dict[str, Any]:
    return {"StartAt": "Try", "States": {"Try": {**state, "Catch": catch}, "End": {"Type": "Succeed"}}}


def test_states_all_does_not_catch_a_runtime_error(machines: Machines) -> None:
    state = task("aws-sdk:s3:putObject", {"NoSuchField": 1})
    description = machines.run(caught_by(state, CATCH_ALL))
    assert description["status"] == "FAILED"
    assert description["error"] == "States.Runtime"
    assert "The field 'NoSuchField' is not supported by Step Functions" in description["cause"]


def test_nothing_catches_a_runtime_error_by_its_name(machines: Machines) -> None:
    state = task("aws-sdk:s3:putObject", {"NoSuchField": 1})
    by_name = [{"ErrorEquals": ["States.Runtime"], "Next": "End"}]
    retried = {**state, "Retry": [{"ErrorEquals": ["States.Runtime"], "MaxAttempts": 1, "IntervalSeconds": 1}]}
    execution = machines.start(caught_by(retried, by_name))
    assert machines.end(execution)["error"] == "States.Runtime"
    assert not [event for event in machines.events(execution) if event["type"] == "TaskFailed"]


def test_states_all_catches_too_much_data(machines: Machines) -> None:
    machines.aws.client("s3").put_object(Bucket="embedded-aws", Key="large", Body=b"x" * 300_000)
    state = task("aws-sdk:s3:getObject", {"Bucket": "embedded-aws", "Key": "large"})
    assert machines.output(caught_by(state, CATCH_ALL)) == "States.DataLimitExceeded"


def test_an_error_in_a_tasks_own_output_is_caught_and_leaves_nothing_assigned(machines: Machines) -> None:
    state = task("aws-sdk:s3:listBuckets", {}, Output="{% $states.result.nothing %}", Assign={"kept": 1})
    machine = caught_by(state, CATCH_ALL)
    machine["States"]["End"] = {"Type": "Pass", "Output": "{% $exists($kept) %}", "End": True}
    assert machines.output(machine) is False


def test_an_error_in_a_tasks_own_output_is_retried(machines: Machines) -> None:
    state = task(
        "aws-sdk:s3:listBuckets",
        {},
        Output="{% $states.context.State.RetryCount = 2 ? $states.input : $nothing %}",
        Retry=[{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 3, "IntervalSeconds": 1}],
    )
    assert machines.output(one_state(**state), {"a": 1}) == {"a": 1}


def test_an_iteration_fails_with_an_error_of_step_functions_itself(machines: Machines) -> None:
    state = {"Type": "Map", "Items": [1], "ItemProcessor": one_state(Type="Pass", Output="{% $nothing %}"), "End": True}
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% $states.errorOutput %}", "Next": "End"}]
    caught = machines.output(caught_by(state, catch))
    assert caught["Error"] == "States.QueryEvaluationError"
    assert caught["Cause"].count("An error occurred while executing the state 'Only'") == 1


def test_states_all_catches_the_others(machines: Machines) -> None:
    state = task("aws-sdk:sagemaker:describeTrainingJob", {"TrainingJobName": "nobody"})
    assert machines.output(caught_by(state, CATCH_ALL)) == "SageMaker.SageMakerException"


def test_an_exact_name_catches_only_itself(machines: Machines) -> None:
    state = task("aws-sdk:sagemaker:describeTrainingJob", {"TrainingJobName": "nobody"})
    other = [{"ErrorEquals": ["SageMaker.Other"], "Next": "End"}]
    assert machines.run(caught_by(state, other))["error"] == "SageMaker.SageMakerException"


def test_a_parallel_fails_with_its_branchs_own_error(machines: Machines) -> None:
    branch = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Mine", "Cause": "my words"}}}
    description = machines.run(one_state(Type="Parallel", Branches=[branch]))
    assert (description["error"], description["cause"]) == ("Mine", "my words")


def test_a_parallel_fails_with_an_error_of_step_functions_itself(machines: Machines) -> None:
    branch = one_state(Type="Pass", Output="{% $states.input.missing %}")
    state = {"Type": "Parallel", "Branches": [branch], "End": True}
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught", "Next": "End"}]
    assert machines.output(caught_by(state, catch)) == "caught"
