"""What jsonata-python does otherwise than npm's jsonata 2.0.6, and is corrected here.

- `$replace`: `$` in a replacement of a text is a dollar, for a text has no groups, and a backslash in one of a regular
  expression is a backslash. (And it copies the rest of the text at each place, which is slow in long ones.)
- `$number`: digits with a fraction and an exponent, or with the prefix of another base, and nothing around them.
- `%`: of fractions too.

https://docs.jsonata.org/2.0.x/string-functions, https://docs.jsonata.org/2.0.x/numeric-functions
"""

from __future__ import annotations

import math
import re
from typing import Any

import jsonata

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?")
_OF_OTHER_BASE = re.compile(r"0([xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)")


class _Functions:
    @staticmethod
    def replace(text: Any, pattern: Any, replacement: Any, limit: Any) -> Any:
        if not isinstance(replacement, str) or (limit is not None and limit < 0):
            return jsonata.Functions.replace(text, pattern, replacement, limit)
        if isinstance(text, str) and isinstance(pattern, str) and pattern:
            return text.replace(pattern, replacement, -1 if limit is None else math.ceil(limit))
        return jsonata.Functions.replace(text, pattern, replacement.replace("\\", "\\\\"), limit)

    @staticmethod
    def number(value: Any) -> Any:
        if not isinstance(value, str):
            return jsonata.Functions.number(value)
        if _OF_OTHER_BASE.fullmatch(value):
            return int(value, 0)
        if not _NUMBER.fullmatch(value) or not math.isfinite(float(value)):
            raise jsonata.JException("D3030", -1, value)
        return float(value)


CORRECTED = {
    name: jsonata.Jsonata.JNativeFunction(name, signature, _Functions, None)
    for name, signature in {"replace": "<s-(sf)(sf)n?:s>", "number": "<(nsb)-:n>"}.items()
}
"""The functions that take the place of jsonata-python's, by name."""


def remainder(dividend: float, divisor: float) -> Any:
    """Return what is left of a division, with the sign of the dividend."""
    return jsonata.Utils.convert_number(math.fmod(dividend, divisor))
