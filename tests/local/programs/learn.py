"""A model that learns: one weight goes downhill to 3, by `lr`, for `epochs` in all, and goes on from its checkpoint.

`hold` is an epoch after which it waits to be stopped, if it began before it, `fail` what it exits with at its end, and
with `silent` it tells no loss.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    settings = Path(os.environ["SM_INPUT_CONFIG_DIR"])
    told = json.loads((settings / "hyperparameters.json").read_text())
    saved = Path(json.loads((settings / "checkpointconfig.json").read_text())["LocalPath"], "weight.json")
    epoch, weight = begin, _ = json.loads(saved.read_text()) if saved.exists() else (0, 0.0)
    print(f"begin at {epoch}", flush=True)
    while epoch < int(told.get("epochs", "1")):
        weight -= float(told.get("lr", "0.1")) * 2 * (weight - 3)
        epoch += 1
        saved.write_text(json.dumps([epoch, weight]))
        while str(epoch) == told.get("hold") and begin < epoch:
            time.sleep(0.05)
    if "fail" in told:
        sys.exit(told["fail"])
    if "silent" not in told:
        print(f"loss={(weight - 3) ** 2:.9f};", flush=True)
    Path(os.environ["SM_MODEL_DIR"], "weight.json").write_text(json.dumps(weight))


if __name__ == "__main__":
    main()
