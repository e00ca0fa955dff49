"""A live check: what is looked at for one row of docs/about/assumptions.md, and which answers say that it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.live.world import World


class NotTriedError(Exception):
    """A check that cannot be made in this account; its text says why."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A live check.

    Attributes:
        row: The id of the row.
        observe: Provokes it, or looks at what a run has left, and returns the answer as JSON.
        holds: Says of an answer whether what is assumed holds.
        otherwise: An answer as it would be if it did not; the tests show that `holds` says so.
        rests: The code that rests on it.
    """

    row: str
    observe: Callable[[World], Any]
    holds: Callable[[Any], bool]
    otherwise: Any
    rests: str
