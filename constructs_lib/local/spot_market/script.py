"""Capacity that follows a script, the same for every job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.local.spot_market.supply import NEVER, Progress, Supply


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """One entry of a script: when the instance is taken, and how long until there is one again.

    Exactly one of `after_seconds`, `after_checkpoints` and `after_step` is set.

    Attributes:
        away: Clock seconds without capacity; `math.inf` for a capacity that does not come back.
        after_seconds: Clock seconds since the training (re)started.
        after_checkpoints: Checkpoint files copied to S3 since the training (re)started.
        after_step: The number that a checkpoint file's name ends in.
    """

    away: float
    after_seconds: float | None = None
    after_checkpoints: int | None = None
    after_step: int | None = None

    def seconds_left(self, progress: Progress) -> float:
        """Return the seconds until the instance is taken, as far as it can be known."""
        if self.after_seconds is not None:
            return self.after_seconds - progress.training_seconds
        if self.after_checkpoints is not None:
            return 0.0 if progress.checkpoints >= self.after_checkpoints else NEVER
        return 0.0 if self.after_step is not None and progress.step >= self.after_step else NEVER


class Scripted:
    """Capacity that follows a script, the same for every job.

    Args:
        interruptions: What happens to a job, in order; afterwards its capacity stays.
        first_wait: Clock seconds that a job waits for its first instance. Defaults to none.
    """

    def __init__(self, interruptions: Sequence[Interruption], *, first_wait: float = 0.0) -> None:
        self._interruptions = tuple(interruptions)
        self._first_wait = first_wait

    def supply(self, instance_type: str, instance_count: int, now: float) -> Supply:
        """Begin the script for one job."""
        return _ScriptedSupply(self._interruptions, now + self._first_wait)


class _ScriptedSupply:
    def __init__(self, interruptions: tuple[Interruption, ...], available_at: float) -> None:
        self._ahead = list(interruptions)
        self._available_at = available_at

    def wait_seconds(self, now: float) -> float:
        return max(0.0, self._available_at - now)

    def seconds_left(self, now: float, progress: Progress) -> float:
        return self._ahead[0].seconds_left(progress) if self._ahead else NEVER

    def interrupted(self, now: float) -> None:
        self._available_at = now + self._ahead.pop(0).away
