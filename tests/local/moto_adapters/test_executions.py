"""Executions are started, stopped, described, listed and recounted as Step Functions does."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from botocore.exceptions import ClientError
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from constructs_lib.local.embedded_aws import ACCOUNT, EmbeddedAws
from constructs_lib.local.moto_adapters.step_functions.states import waits
from tests.local.machines import Machines, one_state, wait_for

LONG = one_state(Type="Wait", Seconds=99_999)


def test_a_start_without_a_name_gets_one(machines: Machines) -> None:
    execution = machines.start(one_state(Type="Succeed"))
    name = machines.end(execution)["name"]
    assert re.fullmatch(r"[0-9a-f-]{36}", name)
    assert execution.endswith(f":{name}")


def test_the_name_is_the_one_that_was_given(machines: Machines) -> None:
    execution = machines.start(one_state(Type="Pass", Output="{% $states.context.Execution.Name %}"), name="my-run")
    assert machines.end(execution)["output"] == "my-run"


def test_a_name_is_used_once(machines: Machines) -> None:
    arn = machines.create(one_state(Type="Succeed"))
    first = machines.sfn.start_execution(stateMachineArn=arn, name="once")["executionArn"]
    machines.end(first)
    with pytest.raises(machines.sfn.exceptions.ExecutionAlreadyExists):
        machines.sfn.start_execution(stateMachineArn=arn, name="once")


def test_fails_when_the_name_is_none(machines: Machines) -> None:
    arn = machines.create(one_state(Type="Succeed"))
    with pytest.raises(ClientError, match="InvalidName"):
        machines.sfn.start_execution(stateMachineArn=arn, name="a b")


def test_the_context_object(machines: Machines, aws: EmbeddedAws) -> None:
    before = aws.clock.now()
    execution = machines.start(one_state(Type="Pass", Output="{% $states.context %}"), {"given": 1})
    context = machines.end(execution)["output"]
    assert context["Execution"]["Id"] == execution
    assert context["Execution"]["Input"] == {"given": 1}
    assert context["Execution"]["RedriveCount"] == 0
    assert context["State"]["Name"] == "Only"
    assert set(context["State"]) == {"Name", "EnteredTime"}
    for text in (context["Execution"]["StartTime"], context["State"]["EnteredTime"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
        assert before.replace(microsecond=0) <= datetime.fromisoformat(text) <= aws.clock.now()


def test_a_stop_before_the_first_state_is_told_too(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    in_thread = waits._in_thread

    def stopped_before(run: Callable[[], None]) -> threading.Event:
        for backend in stepfunctions_parser_backends[ACCOUNT].values():
            for found in backend._get_executions(ExecutionStatus.RUNNING):
                found.exec_worker.env.set_stop(stop_date=None, error="Mine", cause="early")
        return in_thread(run)

    monkeypatch.setattr(waits, "_in_thread", stopped_before)
    execution = machines.start(LONG)
    assert machines.end(execution)["status"] == "ABORTED"
    assert [event["type"] for event in machines.events(execution)] == ["ExecutionStarted", "ExecutionAborted"]


def test_a_stop_records_who_and_why(machines: Machines) -> None:
    execution = machines.start(LONG)
    stopped = machines.sfn.stop_execution(executionArn=execution, error="Mine", cause="I wanted it so")
    description = machines.sfn.describe_execution(executionArn=execution)
    assert description["status"] == "ABORTED"
    assert (description["error"], description["cause"]) == ("Mine", "I wanted it so")
    assert description["stopDate"] == stopped["stopDate"]
    assert machines.events(execution)[-1]["executionAbortedEventDetails"] == {
        "error": "Mine",
        "cause": "I wanted it so",
    }


def test_a_stop_at_the_first_moment_works(machines: Machines) -> None:
    arn = machines.create(LONG)
    for number in range(5):
        execution = machines.sfn.start_execution(stateMachineArn=arn, name=f"short-{number}")["executionArn"]
        machines.sfn.stop_execution(executionArn=execution)
        assert machines.end(execution)["status"] == "ABORTED"


def test_a_stop_reaches_into_a_parallel(machines: Machines) -> None:
    execution = machines.start(one_state(Type="Parallel", Branches=[LONG, one_state(Type="Succeed")]))
    wait_for("the branch", lambda: any(event["type"] == "WaitStateEntered" for event in machines.events(execution)))
    machines.sfn.stop_execution(executionArn=execution)
    assert machines.end(execution)["status"] == "ABORTED"


def test_an_ended_execution_stays_as_it_is(machines: Machines) -> None:
    execution = machines.start(one_state(Type="Succeed"))
    description = machines.end(execution)
    assert machines.sfn.stop_execution(executionArn=execution, error="Late")["stopDate"] == description["stopDate"]
    assert machines.end(execution)["status"] == "SUCCEEDED"


def test_a_fail_state_says_what_it_says(machines: Machines) -> None:
    state = {"Type": "Fail", "Error": "Mine.Own", "Cause": "{% 'because\n\n' & $string({'a': 1}) %}"}
    description = machines.run({"StartAt": "Stop", "States": {"Stop": state}})
    assert description["status"] == "FAILED"
    assert (description["error"], description["cause"]) == ("Mine.Own", 'because\n\n{"a":1}')


@pytest.mark.parametrize("value", [None, "text", 'a "quoted" one', 1, True, [], [None], {}])
def test_every_kind_of_output_is_json(machines: Machines, value: object) -> None:
    execution = machines.start(one_state(Type="Pass"), {"value": value})
    machines.end(execution)
    execution = machines.start(one_state(Type="Pass", Output="{% $states.input.value %}"), {"value": value})
    assert machines.end(execution)["output"] == value


def test_executions_are_listed_by_status(machines: Machines) -> None:
    arn = machines.create(LONG)
    names = {}
    for status in ("RUNNING", "ABORTED"):
        execution = machines.sfn.start_execution(stateMachineArn=arn, name=f"is-{status.lower()}")["executionArn"]
        names[status] = execution
    machines.sfn.stop_execution(executionArn=names["ABORTED"])
    for status, execution in names.items():
        found = machines.sfn.list_executions(stateMachineArn=arn, statusFilter=status)["executions"]
        assert [item["executionArn"] for item in found] == [execution]
        assert ("stopDate" in found[0]) == (status != "RUNNING")
    machines.sfn.stop_execution(executionArn=names["RUNNING"])


def test_the_history_comes_in_pages_and_backwards(machines: Machines) -> None:
    execution = machines.start(one_state(Type="Pass", Output={"a": 1}))
    machines.end(execution)
    events = machines.events(execution)
    assert [event["id"] for event in events] == [1, 2, 3, 4]
    assert machines.events(execution, PaginationConfig={"PageSize": 3}) == events
    assert machines.events(execution, reverseOrder=True) == events[::-1]
    newest = machines.sfn.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)["events"]
    assert newest[0]["type"] == "ExecutionSucceeded"
    assert json.loads(newest[0]["executionSucceededEventDetails"]["output"]) == {"a": 1}
    with pytest.raises(ClientError, match="InvalidToken"):
        machines.sfn.get_execution_history(executionArn=execution, nextToken="x")


def test_fails_when_the_input_is_not_json(machines: Machines) -> None:
    arn = machines.create(one_state(Type="Succeed"))
    with pytest.raises(machines.sfn.exceptions.InvalidExecutionInput):
        machines.sfn.start_execution(stateMachineArn=arn, input="{")
