"""Run: an execution that has ended, with what it has left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


class NoJobError(Exception):
    """A run that has asked for no job, or was refused it."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that has ended."""

    arn: str
    description: dict[str, Any]
    events: list[dict[str, Any]]
    jobs: list[dict[str, Any]]

    @property
    def job(self) -> dict[str, Any]:
        """Its first job.

        Raises:
            NoJobError: It has none; says how it ended.
        """
        if not self.jobs:
            told = f"{self.description.get('error', '')}: {self.description.get('cause', '')}"
            raise NoJobError(f"{self.description['name']} made no job: {self.status}: {told[:300]}")
        return self.jobs[0]

    @property
    def status(self) -> str:
        """How it ended."""
        return str(self.description["status"])

    @property
    def report(self) -> dict[str, Any]:
        """Its report, of a run that failed from its cause."""
        text = self.description.get("output") or self.description.get("cause", "").rpartition("\n\n")[2]
        report: dict[str, Any] = json.loads(text) if text.startswith("{") else {}
        return report

    def details(self, kind: str) -> list[dict[str, Any]]:
        """Return the details of its events of a kind, such as `taskFailed`."""
        name = f"{kind}EventDetails"
        return [event[name] for event in self.events if name in event]
