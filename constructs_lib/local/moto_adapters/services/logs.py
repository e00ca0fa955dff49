"""CloudWatch Logs goes by the embedded clock: what its jobs write is neither too old nor too new for it.

Reaches into moto/logs/models.py.
"""

from __future__ import annotations

from moto.logs import models

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(emulation: Emulation) -> list[Patch]:
    """Let moto's logs tell the embedded time, which it holds the times of events against."""

    def make(_: object) -> object:
        return lambda: emulation.clock.now().replace(tzinfo=None)

    return [Patch(owner=models, name="utcnow", signature="()", make=make)]
