"""The report of a sweep: its own, or what its lines come to where it has left none. Pure; calls nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.runs.reports.report import EXIT_STATUS

MOST_BEST = 10
MOST_FAILURES = 3


@dataclass(frozen=True, kw_only=True)
class SweepReport:
    """How a sweep ended, or is.

    Attributes:
        document: The report as the state machine writes it; docs/sweeps.md has its fields.
        lines_uri: Where its lines are.
        is_its_own: Whether the sweep has written it, and not the lines alone tell of it.
    """

    name: str
    status: str
    error: str | None
    message: str
    elapsed_seconds: float | None
    lines_uri: str
    document: Mapping[str, Any]
    is_its_own: bool

    @property
    def exit_status(self) -> int:
        """The command's exit status for this end."""
        return EXIT_STATUS.get(self.status, 1)

    @property
    def best(self) -> Sequence[Mapping[str, Any]]:
        """The best lines, the best first."""
        return listed(self.document.get("Best"))

    @property
    def failures(self) -> Sequence[Mapping[str, Any]]:
        """The lines of the first runs that failed."""
        return listed(self.document.get("FirstFailures"))

    @property
    def metric(self) -> str:
        """The objective's name."""
        return str(self.document.get("Objective", {}).get("MetricName", ""))

    def as_document(self) -> dict[str, Any]:
        """Return it for a program to read: the report's own names, and how the sweep ended."""
        return {
            **self.document,
            "SweepName": self.name,
            "Status": self.status,
            **({"Error": self.error} if self.error else {}),
            **({"Message": self.message} if self.message else {}),
            "ElapsedTimeInSeconds": self.elapsed_seconds,
            "LinesS3Uri": self.lines_uri,
        }


def listed(value: Any) -> Sequence[Mapping[str, Any]]:
    """Return the objects of a list; JSONata may write a list of one as the one."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]
