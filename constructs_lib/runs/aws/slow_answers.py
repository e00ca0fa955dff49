"""Says so when AWS, or what stands in for it, does not answer: botocore itself waits and tries again for minutes."""

from __future__ import annotations

import sys
import threading
from typing import Any

from constructs_lib.runs.aws.errors import CHECK_ENDPOINT

SECONDS = 8.0
"""AWS answers the calls that are made here within a few."""


class SlowAnswers:
    """Tells on standard error, once for a call, that it has had no answer for a while; for one client.

    Args:
        client: The client; it is listened to.
        seconds: How long a call may go without a word.
    """

    def __init__(self, client: Any, seconds: float = SECONDS) -> None:
        self._address = client.meta.endpoint_url
        self._seconds = seconds
        self._timers: list[threading.Timer] = []
        client.meta.events.register("before-call.*", self._begin)
        client.meta.events.register("after-call.*", self._end)
        client.meta.events.register("after-call-error.*", self._end)

    def _begin(self, **_: object) -> None:
        timer = threading.Timer(self._seconds, self._tell)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _end(self, **_: object) -> None:
        while self._timers:
            self._timers.pop().cancel()

    def _tell(self) -> None:
        sys.stderr.write(f"{self._address} has not answered for {self._seconds:g} s, still trying; {CHECK_ENDPOINT}\n")
        sys.stderr.flush()
