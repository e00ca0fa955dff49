"""Counting the calls to the jsii kernel, the other process that runs aws-cdk-lib: what a synthesis in Python waits for.

Unlike a time, the number is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from jsii._kernel.providers.process import _NodeProcess


class KernelCalls:
    """How many calls were made."""

    count = 0


@contextmanager
def kernel_calls() -> Iterator[KernelCalls]:
    """Count the calls that are made within."""
    calls = KernelCalls()
    send: Any = _NodeProcess.send

    def counted(self: _NodeProcess, *arguments: Any) -> Any:
        calls.count += 1
        return send(self, *arguments)

    with mock.patch.object(_NodeProcess, "send", counted):
        yield calls
