"""A rehearsal as plain text, for a person who trains models."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from constructs_lib.local.rehearsal.plays.record import Play
from constructs_lib.local.rehearsal.questions.answer import Answer, Outcome
from constructs_lib.local.rehearsal.questions.judge import Verdict
from constructs_lib.local.rehearsal.questions.words import once_or_more, time_in_words
from constructs_lib.local.rehearsal.rehearsing import Rehearsal

SIGNS = {Outcome.GOOD: "yes", Outcome.BAD: "NO", Outcome.UNCLEAR: "?", Outcome.TOLD: "-"}
SENTENCES = {
    Verdict.SURVIVES: "survives an interruption",
    Verdict.DOES_NOT: "does NOT survive an interruption",
    Verdict.UNCLEAR: "cannot be judged",
}
_WIDTH = 100


def render(rehearsal: Rehearsal) -> str:
    """Write a rehearsal as lines of up to about 100 characters."""
    lines = [f"{rehearsal.evidence.program.title} {SENTENCES[rehearsal.verdict]}", ""]
    for answer in rehearsal.answers:
        lines += [*_answer(answer)]
    lines += ["", "What was played:", *(f"  {line}" for line in map(play_line, plays(rehearsal)))]
    return "\n".join(lines)


def plays(rehearsal: Rehearsal) -> list[Play]:
    """Return all plays, in the order in which they took place."""
    evidence = rehearsal.evidence
    again = [evidence.again] if evidence.again else []
    return [evidence.undisturbed, *evidence.interrupted, *again, *evidence.hosts]


def play_line(play: Play) -> str:
    """Write what happened in a play, in a line."""
    ended = "came to its end" if play.succeeded else f"FAILED: {play.failure}"
    cut = "" if play.as_planned else "; it ended before it could be interrupted"
    lost = f", {once_or_more(play.interruptions, 'interruption')}" if play.interruptions else ""
    return f"{play.script.title}: {' '.join(ended.split())[:300]} ({time_in_words(play.seconds)}{lost}){cut}"


def _answer(answer: Answer) -> Iterator[str]:
    yield f"{SIGNS[answer.outcome]:>4}  {answer.question}"
    for sentence in answer.evidence:
        yield from _wrapped(" ".join(sentence.split()), "      ")
    if answer.mend:
        label = "what to add" if answer.outcome is Outcome.UNCLEAR else "what to do"
        yield from _wrapped(f"{label}: {answer.mend}", "      → ", "        ")


def _wrapped(text: str, first: str, further: str = "        ") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
