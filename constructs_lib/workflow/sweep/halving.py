"""Successive halving: all runs train a little, and the best go on from their own checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.training_job.limits import INPUT_LIMITS
from constructs_lib.training_job.refusal import refuse
from constructs_lib.training_job.service_model import shown

MOST_HALVED = 1000
"""How many runs a sweep with halving may have: those that go on are ranked in one expression."""

_MOST_RUNGS = 10


@dataclass(frozen=True, kw_only=True)
class Halving:
    """Successive halving: in each rung all runs that are left train up to the rung, and the best of them go on.

    The rungs are values of a hyperparameter that says how long the program trains *in all*, such as `epochs`. From the
    second rung on a run resumes from its own checkpoints, so that no epoch is trained twice: the program has to load
    its checkpoint and train on to the new number. `ceil(keep * n)` of a rung's `n` runs go on, those with the best
    objective; of equal ones the first of the input. A run that failed, or that has no objective, does not go on.

    See Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, 2016.

    Args:
        resource: The hyperparameter.
        rungs: Its value in each rung, two to ten whole numbers that rise.
        keep: The share of the runs that goes on, above 0 and below 1. Defaults to a third.

    Raises:
        ValueError: The rungs do not rise, or the share is none.
    """

    resource: str
    rungs: Sequence[int]
    keep: float = 1 / 3

    def __post_init__(self) -> None:
        """Refuse what cannot be halved."""
        refuse(self._problems())

    def document(self) -> dict[str, Any]:
        """Return it as the JSONata functions read it."""
        return {"Resource": self.resource, "Rungs": list(self.rungs), "Keep": round(self.keep, 12)}

    def _problems(self) -> Iterator[str]:
        longest = INPUT_LIMITS["HyperParameters"]["NameLength"]
        if not isinstance(self.resource, str) or not 1 <= len(self.resource) <= longest:
            got = shown(self.resource)
            yield f"'resource' must be the name of a hyperparameter, of 1 to {longest} characters, got {got}"
        rungs = list(self.rungs) if isinstance(self.rungs, Sequence) else [self.rungs]
        whole = all(isinstance(rung, int) and not isinstance(rung, bool) and rung > 0 for rung in rungs)
        if not whole or not 2 <= len(rungs) <= _MOST_RUNGS or rungs != sorted(set(rungs)):
            yield f"'rungs' must be 2 to {_MOST_RUNGS} whole numbers above 0 that rise, got {shown(self.rungs)}"
        if not isinstance(self.keep, (int, float)) or not 0 < self.keep < 1:
            yield f"'keep' must be a share above 0 and below 1, got {self.keep!r}"
