"""Reading a request that may hold anything: CDK tokens, wrong types, arbitrary JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from constructs_lib.training_job.service_model import Unknown


@dataclass(frozen=True)
class Reader:
    """A view of a request, or of one object in it, that never fails.

    A rule asks for what it needs and gets `None` (or nothing) where that is absent, not known yet, or of another type;
    the API model tells of wrong types, so that a rule says nothing about them.

    Attributes:
        value: The request or the object.
        unknown: Tells values apart that are not known yet.
        where: Where the object stands in the request; empty for the request itself.
    """

    value: object
    unknown: Unknown
    where: str = ""

    def path(self, name: str) -> str:
        """Return where a member stands in the request: `InputDataConfig[0].ChannelName`."""
        return f"{self.where}.{name}" if self.where else name

    def has(self, path: str) -> bool:
        """Return whether a member is there, known or not."""
        return self._get(path) is not None

    def lacks(self, path: str) -> bool:
        """Return whether a member is known to be absent: not when an object that it stands in is not known."""
        value = self.value
        for name in path.split("."):
            if self.unknown(value):
                return False
            if not isinstance(value, Mapping) or value.get(name) is None:
                return True
            value = value[name]
        return False

    def hides(self, path: str) -> bool:
        """Return whether a member, or an object that it stands in, is not known."""
        return not self.lacks(path) and self._known(path) is None

    def filled(self, path: str) -> bool:
        """Return whether a member is there and says something; SageMaker's SDKs send empty lists for none."""
        value = self._get(path)
        return value is not None and (self.unknown(value) or value not in ("", [], ()))

    def present(self, names: Iterable[str]) -> list[str]:
        """Return those of some members that are there, known or not."""
        return [name for name in names if self.has(name)]

    def settings(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield the names and the known texts of a map, whose names may have dots."""
        found = self._known(path)
        for name, value in found.items() if isinstance(found, Mapping) else ():
            if isinstance(value, str) and not self.unknown(value):
                yield str(name), value

    def text(self, path: str) -> str | None:
        """Return a text that is known."""
        value = self._known(path)
        return value if isinstance(value, str) else None

    def written(self, path: str) -> str:
        """Return a text as far as it is known: what is not is a token in it; empty where there is none."""
        value = self._get(path)
        return value if isinstance(value, str) else ""

    def number(self, path: str) -> int | None:
        """Return a whole number that is known."""
        value = self._known(path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, path: str) -> bool | None:
        """Return a boolean that is known; `False` where it is absent, as the API takes it."""
        if self.lacks(path):
            return False
        value = self._known(path)
        return value if isinstance(value, bool) else None

    def texts(self, path: str) -> list[str]:
        """Return the known texts of a list."""
        return [item for item in self._items(path) if isinstance(item, str) and not self.unknown(item)]

    def entries(self, path: str) -> list[Reader]:
        """Return the objects of a list, each with its place."""
        return [
            Reader(item, self.unknown, self.path(f"{path}[{index}]"))
            for index, item in enumerate(self._items(path))
            if isinstance(item, Mapping)
        ]

    def size(self, path: str) -> int:
        """Return how many items a list has, objects or not."""
        return len(self._items(path))

    def member(self, name: str) -> Reader:
        """Return an object in this one; an empty one where there is none."""
        return Reader(self._known(name), self.unknown, self.path(name))

    def _get(self, path: str) -> object:
        value = self.value
        for name in path.split("."):
            if self.unknown(value) or not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value

    def _known(self, path: str) -> object:
        value = self._get(path)
        return None if value is None or self.unknown(value) else value

    def _items(self, path: str) -> Sequence[object]:
        value = self._known(path)
        return value if isinstance(value, (list, tuple)) else ()


def repeated_texts(readers: Sequence[Reader], member: str) -> Iterator[tuple[Reader, str]]:
    """Yield each object whose known text is that of an earlier one."""
    seen: set[str] = set()
    for reader in readers:
        text = reader.text(member)
        if text is not None and text in seen:
            yield reader, text
        if text is not None:
            seen.add(text)
