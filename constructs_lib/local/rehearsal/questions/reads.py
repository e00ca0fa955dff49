"""Does it read its checkpoints when it comes back?"""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.comes_back import TOO_FAST

QUESTION = Question("reads", "Does it read its checkpoints when it comes back?")


def answer(evidence: Evidence) -> Answer:
    """Answer by the files that it opened."""
    asked = [launch for play in evidence.whole for launch in play.launches[1:] if launch.found]
    if not asked:
        return QUESTION.unclear("it never came back to a checkpoint", mend=TOO_FAST)
    if not all(launch.sees_reads for launch in asked):
        return QUESTION.told("this system does not show which files a program opens; on Linux it does")
    blind = [launch for launch in asked if not launch.read]
    if not blind:
        opened = list(dict.fromkeys(launch.read[0] for launch in asked))
        return QUESTION.good(f"each time it came back it opened one: {', '.join(opened[:4])}")
    there = list(blind[0].found)
    return QUESTION.bad(
        f"in {len(blind)} of {len(asked)} returns it opened none; there were {', '.join(there[-3:])}",
        mend=f"when the program begins, look into {evidence.program.checkpoint_path} and load the newest checkpoint",
    )
