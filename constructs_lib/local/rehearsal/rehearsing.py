"""`rehearse`: plays a program, and says whether it survives an interruption."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from constructs_lib.local.rehearsal import cost
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.perform import perform
from constructs_lib.local.rehearsal.plays.record import Play
from constructs_lib.local.rehearsal.plays.script import AGAIN, UNDISTURBED, Script, scripts
from constructs_lib.local.rehearsal.plays.stage import Stage, stage
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.local.rehearsal.questions.answer import Answer, Outcome
from constructs_lib.local.rehearsal.questions.judge import EXIT_STATUS, Verdict, answers, verdict
from constructs_lib.local.rehearsal.questions.same_end import Alike, alike

_TIMES, _SECONDS = 10, 60.0
"""How long a return may take: so many times the undisturbed program, and so much more."""


@dataclass(frozen=True, repr=False)
class Rehearsal:
    """What a rehearsal has found.

    Attributes:
        evidence: What was seen.
        answers: The answer to each question.
    """

    evidence: Evidence
    answers: Sequence[Answer]

    @property
    def verdict(self) -> Verdict:
        """What the answers mean together."""
        return verdict(self.answers)

    @property
    def survives(self) -> bool:
        """Whether the program survives an interruption; False too where it cannot be judged."""
        return self.verdict is Verdict.SURVIVES

    @property
    def exit_status(self) -> int:
        """0 if it survives, 1 if it does not, 2 if it cannot be judged."""
        return EXIT_STATUS[self.verdict]

    def __repr__(self) -> str:
        """Tell the verdict, and why: this is what pytest shows of `assert rehearse(…).survives`."""
        why = [answer for answer in self.answers if answer.outcome in (Outcome.BAD, Outcome.UNCLEAR)]
        told = "; ".join(f"{answer.question} {' '.join(answer.evidence)} -> {answer.mend}" for answer in why)
        return f"<{self.evidence.program.title} {self.verdict}: {told}>"

    def answer(self, name: str) -> Answer:
        """Return the answer to a question, by its name.

        Raises:
            KeyError: If the question was not asked.
        """
        return {answer.name: answer for answer in self.answers}[name]


def rehearse(
    *,
    source: str | Path | None = None,
    entry_point: str = "",
    command: str | Sequence[str] = (),
    channels: Mapping[str, str | Path] | None = None,
    hyperparameters: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
    install_requirements: bool = False,
    checkpoint_path: str = "/opt/ml/checkpoints",
    metrics: Mapping[str, str] | Sequence[str] = (),
    tolerance: float = 0.0,
    grace_seconds: float = 30.0,
    interruptions_per_day: float = 1.0,
    say: Callable[[str], None] | None = None,
) -> Rehearsal:
    """Play a training program on the embedded AWS, with and without interruptions, and judge it.

    It is played undisturbed, and up to six times with its instance lost: a rehearsal takes at most eight times as long
    as the program itself, and what the program does after SIGTERM.

    Args:
        source: The folder that has the program, or its one file.
        entry_point: The program's file in the source. Defaults to `train.py`, or the source's only Python file.
        command: What an image would run, instead of a source.
        channels: Files or folders by the names of channels. Defaults to none.
        hyperparameters: Hyperparameters. Defaults to none.
        environment: Variables for the program. Defaults to none.
        python: The interpreter. Defaults to the one that runs this.
        install_requirements: Whether the source's requirements.txt is installed, into an environment of its own.
            Defaults to not.
        checkpoint_path: Where the program keeps its checkpoints. Defaults to /opt/ml/checkpoints.
        metrics: Metrics that the result is compared by where its files differ: names, or names with regular expressions
            whose first group is the value. Defaults to none.
        tolerance: How far a metric may be off the undisturbed one. Defaults to 0.
        grace_seconds: Wall seconds from SIGTERM to SIGKILL. Defaults to 30; SageMaker's are 120.
        interruptions_per_day: How often an instance may be lost, for what that costs a month. Defaults to 1.
        say: Called with a line before each play. Defaults to nobody.

    Raises:
        RehearsalError: If an argument is wrong, or the program fails when nothing disturbs it.
        LocalError: If there is an embedded AWS in this process already.
    """
    program = RehearsedProgram(
        source=None if source is None else Path(source),
        entry_point=entry_point,
        command=shlex.split(command) if isinstance(command, str) else list(command),
        channels={name: Path(place) for name, place in (channels or {}).items()},
        hyperparameters=dict(hyperparameters or {}),
        environment=dict(environment or {}),
        python=python,
        install_requirements=install_requirements,
        checkpoint_path=checkpoint_path,
        metrics=dict(metrics) if isinstance(metrics, Mapping) else dict.fromkeys(metrics, ""),
        tolerance=tolerance,
    ).checked()
    with stage(program, grace_seconds=grace_seconds) as place:
        evidence = gather(place, say or _to_nobody)
    found = answers(evidence)
    if evidence.checkpoints:
        found.append(cost.answer(evidence.checkpoints, interruptions_per_day))
    return Rehearsal(evidence, found)


def gather(place: Stage, say: Callable[[str], None]) -> Evidence:
    """Perform all plays that a program needs.

    Raises:
        RehearsalError: If the program fails when nothing disturbs it.
    """

    def play(script: Script, limited: Evidence | None = None) -> Play:
        say(script.title)
        most = limited.undisturbed.launches[0].seconds * _TIMES + _SECONDS if limited else None
        return perform(place, script, limited.habits if limited else None, most)

    evidence = Evidence(program=place.program, undisturbed=play(UNDISTURBED))
    if not evidence.undisturbed.succeeded:
        raise RehearsalError(
            f"the program fails when nothing disturbs it: {evidence.undisturbed.failure}; its output ends with:\n"
            f"{evidence.undisturbed.output[-2000:]}"
        )
    if not evidence.checkpoints:
        return evidence
    interrupted = []
    for script in scripts(len(evidence.checkpoints), evidence.checkpoints[0].began):
        wanted: Script | None = script
        while wanted is not None:
            played = play(wanted, evidence)
            wanted = None if played.as_planned else wanted.earlier()
        interrupted.append(played)
    evidence = replace(evidence, interrupted=interrupted)
    ended = [one for one in evidence.played if one.succeeded]
    if any(alike(evidence, one) is not Alike.BYTES for one in ended) and not place.program.metrics:
        evidence = replace(evidence, again=play(AGAIN, evidence))
    return evidence


def _to_nobody(_line: str) -> None:
    """Say nothing."""
