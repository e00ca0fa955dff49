"""The branches of a Parallel, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker

from tests.local.machines import Machines, one_state, wait_for


def test_a_branch_that_is_stopped_before_it_has_begun_ends_quietly(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: Callable[[Any], None] = BranchWorker.start
    raised: list[Any] = []
    workers: list[Any] = []

    def too_late(worker: Any) -> None:
        worker.stop(None, None, None)
        started(worker)
        workers.append(worker)

    monkeypatch.setattr(threading, "excepthook", raised.append)
    monkeypatch.setattr(BranchWorker, "start", too_late)
    execution = machines.start(one_state(Type="Parallel", Branches=[one_state(Type="Pass")]))
    wait_for("the branch", lambda: workers and not workers[0]._worker_thread.is_alive())
    machines.end(execution)
    assert raised == []
