"""All plays of a program together, as the questions look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from constructs_lib.local.rehearsal.plays.record import Play
from constructs_lib.local.rehearsal.plays.script import Loss
from constructs_lib.local.rehearsal.program import RehearsedProgram
from constructs_lib.local.rehearsal.watching.checkpoints import Checkpoint, Habits


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was seen of a program.

    Attributes:
        program: The program.
        undisturbed: Its first play, which nothing disturbs.
        again: The same once more, where it was needed.
        interrupted: The plays in which it loses its instance.
        hosts: What each of several hosts did that ran it at the same time, where it is for several.
    """

    program: RehearsedProgram
    undisturbed: Play
    again: Play | None = None
    interrupted: Sequence[Play] = ()
    hosts: Sequence[Play] = ()

    @cached_property
    def habits(self) -> Habits:
        """How the program writes checkpoints."""
        return Habits.of(self.undisturbed.launches[0].checkpoints())

    @cached_property
    def checkpoints(self) -> list[Checkpoint]:
        """The checkpoints that it writes when nothing disturbs it."""
        found = self.undisturbed.launches[0].checkpoints(self.habits)
        return [checkpoint for checkpoint in found if self.habits.complete(checkpoint)]

    @property
    def played(self) -> list[Play]:
        """The interrupted plays that were interrupted as planned."""
        return [play for play in self.interrupted if play.as_planned]

    @property
    def torn(self) -> list[Play]:
        """Those of them that left an unfinished checkpoint."""
        return [play for play in self.played if any(cut.loss is Loss.WRITING for cut in play.script.cuts)]

    @property
    def whole(self) -> list[Play]:
        """The others."""
        return [play for play in self.played if play not in self.torn]
