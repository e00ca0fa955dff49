"""Executions start executions, wait for them, and take them along when they end early."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from constructs_lib.local.embedded_aws import EmbeddedAws
from constructs_lib.local.moto_adapters.step_functions.api.executions import execution_of
from tests.local.machines import Machines, one_state, task, wait_for

LONG = one_state(Type="Wait", Seconds=99_999)
ECHO = one_state(Type="Pass")


def calling(child: str, pattern: str = ".sync:2", *, arguments: object = None, **more: Any) -> dict[str, Any]:
    """Return a machine that starts another."""
    start = {"StateMachineArn": child, **(arguments if isinstance(arguments, dict) else {})}
    return one_state(**task(f"states:startExecution{pattern}", start, **more))


def child_of(machines: Machines, child: str) -> str:
    """Wait for the one execution of a machine; return its ARN."""

    def started() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = machines.sfn.list_executions(stateMachineArn=child)["executions"]
        return found

    return str(wait_for("the child", started)[0]["executionArn"])


@pytest.mark.parametrize(
    ("given", "arrives"),
    [(None, {}), ({"a": [1, None, "é"]}, {"a": [1, None, "é"]}), ('{"a":1}', {"a": 1}), ([1], [1]), (0, 0)],
)
def test_input_arrives(machines: Machines, given: object, arrives: object) -> None:
    child = machines.create(ECHO)
    ended = machines.output(calling(child, arguments={"Input": given}))
    assert ended["Output"] == arrives


def test_a_name_that_is_taken_by_another_input_fails_by_its_name(machines: Machines) -> None:
    child = machines.create(ECHO)
    assert machines.output(calling(child, arguments={"Name": "one", "Input": {"a": 1}}))["Name"] == "one"
    again = machines.run(calling(child, arguments={"Name": "one", "Input": {"a": 2}}))
    assert again["error"] == "StepFunctions.ExecutionAlreadyExistsException"


def test_an_abort_takes_the_child_along(machines: Machines) -> None:
    child = machines.create(LONG)
    parent = machines.start(calling(child))
    execution = child_of(machines, child)
    machines.sfn.stop_execution(executionArn=parent)
    assert machines.end(parent)["status"] == "ABORTED"
    assert machines.end(execution)["status"] == "ABORTED"


def test_an_abort_takes_a_child_along_that_is_being_started(machines: Machines) -> None:
    child = machines.create(LONG)
    parent = machines.create(calling(child))
    of_tasks = machines.aws._shared_client("stepfunctions", machines.aws.region)
    aborts: list[threading.Thread] = []

    def abort(**_: Any) -> None:
        (run,) = machines.sfn.list_executions(stateMachineArn=parent)["executions"]
        arn = run["executionArn"]
        aborts.append(threading.Thread(target=machines.sfn.stop_execution, kwargs={"executionArn": arn}))
        aborts[-1].start()
        # the child is there, and who started it has not been told
        wait_for("the abort", lambda: not execution_of(arn).exec_worker.env.is_running())

    of_tasks.meta.events.register("after-call.sfn.StartExecution", abort)
    try:
        machines.sfn.start_execution(stateMachineArn=parent)
        assert machines.end(child_of(machines, child), seconds=30)["status"] == "ABORTED"
    finally:
        of_tasks.meta.events.unregister("after-call.sfn.StartExecution", abort)
    (aborted,) = aborts
    aborted.join()


def test_a_timeout_takes_the_child_along(machines: Machines) -> None:
    child = machines.create(LONG)
    parent = machines.start(calling(child, TimeoutSeconds=300))
    assert machines.end(parent)["error"] == "States.Timeout"
    assert machines.end(child_of(machines, child))["status"] == "ABORTED"
    assert [event["type"] for event in machines.events(parent)][-2:] == ["TaskTimedOut", "ExecutionFailed"]


def test_the_failure_of_a_sibling_takes_the_child_along(machines: Machines) -> None:
    child = machines.create(LONG)
    fails_late = {
        "StartAt": "Wait",
        "States": {"Wait": {"Type": "Wait", "Seconds": 60, "Next": "Stop"}, "Stop": {"Type": "Fail", "Error": "Mine"}},
    }
    parent = machines.start(one_state(Type="Parallel", Branches=[calling(child), fails_late]))
    assert machines.end(parent)["error"] == "Mine"
    assert machines.end(child_of(machines, child))["status"] == "ABORTED"


def test_without_a_pattern_nobody_waits(machines: Machines) -> None:
    child = machines.create(LONG)
    started = machines.output(calling(child, ""))
    assert machines.sfn.describe_execution(executionArn=started["ExecutionArn"])["status"] == "RUNNING"
    machines.sfn.stop_execution(executionArn=started["ExecutionArn"])


def test_a_task_token_is_waited_for(machines: Machines) -> None:
    child = machines.create(ECHO)
    parent = machines.start(
        calling(child, ".waitForTaskToken", arguments={"Input": {"Token": "{% $states.context.Task.Token %}"}})
    )
    token = machines.end(child_of(machines, child))["output"]["Token"]
    machines.sfn.send_task_success(taskToken=token, output=json.dumps({"b": 2}))
    assert machines.end(parent)["output"] == {"b": 2}


def test_a_child_in_its_own_parent_is_redriven(machines: Machines) -> None:
    child = machines.create(one_state(Type="Fail", Error="Mine"))
    parent = machines.start(calling(child))
    assert machines.end(parent)["error"] == "States.TaskFailed"
    machines.sfn.redrive_execution(executionArn=parent)
    assert machines.end(parent)["redriveCount"] == 1
    assert len(machines.sfn.list_executions(stateMachineArn=child)["executions"]) == 2


def test_what_is_called_is_recorded(machines: Machines, aws: EmbeddedAws) -> None:
    child = machines.create(ECHO)
    machines.output(calling(child))
    called = {(call.action, call.resource) for call in aws.calls}
    assert ("states:StartExecution", child) in called
    assert ("states:DescribeExecution", child.replace("stateMachine", "execution") + ":*") in called


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"StateMachineArn": None}, "[The field 'StateMachineArn' is required but was missing]"),
    ],
)
def test_fails_at_runtime_without_a_machine(machines: Machines, arguments: dict[str, Any], says: str) -> None:
    description = machines.run(calling("", arguments=arguments))
    assert description["error"] == "States.Runtime"
    assert "could not be used to start the Task" in description["cause"]
    assert says in description["cause"]
