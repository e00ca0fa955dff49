"""The program that the deployed machine trains: so much time, which goes on from what was saved.

It goes by a clock and not by its steps, so that a busy computer makes no more work of it, and saves at its end: an
interruption and a stop lose nothing. Standard library only.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Train."""
    begun = time.monotonic()
    config = Path(os.environ["SM_INPUT_CONFIG_DIR"])
    work = float(json.loads((config / "hyperparameters.json").read_text())["wall-seconds"])
    kept = Path(json.loads((config / "checkpointconfig.json").read_text())["LocalPath"]) / "done.json"
    done = float(kept.read_text()) if kept.exists() else 0.0

    def save(*_: object) -> None:
        kept.write_text(str(done + time.monotonic() - begun))
        sys.exit(0)

    signal.signal(signal.SIGTERM, save)
    time.sleep(max(0.0, work - done))


if __name__ == "__main__":
    main()
