"""A training program that counts, keeps its two newest checkpoints, and fails or takes its time as it is told."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int)
parser.add_argument("--pause", type=float, default=0.0)
parser.add_argument("--fail", type=int, default=0)
told = parser.parse_args()

config = json.loads(Path(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json").read_text())
checkpoints = Path(config["LocalPath"])
# longer than it takes to see a new checkpoint, so that each is seen before it is deleted
PAUSE = max(told.pause, 0.15)
for step in range(1, told.steps + 1):
    (checkpoints / f"step-{step}.json").write_text(str(step))
    (checkpoints / f"step-{step - 2}.json").unlink(missing_ok=True)
    time.sleep(PAUSE)
if told.fail:
    sys.exit(3)
Path(os.environ["SM_MODEL_DIR"], "model.json").write_text("{}")
