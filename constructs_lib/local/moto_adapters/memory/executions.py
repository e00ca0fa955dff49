"""The oldest executions that have ended are forgotten: whoever asks for one is told that it does not exist.

Step Functions does the same 90 days after an execution's end; here it goes by their number. moto keeps them all, and
the threads of their branches too.

Reaches into moto/stepfunctions/parser/models.py, parser/backend/execution.py and parser/utils.py.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

import threading
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_lock = threading.Lock()
"""Held while a list of executions is replaced or added to; whoever reads one goes on with the list it began with."""


def patches(emulation: Emulation) -> list[Patch]:
    """Forget when an execution ends."""
    return [
        Patch(
            owner=StepFunctionsParserBackend,
            name="start_execution",
            signature="(self, state_machine_arn, name, execution_input, trace_header)",
            make=_alone,
        ),
        Patch(
            owner=BaseExecutionWorkerCommunication,
            name="terminated",
            signature="(self)",
            make=lambda original: _forgetting(emulation.kept.executions, original),
        ),
    ]


def _alone(original: Any) -> Any:
    def start_execution(self: Any, *args: Any, **kwargs: Any) -> Any:
        with _lock:
            return original(self, *args, **kwargs)

    return start_execution


def _forgetting(kept: int, original: Any) -> Any:
    def terminated(self: Any) -> None:
        original(self)
        TMP_THREADS.clear()
        execution = self.execution
        _forget(stepfunctions_parser_backends[execution.account_id][execution.region_name], kept)

    return terminated


def _forget(backend: Any, kept: int) -> None:
    with _lock:
        found = backend._get_executions()
        if len(found) <= kept:
            return
        ended = [each for each in found if each.exec_status != ExecutionStatus.RUNNING and each.stop_date is not None]
        ended.sort(key=lambda each: each.stop_date)
        forgotten = {id(each) for each in ended[:-kept]}
        if not forgotten:
            return
        for machine in backend.state_machines:
            machine.executions = [each for each in machine.executions if id(each) not in forgotten]
