"""Does it write checkpoints?"""

from __future__ import annotations

from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.questions.answer import Answer, Question
from constructs_lib.local.rehearsal.questions.words import time_in_words
from constructs_lib.runs.reports.sizes import size_in_words

QUESTION = Question("writes", "Does it write checkpoints?")


def answer(evidence: Evidence) -> Answer:
    """Answer from the undisturbed play."""
    path, found = evidence.program.checkpoint_path, evidence.checkpoints
    launch = evidence.undisturbed.launches[0]
    if not found:
        seen = [f"it wrote no file below {path} in {time_in_words(launch.seconds)}"]
        others = [name for name in launch.outside if "/output/data" not in name]
        if others:
            seen.append(f"it wrote {', '.join(others[:4])} elsewhere, which is lost with the instance")
        return QUESTION.bad(
            *seen, mend=f"save what training needs to go on (weights, optimizer, step) below {path}, every few minutes"
        )
    sizes = [checkpoint.size for checkpoint in found]
    how = f"{len(found)} in {time_in_words(launch.seconds)}, such as {found[-1].name}"
    return QUESTION.good(f"{how}, {size_in_words(max(sizes))} each at most")
