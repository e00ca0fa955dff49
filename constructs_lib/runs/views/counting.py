"""How far a long look is: a number that counts up in a terminal, and a line now and then elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

_FIRST = 20
"""So many are there before anybody wonders."""

_EVERY = 100


class Counting:
    """Counts what has been looked at.

    Args:
        stream: Where to say so: standard error.
        what: What is counted, such as `runs`.
    """

    def __init__(self, stream: TextIO, what: str) -> None:
        self._stream = stream
        self._what = what
        self._live = stream.isatty()
        self._shown = False

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the number away again."""
        if self._live and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def __call__(self, number: int) -> None:
        """Say how many there are."""
        if self._live and number >= _FIRST:
            self._shown = True
            self._stream.write(f"\rlooked at {number:,} {self._what}")
        elif not self._live and number % _EVERY == 0:
            self._stream.write(f"looked at {number:,} {self._what}\n")
        self._stream.flush()
