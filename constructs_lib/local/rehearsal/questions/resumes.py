"""Does it go on from where it was?"""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.comes_back import TOO_FAST
from constructs_lib.local.rehearsal.questions.returning import Return, Went, returns

QUESTION = Question("resumes", "Does it go on from where it was?")


def answer(evidence: Evidence) -> Answer:
    """Answer from the returns to checkpoints that were left whole."""
    seen = [item for item in returns(evidence) if item.play in evidence.whole and item.went is not Went.FRESH]
    anew, back, on = (_of(seen, went) for went in (Went.ANEW, Went.BACK, Went.ON))
    if anew:
        return QUESTION.bad(
            *_told(anew, "it began anew"),
            mend="set the step, the epoch and the optimizer from the checkpoint, and begin the loop there",
        )
    if back:
        return QUESTION.bad(
            *_told(back, "it did not go on from the newest checkpoint"),
            mend="choose the newest checkpoint by its number as a number: as text, 9 comes after 10",
        )
    if on:
        return QUESTION.good(*_told(on, "it went on"))
    if _of(seen, Went.FAILED):
        return QUESTION.unclear("it failed before it could go on", mend="mend first what fails")
    return QUESTION.unclear(
        *(dict.fromkeys(item.text for item in seen) or ["it never came back to a checkpoint"]),
        mend="print a line with the step or the epoch now and then, or write the step into the checkpoints' names; "
        + TOO_FAST,
    )


def _of(seen: list[Return], went: Went) -> list[Return]:
    return [item for item in seen if item.went is went]


def _told(found: list[Return], what: str) -> list[str]:
    return [f"{item.play.script.title}: {what}; {item.text}" for item in found]
