"""A container's output in CloudWatch Logs, where SageMaker has it: `/aws/sagemaker/TrainingJobs`, a stream a container.

https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.clock import Clock

LogsClient: TypeAlias = Any
"""boto3 makes its clients at run time and ships no types for them."""

GROUP = "/aws/sagemaker/TrainingJobs"
_JOIN_SECONDS = 10.0
_READ_BYTES = 1 << 19
_LONGEST_EVENT = 1 << 18
_MOST_EVENTS = 10_000
_BATCH_BYTES = 1 << 20
_EVENT_BYTES = 26
"""What PutLogEvents counts for an event beside its message."""

log = logging.getLogger(__name__)


class LogStream:
    """Copies what a program writes into a log stream, from a thread of its own, while it writes it.

    Each launch of a job has a stream of its own, `<job>/algo-1-<seconds since 1970>`. Blank lines are left out, because
    an event cannot be empty; a line that is too long for an event becomes several.

    Args:
        logs: The client.
        name: The stream's name without the time.
        clock: The time.
        file: What the program writes to.
        offset: Where its output begins in it.
        wall_seconds: Wall seconds between two looks at the file.
    """

    def __init__(
        self, logs: LogsClient, name: str, clock: Clock, *, file: Path, offset: int, wall_seconds: float
    ) -> None:
        self._logs, self._clock, self._file = logs, clock, file
        self._wall_seconds, self._offset, self._rest = wall_seconds, offset, b""
        self.name = name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"logs-{name}", daemon=True)

    def start(self) -> None:
        """Make the stream, and begin to copy."""
        with self._forgiving():
            with contextlib.suppress(self._logs.exceptions.ResourceAlreadyExistsException):
                self._logs.create_log_group(logGroupName=GROUP)
            started = int(self._clock.now().timestamp())
            while True:
                name = f"{self.name}-{started}"
                try:
                    self._logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
                except self._logs.exceptions.ResourceAlreadyExistsException:  # an earlier launch in the same second
                    started += 1
                else:
                    self.name = name
                    break
            self._thread.start()

    def finish(self) -> None:
        """Cease to copy continuously, and copy what is left; the program must have ended. Once more has no effect."""
        if self._stop.is_set() or not self._thread.ident:
            return
        self._stop.set()
        self._thread.join(_JOIN_SECONDS)
        with self._forgiving():
            self._copy(settled=True)

    def _run(self) -> None:
        while not self._stop.wait(self._wall_seconds):
            with self._forgiving():
                self._copy(settled=False)

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Go on without a log where it cannot be had: training does not depend on it."""
        try:
            yield
        except (BotoCoreError, ClientError, OSError) as error:
            log.warning("the output of %s cannot be copied to CloudWatch Logs: %s", self.name, error)

    def _copy(self, *, settled: bool) -> None:
        with self._file.open("rb") as content:
            content.seek(self._offset)
            while read := content.read(_READ_BYTES):
                self._offset += len(read)
                *lines, self._rest = (self._rest + read).split(b"\n")
                self._put(lines)
        if settled and self._rest:
            self._put([self._rest])
            self._rest = b""

    def _put(self, lines: list[bytes]) -> None:
        """Send lines, in as few calls as the limits of PutLogEvents allow."""
        now = int(self._clock.now().timestamp() * 1000)
        batch: list[dict[str, Any]] = []
        size = 0
        for message in (part for line in lines for part in _messages(line)):
            cost = len(message.encode()) + _EVENT_BYTES
            if batch and (size + cost > _BATCH_BYTES or len(batch) == _MOST_EVENTS):
                self._logs.put_log_events(logGroupName=GROUP, logStreamName=self.name, logEvents=batch)
                batch, size = [], 0
            batch.append({"timestamp": now, "message": message})
            size += cost
        if batch:
            self._logs.put_log_events(logGroupName=GROUP, logStreamName=self.name, logEvents=batch)


def _messages(line: bytes) -> Iterator[str]:
    """Yield a line as messages of events: none for a blank one, several for one that is too long."""
    text = line.decode("utf-8", errors="replace").rstrip("\r")
    longest = _LONGEST_EVENT // 4 if not text.isascii() else _LONGEST_EVENT - _EVENT_BYTES
    if text.strip():
        yield from (text[at : at + longest] for at in range(0, len(text), longest))
