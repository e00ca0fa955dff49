"""A clock that can run faster than the wall, so that hours of waiting pass in seconds."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime, timedelta

_LONGEST_WALL_WAIT = 3600.0
"""Python refuses waits beyond `threading.TIMEOUT_MAX`; longer ones are made of pieces of this many seconds."""


class Clock:
    """Tells the time of the embedded AWS and waits in it.

    The clock is driven by the machine's monotonic clock, so that a correction of the wall clock does not jump it.

    Args:
        speed: Clock seconds that pass in one second of the wall. Defaults to 1, the wall's own speed.
        start: What the clock shows when it is made; a time zone is required. Defaults to now.

    Raises:
        ValueError: If `speed` is not a positive number, or `start` has no time zone.
    """

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        if not (math.isfinite(speed) and speed > 0):
            raise ValueError(f"'speed' must be a positive number of clock seconds a wall second, got {speed}")
        if start is not None and start.tzinfo is None:
            raise ValueError(f"'start' must have a time zone, got {start.isoformat()}; add tzinfo=timezone.utc")
        self._speed = float(speed)
        self._start = datetime.now(UTC) if start is None else start.astimezone(UTC)
        self._zero = time.monotonic()

    @property
    def speed(self) -> float:
        """Clock seconds that pass in one second of the wall."""
        return self._speed

    @property
    def start(self) -> datetime:
        """What the clock showed when it was made, in UTC."""
        return self._start

    def elapsed(self) -> float:
        """Return the clock seconds since the clock was made."""
        return (time.monotonic() - self._zero) * self._speed

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self._start + timedelta(seconds=self.elapsed())

    def wall_seconds(self, clock_seconds: float) -> float:
        """Return how long the given clock seconds take on the wall, never less than nothing."""
        return max(0.0, clock_seconds) / self._speed

    def sleep(self, seconds: float) -> None:
        """Sleep for the given clock seconds."""
        until = time.monotonic() + self.wall_seconds(seconds)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LONGEST_WALL_WAIT))

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for an event, for the given clock seconds at most; `math.inf` waits for ever.

        Returns:
            Whether the event is set.
        """
        until = time.monotonic() + self.wall_seconds(seconds)
        while not event.is_set():
            left = until - time.monotonic()
            if left <= 0:
                return event.is_set()
            event.wait(min(left, _LONGEST_WALL_WAIT))
        return True
