"""What a market and its supply are, and the markets that need no memory."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

NEVER = math.inf


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a job's program has come since its training (re)started.

    Attributes:
        training_seconds: Clock seconds since the program was started on this instance.
        checkpoints: Checkpoint files copied to S3 since then.
        step: The highest number that ends the name of a file copied since then; -1 when there is none.
    """

    training_seconds: float = 0.0
    checkpoints: int = 0
    step: int = -1


class Supply(Protocol):
    """One job's view of the market. `now` is in clock seconds since the clock was made."""

    def wait_seconds(self, now: float) -> float:
        """Return the seconds until there is capacity: 0 when there is some, `math.inf` when none ever comes."""

    def seconds_left(self, now: float, progress: Progress) -> float:
        """Return the seconds until the capacity is taken: 0 or less when it is due, `math.inf` when not foreseen."""

    def interrupted(self, now: float) -> None:
        """Take note that the job has lost its instance."""


class SpotMarket(Protocol):
    """Where spot jobs get their instances from."""

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the supply of a job that is created now."""


class Steady:
    """Capacity that exists always, or never."""

    def __init__(self, *, available: bool) -> None:
        self._wait = 0.0 if available else NEVER

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Return the same supply for every job."""
        return self

    def wait_seconds(self, now: float) -> float:
        """Return 0 or `math.inf`."""
        return self._wait

    def seconds_left(self, now: float, progress: Progress) -> float:
        """Return `math.inf`: what is steady is not taken away."""
        return NEVER

    def interrupted(self, now: float) -> None:
        """Do nothing: the supply has no memory."""


class ByInstanceType:
    """A market for each pattern of instance types.

    Args:
        markets: Patterns as in a shell (`ml.g5.*`) with their markets; the first that matches counts, and an instance
            type that none matches has no capacity.
    """

    def __init__(self, markets: Sequence[tuple[str, SpotMarket]]) -> None:
        self._markets = tuple(markets)

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Ask the first market whose pattern matches."""
        for pattern, market in self._markets:
            if fnmatch.fnmatchcase(instance_type, pattern):
                return market.supply(instance_type, instance_count, now)
        return Steady(available=False)
