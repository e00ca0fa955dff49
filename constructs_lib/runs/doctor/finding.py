"""Finding: what one look has found, in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

PROBLEMS = 1
NOT_LOOKED = 2
"""The exit statuses where something is wrong, and where nothing is, as far as could be seen."""


class Status(Enum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    NOT_LOOKED = "could not look"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one look has found.

    Attributes:
        check: What was looked at, such as `quotas`.
        status: How it is.
        text: What was found, in one line.
        fix: What to do about it. Defaults to nothing.
        link: The page to do it on. Defaults to none.
    """

    check: str
    status: Status
    text: str
    fix: str = ""
    link: str = ""

    def as_document(self) -> dict[str, str]:
        """Return it for a program."""
        told = {"Check": self.check, "Status": self.status.value, "Text": self.text, "Fix": self.fix, "Link": self.link}
        return {name: value for name, value in told.items() if value}

    def as_line(self) -> str:
        """Return it for a person."""
        return "; ".join(
            part for part in (f"{self.status.value:<14}  {self.check:<12}  {self.text}", self.fix, self.link) if part
        )


def ok(check: str, text: str) -> Finding:
    """Tell that all is well."""
    return Finding(check=check, status=Status.OK, text=text)


def warning(check: str, text: str, fix: str) -> Finding:
    """Tell what may be meant so."""
    return Finding(check=check, status=Status.WARNING, text=text, fix=fix)


def problem(check: str, text: str, fix: str, link: str = "") -> Finding:
    """Tell what a run will fail of."""
    return Finding(check=check, status=Status.PROBLEM, text=text, fix=fix, link=link)


def not_looked(check: str, text: str) -> Finding:
    """Tell what could not be found out, and why."""
    return Finding(check=check, status=Status.NOT_LOOKED, text=text)


def exit_status(findings: Iterable[Finding]) -> int:
    """Return 0, 1 where there are problems, or else 2 where something could not be looked at."""
    found = {finding.status for finding in findings}
    if Status.PROBLEM in found:
        return PROBLEMS
    return NOT_LOOKED if Status.NOT_LOOKED in found else 0
