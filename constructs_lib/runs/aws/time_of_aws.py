"""The time as AWS tells it: every answer has a Date, and an embedded AWS has a time of its own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any


class AwsTime:
    """Tells AWS's time by the Date of the newest answer and by this machine's clock since; without one, this machine's.

    Register `learn` for `after-call.*` of boto3 clients.
    """

    def __init__(self) -> None:
        self._told: tuple[datetime, float] | None = None

    def learn(self, http_response: Any, **_: object) -> None:
        """Take note of an answer's Date; an answer without one that can be read tells nothing."""
        try:
            date = parsedate_to_datetime(http_response.headers["Date"])
        except (KeyError, TypeError, ValueError):
            return
        if date.tzinfo is not None:
            self._told = date, time.monotonic()

    def now(self) -> datetime:
        """Return the time."""
        if self._told is None:
            return datetime.now(UTC)
        date, at = self._told
        return date + timedelta(seconds=time.monotonic() - at)
