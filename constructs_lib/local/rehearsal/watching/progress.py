"""A program's own progress lines: the ones with a number that grows from line to line, such as `epoch 3: loss 0.41`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_FEWEST = 3


def progress_pattern(output: str) -> str:
    """Return the pattern of the lines that tell progress, numbers as `#`; empty when there are none.

    They are at least three of one pattern whose first number grows each time.
    """
    lines = [line for line in output.splitlines() if _NUMBER.search(line)]
    for pattern, count in Counter(map(_pattern, lines)).most_common():
        if count < _FEWEST:
            break
        series = steps(output, pattern)
        if all(earlier < later for earlier, later in pairwise(series)):
            return pattern
    return ""


def steps(output: str, pattern: str) -> Sequence[float]:
    """Return the first number of each line of a pattern."""
    return [
        float(match[0])
        for line in output.splitlines()
        if _pattern(line) == pattern and (match := _NUMBER.search(line)) is not None
    ]


def _pattern(line: str) -> str:
    return _NUMBER.sub("#", line.strip())
