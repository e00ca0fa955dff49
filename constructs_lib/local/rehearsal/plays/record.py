"""What was seen of a play: the evidence that the questions are answered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs_lib.local.rehearsal.plays.script import Loss, Script
from constructs_lib.local.rehearsal.watching.checkpoints import Checkpoint, Habits, checkpoints
from constructs_lib.local.rehearsal.watching.events import Event, Kind


@dataclass(frozen=True, kw_only=True)
class Tear:
    """What an instance left of the checkpoint that was being written when it went.

    Attributes:
        text: That in words.
        file: The file that is not whole, or is missing.
        taken: The number of the checkpoint that is not complete any more; None where none lost its completeness.
        first: Whether it was the first checkpoint, so that none can be before it.
        nothing_left: Whether no complete checkpoint is left.
        temporary: Whether what is left over is a file under a temporary name only.
    """

    text: str
    file: str
    taken: int | None = None
    first: bool = False
    nothing_left: bool = False
    temporary: bool = False


@dataclass(frozen=True, kw_only=True)
class LaunchRecord:
    """The program on one instance.

    Attributes:
        found: The checkpoint files that were there when it began, with their sizes.
        left: Those that were there when it ended.
        events: What happened in the checkpoint directory.
        sees_reads: Whether files being opened were seen.
        output: What it wrote to its standard output and error.
        exit_code: Its exit code; None when it was killed.
        seconds: Wall seconds from its start to its end.
        loss: How its instance was lost; None if it came to its end.
        asked: When it got SIGTERM, in those seconds; None if it got none.
        tear: What was left of a checkpoint that was being written.
        outside: Files that it wrote outside of the checkpoint directory, with their sizes.
        overran: Whether it was ended because it took far longer than the undisturbed program.
        digests: A hash of each checkpoint file that was left, where hosts are compared.
    """

    found: Mapping[str, int]
    left: Mapping[str, int]
    events: tuple[Event, ...]
    sees_reads: bool
    output: str
    exit_code: int | None
    seconds: float
    loss: Loss | None = None
    asked: float | None = None
    tear: Tear | None = None
    outside: Mapping[str, int] = field(default_factory=dict)
    overran: bool = False
    digests: Mapping[str, str] = field(default_factory=dict)

    def checkpoints(self, habits: Habits | None = None) -> list[Checkpoint]:
        """Return the checkpoints that it wrote."""
        return checkpoints(self.events, habits)

    @property
    def read(self) -> list[str]:
        """The checkpoint files of before that it opened for reading, in that order, each once.

        The training agent reads files too, to copy them, but never those that it has brought and nobody has changed.
        """
        changed: set[str] = set()
        found: dict[str, None] = {}
        for event in self.events:
            if event.kind is Kind.READ and event.name in self.found and event.name not in changed:
                found[event.name] = None
            elif event.kind in (Kind.BEGAN, Kind.RENAMED):
                changed.add(event.name)
        return list(found)


@dataclass(frozen=True, kw_only=True)
class Play:
    """A play that has taken place.

    Attributes:
        script: What was to happen.
        launches: The program on each instance, in their order.
        model: The files of its model, with what each holds.
        failure: What SageMaker would say of a program that has failed; empty if it succeeded.
    """

    script: Script
    launches: tuple[LaunchRecord, ...]
    model: Mapping[str, bytes] = field(default_factory=dict)
    failure: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the program came to its end with exit code 0."""
        return not self.failure

    @property
    def interruptions(self) -> int:
        """How often it lost its instance."""
        return sum(launch.loss is not None for launch in self.launches)

    @property
    def as_planned(self) -> bool:
        """Whether it was interrupted at all where the script says so; a program may end sooner."""
        return self.interruptions > 0 or not self.script.cuts

    @property
    def output(self) -> str:
        """All that the program wrote."""
        return "".join(launch.output for launch in self.launches)

    @property
    def seconds(self) -> float:
        """Wall seconds on instances."""
        return sum(launch.seconds for launch in self.launches)
