"""Does it come to its end after an interruption?"""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.questions.answer import Answer, Question

QUESTION = Question("comes back", "Does it come to its end after an interruption?")
TOO_FAST = (
    "give it more to do, or fewer steps between two checkpoints, so that it takes a few seconds and writes several"
)


def answer(evidence: Evidence) -> Answer:
    """Answer from the plays whose checkpoints were left whole."""
    if not evidence.whole:
        return QUESTION.unclear("it ended before it could be interrupted", mend=TOO_FAST)
    failed = [play for play in evidence.whole if not play.succeeded]
    if failed:
        seen = [f"{play.script.title}: {play.failure}" for play in failed]
        return QUESTION.bad(
            *seen, *_lost(failed[0].failure, evidence), mend="read its output above, and mend what fails"
        )
    return QUESTION.good(f"in {len(evidence.whole)} of {len(evidence.whole)} plays, with exit code 0")


def _lost(failure: str, evidence: Evidence) -> list[str]:
    """Say which files outside of the checkpoint directory the failure names."""
    outside = {
        name
        for play in evidence.whole
        for launch in play.launches
        if launch.loss is not None
        for name in launch.outside
    }
    named = sorted(name for name in outside if name.rpartition("/")[2] in failure)
    return [f"{name} was there before, and was lost with the instance" for name in named]
