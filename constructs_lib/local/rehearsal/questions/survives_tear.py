"""Does a checkpoint that is not whole stop it?"""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.record import Play, Tear
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.comes_back import TOO_FAST
from constructs_lib.local.rehearsal.questions.returning import Went, returns
from constructs_lib.local.rehearsal.questions.same_end import Alike, alike

QUESTION = Question("torn checkpoint", "Does it go on when a checkpoint was being written as the instance went?")
_ATOMIC = "write to a temporary name in the same directory, then rename (os.replace), and keep the one before"
_FALL_BACK = "try the newest checkpoint, and the one before when it cannot be read"


def answer(evidence: Evidence) -> Answer:
    """Answer from the plays that were interrupted while a checkpoint was being written."""
    if not evidence.torn:
        return QUESTION.unclear("it ended before it could be interrupted", mend=TOO_FAST)
    play = evidence.torn[0]
    torn = next((launch.tear for launch in play.launches if launch.tear is not None), None)
    if any(not other.succeeded for other in evidence.whole):
        return QUESTION.unclear("it fails when its checkpoints are whole already", mend="mend that first")
    if any(item.went in (Went.ANEW, Went.BACK) for item in returns(evidence) if item.play in evidence.whole):
        return QUESTION.unclear("it does not go on from whole checkpoints either", mend="mend that first")
    if torn is None:
        return QUESTION.unclear("no checkpoint was there to be torn", mend=TOO_FAST)
    if not play.succeeded:
        return QUESTION.bad(torn.text, f"then it failed: {play.failure}", mend=f"{_ATOMIC}; {_FALL_BACK}")
    return _of_success(evidence, play, torn)


def _of_success(evidence: Evidence, play: Play, torn: Tear) -> Answer:
    back = next(item for item in returns(evidence) if item.play is play)
    if torn.first:
        return QUESTION.unclear(
            torn.text, "it was its first checkpoint, and it writes one checkpoint only", mend="write one more often"
        )
    if torn.nothing_left:
        same = alike(evidence, play) is not Alike.DIFFERENT
        return QUESTION.bad(
            torn.text,
            "no other complete checkpoint was there, so that everything before was lost"
            if same
            else "no other complete checkpoint was there, and the result is another one than undisturbed",
            mend=_ATOMIC,
        )
    if back.went is Went.ANEW:
        return QUESTION.bad(torn.text, f"it began anew, though an older one was there; {back.text}", mend=_FALL_BACK)
    if back.went is Went.BACK:
        return QUESTION.bad(torn.text, f"it went further back than it need have; {back.text}", mend=_FALL_BACK)
    if alike(evidence, play) is Alike.DIFFERENT and not any(
        alike(evidence, other) is Alike.DIFFERENT for other in evidence.whole
    ):
        return QUESTION.bad(
            torn.text,
            "it took what was left of it for a whole one: the result is another one than undisturbed",
            mend=f"{_ATOMIC}; or check what is read: its length, or a checksum in it",
        )
    if back.went is Went.ON:
        return QUESTION.good(torn.text, f"it went on; {back.text}")
    return QUESTION.unclear(
        torn.text, f"it came to its end; {back.text}", mend="print a line with the step or the epoch now and then"
    )
