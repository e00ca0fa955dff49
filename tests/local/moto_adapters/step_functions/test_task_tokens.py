"""Tokens of tasks are looked for wherever executions stand."""

from __future__ import annotations

from typing import Any

import pytest
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from tests.local.machines import Machines


@pytest.mark.parametrize("call", ["send_task_success", "send_task_failure", "send_task_heartbeat"])
def test_an_unknown_token_is_told_while_another_execution_is_just_being_started(
    machines: Machines, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what a thread does that has not come to its turn yet
    monkeypatch.setattr(ExecutionWorker, "start", lambda _: None)
    started = machines.start({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    assert machines.sfn.describe_execution(executionArn=started)["status"] == "RUNNING"
    arguments: dict[str, Any] = {"output": "{}"} if call == "send_task_success" else {}
    with pytest.raises(machines.sfn.exceptions.InvalidToken):
        getattr(machines.sfn, call)(taskToken="nobody-has-it", **arguments)
