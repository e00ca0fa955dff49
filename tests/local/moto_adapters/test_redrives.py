"""RedriveExecution: the state that an execution ended in is entered again, with its input and its variables."""

from __future__ import annotations

import pytest

from tests.local.machines import Machines, wait_for

COUNTS_THEN_WAITS = {
    "QueryLanguage": "JSONata",
    "StartAt": "Count",
    "States": {
        "Count": {"Type": "Pass", "Assign": {"count": 1}, "Output": {"from": "count"}, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 400, "Assign": {"count": "{% $count + 1 %}"}, "Next": "Say"},
        "Say": {
            "Type": "Pass",
            "Output": {
                "count": "{% $count %}",
                "input": "{% $states.input %}",
                "redrives": "{% $states.context.Execution.RedriveCount %}",
                "since": "{% $exists($states.context.Execution.RedriveTime) %}",
            },
            "End": True,
        },
    },
}


def test_an_aborted_execution_goes_on_where_it_was(machines: Machines) -> None:
    execution = machines.start(COUNTS_THEN_WAITS)
    wait_for("the wait", lambda: machines.entered(execution, "Wait"))
    machines.sfn.stop_execution(executionArn=execution)
    assert machines.end(execution)["redriveStatus"] == "REDRIVABLE"
    machines.sfn.redrive_execution(executionArn=execution)
    ended = machines.end(execution)
    assert ended["output"] == {"count": 2, "input": {"from": "count"}, "redrives": 1, "since": True}
    assert (ended["status"], ended["redriveCount"]) == ("SUCCEEDED", 1)
    assert "stopDate" in ended
    assert "redriveDate" in ended
    kinds = [event["type"] for event in machines.events(execution)]
    assert kinds.index("ExecutionAborted") < kinds.index("ExecutionRedriven") < kinds.index("ExecutionSucceeded")
    assert kinds.count("WaitStateEntered") == 2
    assert kinds.count("PassStateEntered") == 2


def test_a_failed_execution_fails_again(machines: Machines) -> None:
    execution = machines.start({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Mine", "Cause": "why"}}})
    assert machines.end(execution)["status"] == "FAILED"
    machines.sfn.redrive_execution(executionArn=execution)
    again = machines.end(execution)
    assert (again["status"], again["error"], again["cause"], again["redriveCount"]) == ("FAILED", "Mine", "why", 1)


def test_fails_to_redrive_what_has_succeeded(machines: Machines) -> None:
    execution = machines.start({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
    assert machines.end(execution)["redriveStatus"] == "NOT_REDRIVABLE"
    with pytest.raises(machines.sfn.exceptions.ExecutionNotRedrivable, match="cannot be redriven"):
        machines.sfn.redrive_execution(executionArn=execution)
