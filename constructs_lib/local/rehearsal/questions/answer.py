"""An answer: what the evidence says, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What an answer means for the program."""

    GOOD = "good"
    """It does what surviving needs."""

    BAD = "bad"
    """It does not: it does not survive."""

    UNCLEAR = "unclear"
    """The evidence is not enough."""

    TOLD = "told"
    """Worth knowing; it decides nothing."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to one question.

    Attributes:
        name: A word for the question.
        question: The question.
        outcome: What it means.
        evidence: What was seen, one thing a sentence.
        mend: What to do about it; empty where nothing is to be done.
    """

    name: str
    question: str
    outcome: Outcome
    evidence: Sequence[str]
    mend: str = ""


@dataclass(frozen=True)
class Question:
    """A question, which makes its answers."""

    name: str
    text: str

    def good(self, *evidence: str) -> Answer:
        """Return that it is as it should be."""
        return Answer(name=self.name, question=self.text, outcome=Outcome.GOOD, evidence=evidence)

    def bad(self, *evidence: str, mend: str) -> Answer:
        """Return that the program does not survive."""
        return Answer(name=self.name, question=self.text, outcome=Outcome.BAD, evidence=evidence, mend=mend)

    def unclear(self, *evidence: str, mend: str) -> Answer:
        """Return that it cannot be said, and what would have to be there."""
        return Answer(name=self.name, question=self.text, outcome=Outcome.UNCLEAR, evidence=evidence, mend=mend)

    def told(self, *evidence: str, mend: str = "") -> Answer:
        """Return what is worth knowing."""
        return Answer(name=self.name, question=self.text, outcome=Outcome.TOLD, evidence=evidence, mend=mend)
