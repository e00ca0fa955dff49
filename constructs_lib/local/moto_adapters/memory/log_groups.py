"""Of a log group the oldest streams and the oldest events are forgotten; a program's output is in its file too.

Reaches into moto/logs/models.py.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from moto.logs.models import LogGroup, LogStream

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch

_lock = threading.Lock()


def patches(emulation: Emulation) -> list[Patch]:
    """Forget when something is added."""
    kept = emulation.kept
    return [
        Patch(
            owner=LogGroup,
            name="create_log_stream",
            signature="(self, log_stream_name)",
            make=lambda original: _stream_by_stream(kept.log_streams, original),
        ),
        Patch(
            owner=LogStream,
            name="put_log_events",
            signature="(self, log_events)",
            make=lambda original: _event_by_event(kept.log_events, original),
        ),
    ]


def _stream_by_stream(kept: int, original: Any) -> Any:
    def create_log_stream(self: Any, log_stream_name: str) -> None:
        with _lock:
            original(self, log_stream_name)
            if len(self.streams) > kept:
                self.streams = dict(list(self.streams.items())[-kept:])

    return create_log_stream


def _event_by_event(kept: int, original: Any) -> Any:
    def put_log_events(self: Any, log_events: list[dict[str, Any]]) -> Any:
        answer = original(self, log_events)
        with _lock:
            order = vars(self.log_group).setdefault("put_in_order", _Order())
            order.add(self, len(log_events), kept)
        return answer

    return put_log_events


class _Order:
    """Which streams of a group got how many events, the oldest first."""

    def __init__(self) -> None:
        self._puts: deque[tuple[Any, int]] = deque()
        self._events = 0

    def add(self, stream: Any, count: int, kept: int) -> None:
        self._puts.append((stream, count))
        self._events += count
        while self._events > kept:
            oldest, held = self._puts.popleft()
            gone = min(held, self._events - kept)
            del oldest.events[:gone]
            self._events -= gone
            if held > gone:
                self._puts.appendleft((oldest, held - gone))
