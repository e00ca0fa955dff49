"""Texts with values of CloudFormation in them: taken apart, and put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def joined(parts: Sequence[Any]) -> Any:
    """Put a text together of texts and values that only CloudFormation knows, with as few parts as may be."""
    found: list[Any] = []
    for part in flat(parts):
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    if len(found) == 1:
        return found[0]
    return {"Fn::Join": ["", found]} if found else ""


def flat(parts: Sequence[Any]) -> Iterator[Any]:
    """Yield the parts, those of joined texts too."""
    for part in parts:
        if isinstance(part, dict) and part.keys() == {"Fn::Join"} and part["Fn::Join"][0] == "":
            yield from flat(part["Fn::Join"][1])
        else:
            yield part


def in_places(text: str, places: Mapping[str, Any]) -> list[Any]:
    """Split a text at the texts that something else takes the place of, and put that there."""
    one_of = "|".join(re.escape(place) for place in places)
    return [places.get(part, part) for part in re.split(f"({one_of})", text) if part]


class Marks:
    """Marks that stand for values in a text that is JSON, so that it can be read and changed."""

    def __init__(self) -> None:
        self._values: list[Any] = []

    def text(self, value: Any) -> str:
        """Return a mark for a value that stands inside of a text."""
        self._values.append(value)
        return f"<<{len(self._values) - 1}>>"

    def bare(self, value: Any) -> str:
        """Return a mark for a value that stands for itself: its quotes go when the text is put together."""
        return f"<{self.text(value)}>"

    def further(self, value: Any) -> str:
        """Return a mark, the last entry of a list, for a value that brings its own comma, or is empty."""
        return f"<,{self.text(value)}>"

    def parts(self, text: str) -> list[Any]:
        """Return the parts of a text that has marks."""
        text = re.sub(r'"<(<<\d+>>)>"', r"\1", re.sub(r',"<,(<<\d+>>)>"', r"\1", text))
        pieces = re.split(r"<<(\d+)>>", text)
        return [self._values[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces)]
