"""What is to happen in a play: where the instance is lost, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

_SHORTEST = 0.01
"""Wall seconds; nobody can be interrupted sooner."""

_MOST_TRIES = 6
"""How often a play is tried that comes too late; on a busy machine the same place may be met another time."""


class Loss(StrEnum):
    """How an instance is lost."""

    TOLD = "told"
    """SIGTERM first, and SIGKILL after the grace; checkpoints that are there then are copied."""

    ABRUPT = "abrupt"
    """Without a word: what has not been copied by then is lost."""

    WRITING = "writing"
    """Without a word, while a checkpoint is being written."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One loss of the instance.

    Attributes:
        loss: How.
        after_checkpoints: Once so many checkpoints have been written since the program (re)started.
        after_seconds: Or so many wall seconds after that.
    """

    loss: Loss
    after_checkpoints: int = 0
    after_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Script:
    """A play.

    Attributes:
        name: A word for it.
        title: What happens in it.
        cuts: The losses, in their order.
        late: Whether it is about a late loss, so that an earlier one would not do.
        tries: How often it was tried before, too late each time.
    """

    name: str
    title: str
    cuts: tuple[Cut, ...] = ()
    late: bool = False
    tries: int = 0

    @property
    def place(self) -> str:
        """What its files and its checkpoints in S3 are called: no try finds those of another."""
        return f"{self.name}-{self.tries}" if self.tries else self.name

    def earlier(self) -> Script | None:
        """Return the same with its first loss earlier, for a program that had ended by then; None if that cannot be."""
        if self.late or not self.cuts or self.tries >= _MOST_TRIES:
            return None
        first = self.cuts[0]
        if not first.after_checkpoints and first.after_seconds < _SHORTEST:
            return None
        sooner = max(1, first.after_checkpoints // 2) if first.after_checkpoints else 0
        cut = replace(first, after_checkpoints=sooner, after_seconds=first.after_seconds / 2)
        return replace(self, cuts=(cut, *self.cuts[1:]), tries=self.tries + 1)


UNDISTURBED = Script(name="undisturbed", title="undisturbed")
AGAIN = Script(name="again", title="undisturbed, once more")


def scripts(checkpoints: int, first_checkpoint_seconds: float) -> list[Script]:
    """Return the interrupted plays of a program.

    Args:
        checkpoints: How many it writes when it is undisturbed, 1 or more.
        first_checkpoint_seconds: When it begins to write the first one.
    """
    middle = max(1, checkpoints // 2)
    found = [
        Script(
            name="early",
            title="interrupted before its first checkpoint",
            cuts=(Cut(loss=Loss.TOLD, after_seconds=first_checkpoint_seconds / 2),),
        ),
        Script(
            name="after",
            title="interrupted right after a checkpoint",
            cuts=(Cut(loss=Loss.TOLD, after_checkpoints=middle),),
        ),
        Script(
            name="writing",
            title="interrupted while it writes a checkpoint",
            cuts=(Cut(loss=Loss.WRITING, after_checkpoints=max(min(2, checkpoints), middle)),),
        ),
    ]
    if checkpoints >= 3:
        found.append(
            Script(
                name="late",
                title="interrupted late, without a warning",
                late=True,
                cuts=(Cut(loss=Loss.ABRUPT, after_checkpoints=checkpoints - 1),),
            )
        )
        first = max(1, checkpoints // 3)
        found.append(
            Script(
                name="twice",
                title="interrupted twice in a row, without a warning",
                cuts=(
                    Cut(loss=Loss.ABRUPT, after_checkpoints=first),
                    Cut(loss=Loss.ABRUPT, after_checkpoints=1),
                ),
            )
        )
    return found
