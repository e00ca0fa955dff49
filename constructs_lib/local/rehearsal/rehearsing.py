"""`rehearse`: plays a program, and says whether it survives an interruption."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from constructs_lib.local.rehearsal import cost, hosts
from constructs_lib.local.rehearsal.deployed import deployed
from constructs_lib.local.rehearsal.errors import RehearsalError
from constructs_lib.local.rehearsal.plays.evidence import Evidence
from constructs_lib.local.rehearsal.plays.perform import perform, perform_on_hosts
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
    deploy: str | Path | None = None,
    training: str | None = None,
    stack: str | None = None,
    entry_point: str = "",
    command: str | Sequence[str] = (),
    channels: Mapping[str, str | Path] | None = None,
    hyperparameters: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    python: str = sys.executable,
    install_requirements: bool = False,
    checkpoint_path: str | None = None,
    instance_count: int | None = None,
    metrics: Mapping[str, str] | Sequence[str] = (),
    tolerance: float = 0.0,
    grace_seconds: float = 30.0,
    interruptions_per_day: float = 1.0,
    say: Callable[[str], None] | None = None,
) -> Rehearsal:
    """Play a training program on the embedded AWS, with and without interruptions, and judge it.

    It is played undisturbed, and up to six times with its instance lost: a rehearsal takes at most eight times as long
    as the program itself, once more with several instances, and what the program does after SIGTERM.

    Args:
        source: The folder that has the program, or its one file.
        deploy: The directory of a CDK app, whose own training is played: it says what `source`, `entry_point`,
            `channels`, `hyperparameters`, `environment`, `checkpoint_path` and `instance_count` are, and what is given
            of these goes over it. Its metric definitions are compared where two undisturbed plays have different files.
            Defaults to no app.
        training: The base job name of the training that is meant in the app. Defaults to the only one.
        stack: The stack that it is in, by its name or its path in the app. Defaults to any.
        entry_point: The program's file in the source. Defaults to `train.py`, or the source's only Python file.
        command: What an image would run, instead of a source.
        channels: Files or folders by the names of channels. Defaults to none.
        hyperparameters: Hyperparameters. Defaults to none.
        environment: Variables for the program. Defaults to none.
        python: The interpreter. Defaults to the one that runs this.
        install_requirements: Whether the source's requirements.txt is installed, into an environment of its own.
            Defaults to not.
        checkpoint_path: Where the program keeps its checkpoints. Defaults to /opt/ml/checkpoints.
        instance_count: How many instances the job has; with several the program is also played on that many hosts at
            the same time, undisturbed, to see whether they write the same names. Defaults to 1.
        metrics: Metrics that the result is compared by where its files differ: names, or names with regular expressions
            whose first group is the value. Defaults to none.
        tolerance: How far a metric may be off the undisturbed one. Defaults to 0.
        grace_seconds: Wall seconds from SIGTERM to SIGKILL. Defaults to 30; SageMaker's are 120.
        interruptions_per_day: How often an instance may be lost, for what that costs a month. Defaults to 1.
        say: Called with a line before each play. Defaults to nobody.

    Raises:
        RehearsalError: If an argument is wrong, or the program fails when nothing disturbs it.
        RunsError: If what an app synthesises cannot be read.
        LocalError: If there is an embedded AWS in this process already, or an app cannot be synthesised.
    """
    if deploy is None and (training is not None or stack is not None):
        raise RehearsalError("'training' and 'stack' choose in an app, and there is none; name it as 'deploy'")
    with tempfile.TemporaryDirectory(prefix="spot-training-rehearsed-") as directory:
        scratch, own = Path(directory).resolve(), None
        if deploy is not None:
            own = deployed(Path(deploy), scratch / "cdk.out", training=training, stack=stack)
        program = RehearsedProgram(
            source=None if source is None else Path(source),
            entry_point=entry_point,
            command=shlex.split(command) if isinstance(command, str) else list(command),
            channels={name: Path(place) for name, place in (channels or {}).items()},
            hyperparameters=dict(hyperparameters or {}),
            environment=dict(environment or {}),
            python=python,
            install_requirements=install_requirements,
            checkpoint_path=checkpoint_path or (own.request.checkpoint_path if own else "/opt/ml/checkpoints"),
            metrics=dict(metrics) if isinstance(metrics, Mapping) else dict.fromkeys(metrics, ""),
            tolerance=tolerance,
            instance_count=(own.instance_count if own else 1) if instance_count is None else instance_count,
        )
        program = (own.under(program, scratch) if own else program).checked()
        with stage(program, grace_seconds=grace_seconds) as place:
            evidence = gather(place, say or _to_nobody)
    found = answers(evidence)
    if evidence.hosts:
        found.append(hosts.answer(evidence))
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
        return perform(place, script, limited.habits if limited else None, _longest(limited) if limited else None)

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
    found = {alike(evidence, one) for one in ended}
    if Alike.DIFFERENT in found if place.program.metrics else found - {Alike.BYTES}:
        evidence = replace(evidence, again=play(AGAIN, evidence))
    if (count := place.program.instance_count) > 1:
        say(f"undisturbed on {count} hosts at the same time")
        evidence = replace(evidence, hosts=perform_on_hosts(place, count, evidence.habits, _longest(evidence)))
    return evidence


def _longest(evidence: Evidence) -> float:
    """Return how many wall seconds the program may take on an instance."""
    return evidence.undisturbed.launches[0].seconds * _TIMES + _SECONDS


def _to_nobody(_line: str) -> None:
    """Say nothing."""
