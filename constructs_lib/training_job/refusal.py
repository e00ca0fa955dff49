"""How problems are told: all of them in one exception, each a sentence on a line of its own."""

from __future__ import annotations

from collections.abc import Iterable


def refuse(problems: Iterable[str], kind: type[Exception] = ValueError) -> None:
    """Raise an exception that tells every problem, each once; do nothing where there is none.

    Args:
        problems: Sentences, each with the argument, what was given, what is allowed and the fix.
        kind: The exception to raise. Defaults to `ValueError`.

    Raises:
        ValueError: There are problems.
    """
    if told := list(dict.fromkeys(problems)):
        raise kind("\n".join(told))


def quoted(names: Iterable[object]) -> str:
    """Write names for a sentence: `'a', 'b'`."""
    return ", ".join(map(repr, names))
