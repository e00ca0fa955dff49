"""CloudWatch Logs and S3 go by the embedded clock: what jobs write is neither too old nor too new for them.

Reaches into moto/logs/models.py and moto/s3/models.py.
"""

from __future__ import annotations

from moto.logs import models as logs
from moto.s3 import models as s3

from constructs_lib.local.moto_adapters.emulation import Emulation
from constructs_lib.local.moto_adapters.patching import Patch


def patches(emulation: Emulation) -> list[Patch]:
    """Let moto tell the embedded time: its logs hold the times of events against it, and objects are modified at it."""

    def make(_: object) -> object:
        return lambda: emulation.clock.now().replace(tzinfo=None)

    return [Patch(owner=models, name="utcnow", signature="()", make=make) for models in (logs, s3)]
