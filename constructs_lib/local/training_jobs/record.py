"""A job as it is seen from outside: its record, what may end it, and the waiting for either.

The thread that takes the job through its statuses is in `job.py`.
"""

from __future__ import annotations

import math
import threading
from datetime import datetime
from typing import Any

from constructs_lib.local.training_jobs.api.description import describe
from constructs_lib.local.training_jobs.api.errors import not_stoppable
from constructs_lib.local.training_jobs.api.request import JobRequest
from constructs_lib.local.training_jobs.instance.host import Host
from constructs_lib.local.training_jobs.lifecycle import Lifecycle

_MESSAGES = {
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds provided",
    "Stopped": "Training job stopped",
}
_LONGEST_WALL_WAIT = 3600.0


class Halt(Exception):  # noqa: N818 - a way out, not an error
    """The job is to stop; the argument is the SecondaryStatus that it ends with."""

    def __init__(self, secondary: str) -> None:
        super().__init__(secondary)
        self.secondary = secondary


class Interrupted(Exception):  # noqa: N818 - a way out, not an error
    """The spot instance is taken away."""


class Closed(Exception):  # noqa: N818 - a way out, not an error
    """The embedded AWS is going down: everything is dropped."""


class JobRecord:
    """What is known of a job, and the condition that is notified when it changes.

    Args:
        host: What all jobs share.
        request: The validated request.
        arn: The job's ARN.
    """

    def __init__(self, host: Host, request: JobRequest, arn: str) -> None:
        self.request, self.arn = request, arn
        self._host = host
        self._created = host.clock.elapsed()
        self._changed = threading.Condition()
        self._life = Lifecycle(host.clock.now())
        self._stop_asked = self._closed = False
        self._metrics: list[tuple[str, float, datetime]] = []

    @property
    def ended(self) -> bool:
        """Whether the job has come to its end."""
        with self._changed:
            return self._life.ended

    def describe(self) -> dict[str, Any]:
        """Return DescribeTrainingJob's answer."""
        with self._changed:
            return describe(
                self.request,
                self.arn,
                self._life,
                now=self._host.clock.now(),
                spot_discount=self._host.spot_discount,
                metrics=self._metrics,
            )

    def stop(self) -> None:
        """Ask the job to stop; asking again while it is stopping is of no effect.

        Raises:
            SageMakerError: `ValidationException` if the job has ended.
        """
        with self._changed:
            if self._life.ended:
                raise not_stoppable(self._life.status)
            if self._life.stopping:
                return
            self._stop_asked = True
            self._life.move("Stopping", "Stopping the training job", self._host.clock.now())
            self._changed.notify_all()
        self._publish()

    def wait(self, wall_seconds: float | None) -> bool:
        """Wait until the job has ended, or was dropped; return whether it has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._life.ended or self._closed, wall_seconds)
            return self._life.ended

    # What follows is for the job's own thread.

    def _enter(self, secondary: str, message: str) -> None:
        with self._changed:
            self._check()
            self._life.move(secondary, message, self._host.clock.now())
        self._publish()

    def _note(self, message: str) -> None:
        with self._changed:
            if self._stop_asked or self._life.transitions[-1].message == message:
                return
            self._life.note(message, self._host.clock.now())
        self._publish()

    def _end(self, secondary: str, failure_reason: str | None = None) -> None:
        with self._changed:
            if secondary == "Completed" and self._stop_asked:
                secondary = "Stopped"
            if secondary not in ("Failed", "Completed") and not self._life.stopping:
                self._life.move("Stopping", "Stopping the training job", self._host.clock.now())
            now = self._host.clock.now()
            self._life.failure_reason = failure_reason
            self._life.move(secondary, _MESSAGES[secondary], now)
            self._changed.notify_all()
        self._publish()

    def _check(self) -> float:
        """Raise what ends the job now; return the clock seconds until a limit does. The lock must be held."""
        self._check_asked()
        runtime_left = self.request.max_runtime - self._life.seconds_on_instance(self._host.clock.now())
        if runtime_left <= 0:
            raise Halt("MaxRuntimeExceeded")
        left = runtime_left if self._life.on_instance else math.inf
        if self.request.max_wait is not None:
            wait_left = self.request.max_wait - (self._host.clock.elapsed() - self._created)
            if wait_left <= 0:
                raise Halt("MaxWaitTimeExceeded")
            left = min(left, wait_left)
        return left

    def _check_asked(self) -> None:
        """Raise what somebody has asked for."""
        self._check_closed()
        if self._stop_asked:
            raise Halt("Stopped")

    def _check_closed(self) -> None:
        if self._closed:
            raise Closed

    def _sleep(self, seconds: float) -> None:
        """Let clock seconds pass; raise what ends the job meanwhile."""
        until = self._host.clock.elapsed() + seconds
        with self._changed:
            while True:
                limit = self._check()
                left = until - self._host.clock.elapsed()
                if left <= 0:
                    return
                self._wait(min(left, limit))

    def _wait(self, seconds: float) -> None:
        self._changed.wait(min(self._host.clock.wall_seconds(seconds), _LONGEST_WALL_WAIT))

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _publish(self) -> None:
        self._host.publish(self.describe())
