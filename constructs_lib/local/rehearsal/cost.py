"""What an interruption costs, and the interval between two checkpoints that costs least.

J. W. Young, "A first order approximation to the optimum checkpoint interval", Communications of the ACM 17 (9), 1974,
https://doi.org/10.1145/361147.361115; J. T. Daly, "A higher order estimate of the optimum checkpoint interval for
restart dumps", Future Generation Computer Systems 22 (3), 2006, https://doi.org/10.1016/j.future.2004.11.016.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.words import time_in_words
from constructs_lib.local.rehearsal.watching.checkpoints import Checkpoint

QUESTION = Question("cost", "What does an interruption cost?")
_DAY = 86400.0
_MONTH = 30
_FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What checkpoints and interruptions take, in seconds of this machine.

    Attributes:
        interval: From one checkpoint to the next.
        writing: What a checkpoint takes.
        between_losses: From one interruption to the next, on average.
    """

    interval: float
    writing: float
    between_losses: float

    @classmethod
    def of(cls, checkpoints: Sequence[Checkpoint], interruptions_per_day: float) -> Cost | None:
        """Measure the checkpoints of an undisturbed play; None where there are too few."""
        if len(checkpoints) < _FEWEST or interruptions_per_day <= 0:
            return None
        return cls(
            interval=median(later.ended - earlier.ended for earlier, later in pairwise(checkpoints)),
            writing=mean(max(checkpoint.ended - checkpoint.began, 1e-4) for checkpoint in checkpoints),
            between_losses=_DAY / interruptions_per_day,
        )

    @property
    def young(self) -> float:
        """The interval that costs least, by Young's first-order formula."""
        return math.sqrt(2 * self.writing * self.between_losses)

    @property
    def daly(self) -> float:
        """The same by Daly's higher-order formula."""
        if self.writing >= 2 * self.between_losses:
            return self.between_losses
        part = self.writing / (2 * self.between_losses)
        return self.young * (1 + math.sqrt(part) / 3 + part / 9) - self.writing

    def month(self, interval: float) -> float:
        """Return what a month of training loses with an interval: work done again, and checkpoints written."""
        seconds = _MONTH * _DAY
        return seconds / self.between_losses * interval / 2 + seconds / (interval + self.writing) * self.writing


def answer(checkpoints: Sequence[Checkpoint], interruptions_per_day: float) -> Answer:
    """Tell what an interruption costs; it decides nothing."""
    cost = Cost.of(checkpoints, interruptions_per_day)
    if cost is None:
        return QUESTION.told("it writes too few checkpoints to tell the time between two")
    often = f"{interruptions_per_day:g} interruption{'' if interruptions_per_day == 1 else 's'} a day"
    return QUESTION.told(
        f"it writes a checkpoint every {time_in_words(cost.interval)}, in {time_in_words(cost.writing)}: an "
        f"interruption costs {time_in_words(cost.interval / 2)} of work on average and "
        f"{time_in_words(cost.interval)} at worst, as "
        "measured here, and the time to start",
        f"a month of training with {often} loses {time_in_words(cost.month(cost.interval))} to both; an interval of "
        f"{time_in_words(cost.daly)} would cost least, {time_in_words(cost.month(cost.daly))} (Daly 2006; "
        f"{time_in_words(cost.young)} by Young 1974)",
    )
