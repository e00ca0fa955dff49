"""What moto has deleted is gone: it keeps every object of every model for its dashboard, for ever.

The objects that there are can still be found, as moto's S3 does when it is emptied.

Reaches into moto/core/common_models.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakValueDictionary

from moto.core.common_models import BaseModel

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Keep no object by noting it."""
    return [
        Patch(owner=BaseModel, name="__new__", signature="(cls, *args, **kwargs)", make=lambda _: staticmethod(_noted))
    ]


class Living:
    """The objects of a class that somebody else still has."""

    def __init__(self) -> None:
        self._objects: WeakValueDictionary[int, Any] = WeakValueDictionary()

    def append(self, instance: Any) -> None:
        """Note an object."""
        self._objects[id(instance)] = instance

    def __iter__(self) -> Iterator[Any]:
        """Go through those that there are."""
        return iter(list(self._objects.values()))


def _noted(cls: Any, *_args: Any, **_kwargs: Any) -> Any:
    instance = object.__new__(cls)
    if not isinstance(cls.instances_tracked, Living):  # moto's own list, empty again after each reset
        cls.instances_tracked = Living()
    cls.instances_tracked.append(instance)
    return instance
