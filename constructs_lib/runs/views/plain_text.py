"""Text for a terminal: columns that line up, and nothing in it that steers the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime

from constructs_lib.runs.times import format_seconds

WIDTH = 100
"""How long lines are where nobody says."""

_NARROWEST = 20
"""Nothing is wrapped to less: one word a line is not easier to read."""


def printable(text: str) -> str:
    """Replace control characters: a training program writes its own failure reason, escape sequences included."""
    kept = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join(char if char == "\n" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in kept)


def one_line(text: str) -> str:
    """Return printable text on one line."""
    return " ".join(printable(text).split())


def paragraphs(text: str, indent: str = "", width: int = WIDTH) -> str:
    """Wrap printable text to lines, each line of it for itself; long words such as S3 URIs stay whole."""
    return "\n".join(
        textwrap.fill(
            line,
            width=max(width, len(indent) + _NARROWEST),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in printable(text).split("\n")
    )


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Line up rows in columns.

    Args:
        rows: The rows, all of one length.
        right: The columns that line up on the right, counted from 0. Defaults to none.
    """
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))] if rows else []
    return [
        "  ".join(
            cell.rjust(widths[index]) if index in right else cell.ljust(widths[index]) for index, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def seconds_and_words(seconds: float | None) -> str:
    """Write `3720 s (1 h 2 min)`: the figure that is billed, and one to imagine."""
    if seconds is None:
        return "-"
    words = format_seconds(seconds)
    exact = f"{round(seconds)} s"
    return exact if words == exact else f"{exact} ({words})"


def percent(value: float | None) -> str:
    """Write a percentage, or `-` when it is not known."""
    return "-" if value is None else f"{value:.1f} %"


def utc(moment: datetime | None) -> str:
    """Write a moment in UTC, or `-` when there is none."""
    return "-" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
