"""JSONata as short as it can be written: what a person reads stands in the `.jsonata` files.

A definition has a megabyte at most, and so has the template that carries it, where each double quote takes four
characters.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import count
from string import ascii_lowercase

_COMMENT = r"/\*.*?\*/"
_STRING = r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'"
# a slash divides after a value, and begins a regular expression after a comma or a bracket
_REGEX = r"(?<=[(,])\s*/(?!\*)(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\n\[]|\\.)+/i?"
_TOKEN = re.compile(
    rf"(?P<comment>{_COMMENT})|(?P<string>{_STRING})|(?P<regex>{_REGEX})|(?P<space>\s+)|(?P<word>\$?\w+)|.", re.DOTALL
)
_DEFINED = re.compile(r"\$(\w+)\s*:=|function\(([^)]*)\)")
_WORDS = frozenset({"and", "or", "in", "function"})


def shortened(source: str, kept: Container[str]) -> str:
    """Return a source without comments, needless blanks and long names of its own variables.

    Args:
        source: JSONata.
        kept: Names of variables that others call by, without the dollar sign.
    """
    names = _short_names(source, kept)
    written: list[str] = []
    blank = False
    for match in _TOKEN.finditer(source):
        text = match[0]
        if match["comment"] or match["space"]:
            blank = True
            continue
        if match["string"]:
            text = _single_quoted(text)
        elif match["regex"]:
            text = text.strip()
        elif match["word"] and text.startswith("$"):
            text = "$" + names.get(text[1:], text[1:])
        if blank and written and _touch(written[-1], text):
            written.append(" ")
        written.append(text)
        blank = False
    return "".join(written)


def _short_names(source: str, kept: Container[str]) -> dict[str, str]:
    defined: dict[str, None] = {}
    for name, parameters in _DEFINED.findall(re.sub(_COMMENT, "", source, flags=re.DOTALL)):
        defined.update(dict.fromkeys([name] if name else re.findall(r"\$(\w+)", parameters)))
    return dict(zip((name for name in defined if name not in kept), _letters(), strict=False))


def _letters() -> Iterator[str]:
    for length in count(1):
        for letter in ascii_lowercase:
            yield letter * length


def _touch(before: str, after: str) -> bool:
    """Return whether two tokens would become one without a blank between them."""
    return (
        (before[-1].isalnum() or before[-1] == "_")
        and (after[0].isalnum() or after[0] in "_$")
        and (before in _WORDS or after in _WORDS or not after.startswith("$"))
    )


def _single_quoted(text: str) -> str:
    if text.startswith("'") or "'" in text:
        return text
    return "'" + text[1:-1].replace('\\"', '"') + "'"
