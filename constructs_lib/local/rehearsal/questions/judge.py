"""All questions, and what their answers mean together."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.questions import comes_back, reads, resumes, same_end, survives_tear, told, writes
from constructs_lib.local.rehearsal.questions.answer import Answer, Outcome


class Verdict(StrEnum):
    """What a rehearsal ends in."""

    SURVIVES = "survives"
    DOES_NOT = "does not survive"
    UNCLEAR = "cannot be judged"


EXIT_STATUS = {Verdict.SURVIVES: 0, Verdict.DOES_NOT: 1, Verdict.UNCLEAR: 2}


def answers(evidence: Evidence) -> list[Answer]:
    """Answer all questions; a program without checkpoints is asked for them only."""
    first = writes.answer(evidence)
    if first.outcome is Outcome.BAD:
        return [first]
    needed = [module.answer(evidence) for module in (comes_back, reads, resumes, survives_tear, same_end)]
    return [first, *needed, told.sigterm(evidence), told.outside(evidence), told.growth(evidence)]


def verdict(found: Sequence[Answer]) -> Verdict:
    """Return what answers mean together: one that is bad decides, and then one that is unclear."""
    outcomes = {answer.outcome for answer in found}
    if Outcome.BAD in outcomes:
        return Verdict.DOES_NOT
    return Verdict.UNCLEAR if Outcome.UNCLEAR in outcomes else Verdict.SURVIVES
