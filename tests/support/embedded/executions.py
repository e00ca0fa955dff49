"""Looks at executions of the embedded AWS in this process.

A test looks many times at what it waits for, and a client's call takes some three milliseconds of processor time.
"""

from __future__ import annotations

from moto.stepfunctions.parser.api import ExecutionStatus

from constructs_lib.local.moto_adapters.step_functions.api.executions import execution_of


def is_running(arn: str) -> bool:
    """Say whether an execution has yet to end."""
    return bool(execution_of(arn).exec_status == ExecutionStatus.RUNNING)
