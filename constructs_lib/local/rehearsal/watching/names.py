"""What the name of a checkpoint tells: its number, and its pattern."""

from __future__ import annotations

import re

_ENDINGS = re.compile(r"(\.[A-Za-z]\w*)+$")
_TOLD = re.compile(r"(?:global_?step|steps?|iter(?:ation)?|epochs?|round)[-_=.]?(\d+)", re.IGNORECASE)
_WHOLE = re.compile(r"(?<!\d)(?<!\d\.)\d+(?!\.?\d)")
_DIGITS = re.compile(r"\d+")


def number_of(name: str) -> int | None:
    """Return the number by which a checkpoint counts, of its file's or its folder's name; None without one.

    `checkpoint-500/optimizer.pt` has 500, `xgboost-checkpoint.12` has 12, `epoch=3-step=400.ckpt` has 400: a number
    after a word such as step comes before others, and of several the last counts.
    """
    top = name.partition("/")[0]
    bare = top if "/" in name else _ENDINGS.sub("", top)
    told = _TOLD.findall(bare)
    numbers = told or _WHOLE.findall(bare)
    return int(numbers[-1]) if numbers else None


def pattern_of(name: str) -> str:
    """Return a name with every number written as `#`; a program's checkpoints have one pattern, or a few."""
    return _DIGITS.sub("#", name)
