"""The names of moto's services are looked up once: moto lists its directory, file by file, at every request.

Reaches into moto/backends.py.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from moto import backends

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(_: Emulation) -> list[Patch]:
    """Remember what moto has found."""

    def make(original: Any) -> Any:
        return cache(lambda: frozenset(original()))

    return [Patch(owner=backends, name="list_of_moto_modules", signature="()", make=make)]
